"""Zones of pytz, and times in them."""
import datetime
import pytz
from samples import serve

BERLIN = pytz.timezone("Europe/Berlin")

SAMPLES = {
    "UTC": pytz.utc,
    "zone": BERLIN,
    "offset": pytz.FixedOffset(330),
    "datetime in summer": BERLIN.localize(datetime.datetime(2024, 7, 1, 12)),
    "datetime in winter": BERLIN.localize(datetime.datetime(2024, 1, 1, 12)),
    "datetime in the hour that comes twice": BERLIN.localize(datetime.datetime(2024, 10, 27, 2, 30), is_dst=False),
    "datetime of an offset": datetime.datetime(2024, 1, 1, tzinfo=pytz.FixedOffset(-90)),
    "datetime utc": datetime.datetime(2024, 1, 1, tzinfo=pytz.utc),
}


def same(a, b):
    """Zones of other libraries are copied as those of Python itself."""
    if isinstance(a, datetime.datetime):
        # Python holds no time in an hour that comes twice equal to one in another zone (PEP 495).
        return a.timestamp() == b.timestamp() and a.utcoffset() == b.utcoffset()
    days = [datetime.datetime(2024, month, 1) for month in (1, 7)]
    return all(a.utcoffset(day) == b.utcoffset(day) for day in days)


if __name__ == "__main__":
    import zoneinfo

    serve(SAMPLES, same, {"datetime": datetime, "zoneinfo": zoneinfo}, (2, 4, 5))
