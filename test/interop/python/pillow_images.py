"""Writes pictures of each mode as pickles, a JSON object a line, with their pixels in RGBA."""
import json, pickle
from PIL import Image

base = Image.new("RGB", (5, 3), (10, 200, 30))
base.putpixel((1, 2), (250, 0, 77))
images = [base.convert("L").convert("LA") if mode == "LA" else base.convert(mode) for mode in "1 L LA P RGB RGBA CMYK".split()]
for transparency in 1, bytes([0, 128]):
    images.append(base.convert("P", palette=Image.Palette.ADAPTIVE, colors=4))
    images[-1].info["transparency"] = transparency
for image in images:
    mode = image.mode
    for protocol in 2, 4, 5:
        print(json.dumps({
            "name": f"{mode}, protocol {protocol}",
            "pickle": pickle.dumps(image, protocol).hex(),
            "line": f"Image {mode} 5 \u00d7 3",
            "rgba": image.convert("RGBA").tobytes().hex(),
        }))
