"""Values of dateutil: zones, times in them, and differences of dates."""
import datetime
from dateutil import tz
from dateutil.relativedelta import relativedelta
from samples import serve

SAMPLES = {
    "tzutc": tz.tzutc(),
    "tzoffset": tz.tzoffset("X", 3600),
    "tzoffset unnamed": tz.tzoffset(None, -5400),
    "tzfile": tz.gettz("Europe/Berlin"),
    "tzlocal": tz.tzlocal(),
    "datetime": datetime.datetime(2024, 7, 1, 12, tzinfo=tz.gettz("Europe/Berlin")),
    "datetime of an offset": datetime.datetime(2024, 1, 1, tzinfo=tz.tzoffset("X", 3600)),
    "relativedelta": relativedelta(months=1, hour=2),
}


def same(a, b):
    """Zones of other libraries are copied as those of Python itself."""
    if isinstance(a, datetime.datetime):
        return a == b and a.utcoffset() == b.utcoffset()
    if isinstance(a, datetime.tzinfo):
        days = [datetime.datetime(2024, month, 1) for month in (1, 7)]
        return all(a.utcoffset(day) == b.utcoffset(day) for day in days)
    return a == b


if __name__ == "__main__":
    import zoneinfo

    serve(SAMPLES, same, {"datetime": datetime, "zoneinfo": zoneinfo, "relativedelta": relativedelta}, (2, 4, 5))
