"""Pictures of Pillow: each mode, with a palette, and as they were read from a file."""
import io
import PIL.Image
from PIL import Image
from samples import serve

base = Image.new("RGB", (5, 3), (10, 200, 30))
base.putpixel((1, 2), (250, 0, 77))
gray = base.convert("L")


def premultiplied():
    image = base.convert("RGBA")
    image.putpixel((0, 0), (200, 100, 50, 128))
    return image.convert("RGBa")


SAMPLES = {mode: base.convert(mode) for mode in "1 L P RGB RGBA RGBX CMYK YCbCr HSV I F".split()}
SAMPLES["LA"] = gray.convert("LA")
SAMPLES["La"] = SAMPLES["LA"].convert("La")
SAMPLES["PA"] = SAMPLES["P"].convert("PA")
SAMPLES["RGBa"] = premultiplied()
for mode in "I;16", "I;16L", "I;16B", "LAB":
    SAMPLES[mode] = Image.frombytes(mode, (2, 1), bytes(range(6))[: 6 if mode == "LAB" else 4])
for kind in "png", "gif", "bmp", "tiff", "jpeg":
    file = io.BytesIO()
    base.save(file, kind)
    SAMPLES[kind] = Image.open(file)


def same(a, b):
    return (a.mode, a.size, a.tobytes(), a.getpalette()) == (b.mode, b.size, b.tobytes(), b.getpalette())


if __name__ == "__main__":
    serve(SAMPLES, same, {"Image": Image, "PIL": PIL}, (2, 4, 5))
