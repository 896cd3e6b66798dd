"""Random frames, and what pandas makes of each: a line of JSON for each. The input is a seed and how many.

Of each frame its pickle, the text of `to_csv()`, its cells as plain JSON, and answers by the numbers of rows: orders, filters as a
person types them, and of each column a few numbers.
"""
import json, math, operator, pickle, random, sys
import numpy as np, pandas as pd

seed, count = (int(word) for word in sys.stdin.read().split())
choose = random.Random(seed)
OPERATORS = {"==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
TEXTS = ["", "a", "A", "ä", "b\n", "\uffe0", "\U0001f952", "\U0001f952\U0001f952", "a,b", 'say "x"', "0", "nan", "Zürich"]
FLOATS = [0.0, -0.0, math.nan, math.inf, -math.inf, 1e-300, 1 / 3, 2.0**53, -1.5, 1e16, 123456.789]
BIG = [-2**63, 2**63 - 1, 2**53, 2**53 + 1, 2**53 + 2, -2**53 - 1, 0, 1]
NS = 1_700_000_000_000_000_000


def times(rows):
    base = choose.choice([NS, -NS, 0])
    step = choose.choice([1, 100, 1_000, 86_400_000_000_000])
    values = [-2**63 if choose.random() < 0.1 else base + step * choose.randrange(-20, 20) for _ in range(rows)]
    return pd.Series(np.array(values, dtype="int64").view("M8[ns]"))


def durations(rows):
    step = choose.choice([1, 1_000_000, 86_400_000_000_000])
    values = [-2**63 if choose.random() < 0.1 else step * choose.randrange(-9, 9) for _ in range(rows)]
    return pd.Series(np.array(values, dtype="int64").view("m8[ns]"))


def texts(rows, missing):
    return [missing if choose.random() < 0.15 else choose.choice(TEXTS) for _ in range(rows)]


def categories(rows, ordered):
    return pd.Series(pd.Categorical([choose.choice(["b", "c", "a", None]) for _ in range(rows)], ["c", "a", "b"], ordered))


def nullable(rows, values, dtype):
    return pd.Series([pd.NA if choose.random() < 0.2 else choose.choice(values) for _ in range(rows)], dtype=dtype)


KINDS = {
    "int64": lambda rows: pd.Series([choose.randrange(-5, 5) for _ in range(rows)], dtype="int64"),
    "big": lambda rows: pd.Series([choose.choice(BIG) for _ in range(rows)], dtype="int64"),
    "uint64": lambda rows: pd.Series([choose.choice([0, 1, 2**63, 2**63 + 1, 2**64 - 2]) for _ in range(rows)], dtype="uint64"),
    "int8": lambda rows: pd.Series([choose.randrange(-128, 128) for _ in range(rows)], dtype="int8"),
    "float64": lambda rows: pd.Series([choose.choice([choose.choice(FLOATS), choose.gauss(0, 1)]) for _ in range(rows)], dtype="float64"),
    "float32": lambda rows: pd.Series([choose.gauss(0, 1) for _ in range(rows)], dtype="float32"),
    "bool": lambda rows: pd.Series([choose.random() < 0.5 for _ in range(rows)], dtype="bool"),
    "object": lambda rows: pd.Series(texts(rows, None), dtype="object"),
    "string": lambda rows: pd.Series(texts(rows, pd.NA), dtype="string"),
    "category": lambda rows: categories(rows, False),
    "ordered": lambda rows: categories(rows, True),
    "Int64": lambda rows: nullable(rows, BIG, "Int64"),
    "boolean": lambda rows: nullable(rows, [True, False], "boolean"),
    "times": times,
    "zoned": lambda rows: times(rows).dt.tz_localize("UTC").dt.tz_convert("Europe/Berlin"),
    "durations": durations,
}
try:
    import pyarrow
except ImportError:
    pass
else:
    KINDS["arrow text"] = lambda rows: pd.Series(texts(rows, None), dtype="string[pyarrow]")
    KINDS["arrow int"] = lambda rows: nullable(rows, BIG, "int64[pyarrow]")
TEXTUAL = "object", "string", "arrow text", "category", "ordered"


def frame_of():
    rows = choose.randrange(0, 40)
    kinds = [choose.choice(list(KINDS)) for _ in range(choose.randrange(1, 6))]
    return pd.DataFrame({f"{kind} {place}": KINDS[kind](rows) for place, kind in enumerate(kinds)}), kinds


def rows_of(mask):
    return [int(row) for row in np.flatnonzero(np.asarray(mask, dtype=bool))]


def sort(frame):
    columns = choose.sample(range(len(frame.columns)), choose.randrange(1, min(3, len(frame.columns)) + 1))
    descending = [choose.random() < 0.5 for _ in columns]
    names = [frame.columns[column] for column in columns]
    order = frame.sort_values(names, ascending=[not one for one in descending], kind="stable").index
    keys = [{"column": column, "descending": one} for column, one in zip(columns, descending)]
    return {"keys": keys, "rows": [int(row) for row in order]}


def operand_of(kind, column):
    """A value to compare with, mostly one of the column, and how a person writes it."""
    held = [one for one in column if not pd.isna(one)]
    if not held:
        return None
    value = choose.choice(held)
    if kind in TEXTUAL:
        return value, json.dumps(value, ensure_ascii=False) if '"' not in value and "\n" not in value else None
    if kind in ("times", "zoned"):
        return value, value.isoformat()
    if kind in ("float64", "float32"):
        return value, repr(float(value))
    return value, str(value)


def passes(kind, one, compare, value, order):
    if pd.isna(one):
        return compare is operator.ne
    if kind == "ordered":
        return compare(order.index(one), order.index(value))
    return compare(one, value)


def filter_by(frame, kinds):
    place = choose.randrange(len(kinds))
    kind, column = kinds[place], frame.iloc[:, place]
    sign = choose.choice(list(OPERATORS))
    operand = operand_of(kind, column)
    if operand is None or operand[1] is None:
        wanted = choose.random() < 0.5
        return {"column": place, "text": "is missing" if wanted else "is not missing", "rows": rows_of(column.isna() == wanted)}
    order = list(column.cat.categories) if kind == "ordered" else []
    mask = [passes(kind, one, OPERATORS[sign], operand[0], order) for one in column]
    return {"column": place, "text": f"{sign} {operand[1]}", "rows": rows_of(mask)}


def statistics(kind, column):
    held = [(one, row) for row, one in enumerate(column) if not pd.isna(one)]
    answer = {"missing": int(column.isna().sum()), "distinct": int(column.nunique())}
    if held and kind not in ("category", "bool", "boolean"):
        order = list(column.cat.categories) if kind == "ordered" else None
        key = (lambda pair: order.index(pair[0])) if order else (lambda pair: pair[0])
        # Rows of an extreme, whose texts are the same.
        answer["minimum"], answer["maximum"] = min(held, key=key)[1], max(held, key=key)[1]
    if held and kind in ("int64", "int8", "float64", "float32", "bool", "boolean"):
        numbers = np.array([float(one) for one, _ in held])
        if np.isfinite(numbers).all() and np.abs(numbers).max() < 1e100:
            answer["mean"] = float(numbers.mean())
            if kind not in ("bool", "boolean"):
                answer["deviation"] = float(numbers.std())
    return answer


def plain(value):
    if pd.isna(value) or (isinstance(value, float) and not math.isfinite(value)):
        return None
    if isinstance(value, (pd.Timestamp, pd.Timedelta)):
        return value.isoformat()
    return value.item() if isinstance(value, np.generic) else value


for _ in range(count):
    frame, kinds = frame_of()
    cells = [[plain(frame.iloc[row, place]) for place in range(len(kinds))] for row in range(len(frame))]
    print(json.dumps({
        "pickle": pickle.dumps(frame, choose.choice([2, 4, 5])).hex(),
        "csv": frame.to_csv(),
        "json": {"columns": list(frame.columns), "index": list(range(len(frame))), "data": cells},
        "sorts": [sort(frame) for _ in range(3)],
        "filters": [filter_by(frame, kinds) for _ in range(4)],
        "statistics": [statistics(kind, frame.iloc[:, place]) for place, kind in enumerate(kinds)],
    }))
