"""Makes the files of this folder: python3 make.py (with numpy, pandas, scikit-learn and Pillow)."""

import datetime
import decimal
import fractions
import pathlib
import pickle
import uuid

import numpy
import pandas
from PIL import Image
from sklearn.linear_model import LinearRegression

FOLDER = pathlib.Path(__file__).parent


def write(name, value):
    (FOLDER / name).write_bytes(pickle.dumps(value, 4))


def stations(shift=False):
    count = 240
    rows = numpy.arange(count)
    frame = pandas.DataFrame(
        {
            "measured": pandas.Timestamp("2026-03-01 06:00") + pandas.to_timedelta(rows * 15, "min"),
            "site": pandas.Categorical(numpy.where(rows % 3, "harbour", "mill")),
            "temperature": numpy.round(12 + 6 * numpy.sin(rows / 18), 2),
            "rain": numpy.where(rows % 9 == 4, numpy.nan, numpy.round((rows * 37 % 100) / 25, 2)),
            "gauge": [None if row % 31 == 7 else f"G-{row % 12:02}" for row in range(count)],
            "valid": rows % 5 != 0,
            "waited": pandas.to_timedelta(rows % 50, "s"),
        },
        index=pandas.Index([f"S{row:03}" for row in range(count)], name="station"),
    )
    if shift:
        frame.loc["S003", "temperature"] = 99.5
        frame.loc["S005", ["rain", "gauge"]] = [2.25, "G-77"]
        frame["rain"] = frame["rain"] + 1e-9
        frame = frame.drop(index=["S008", "S009"])
        frame = pandas.concat([frame, frame.iloc[:1].rename(index={"S000": "S900"})])
        frame["valid"] = frame["valid"].astype("int64")
        frame["checked"] = True
    return frame


write("monday.pkl", stations())
write("tuesday.pkl", stations(shift=True))
write(
    "order.pkl",
    {
        "number": uuid.UUID("12345678-1234-5678-1234-567812345678"),
        "placed": datetime.datetime(2024, 2, 29, 12, 34, 56, 789000, tzinfo=datetime.timezone.utc),
        "delivery": datetime.date(2024, 3, 4),
        "within": datetime.timedelta(days=3, hours=4),
        "total": decimal.Decimal("1234.50"),
        "share": fractions.Fraction(2, 3),
        "invoice": pathlib.PurePosixPath("/srv/orders/1234.pdf"),
        "position": complex(1.5, -2),
        "lines": [{"jar": "dill", "count": 3}, {"jar": "sour", "count": 12}],
        "weights": numpy.linspace(0, 1, 12).reshape(3, 4),
        "stock": stations().head(5),
    },
)
rows = numpy.arange(60, dtype=float).reshape(20, 3) ** 0.5
write("model.pkl", LinearRegression().fit(rows, rows.sum(axis=1)))

y, x = numpy.mgrid[0:120, 0:180]
jar = (numpy.hypot((x - 90) / 60, (y - 60) / 50) < 1)[..., None]
green = numpy.stack([60 + x // 2, 150 + y // 2, 70 + 0 * x], axis=-1)
sky = numpy.stack([250 - y, 235 - y // 2, 200 + 0 * y], axis=-1)
picture = numpy.where(jar, green, sky).astype("uint8")
write("jar.pkl", Image.fromarray(picture))
numpy.save(FOLDER / "frames.npy", numpy.stack([numpy.roll(picture[::4, ::4], 5 * step, axis=1) for step in range(4)]))
wave = numpy.sin(x / 12) * numpy.cos(y / 9)
wave[40:50, 60:90] = numpy.nan
numpy.save(FOLDER / "waves.npy", wave[::2, ::2].astype("float32"))
