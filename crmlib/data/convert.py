"""Cells to types: how each kind of column is read, and which of its cells cannot be."""

from collections.abc import Callable
from decimal import Decimal
from numbers import Real

import pandas as pd
from pandas.api import types

from crmlib.data.schema import Column

DAY = r"\d{4}-\d{2}-\d{2}(?:[T ]00:00(?::00(?:\.0+)?)?)?"
LARGEST_INTEGER = 2**63 - 1
LARGEST_EXACT = 2**53  # beyond it a float no longer tells neighbouring whole numbers apart
Result = tuple[pd.Series, pd.Series]


def convert(cells: pd.Series, column: Column) -> Result:
    """Read the cells of a column as the kind that its schema names.

    Nothing is guessed: text becomes a number or a day only where it can be read in one way.

    Parameters
    ----------
    cells : Series
        Text (as read from a file) or values that have a type already.
    column : Column

    Returns
    -------
    typed : Series
        The same index; int64, float64, str, datetime64[us] or bool (Int64 or boolean where cells
        are empty). A cell that cannot be read is empty here.
    unreadable : Series of bool
        The cells that hold something else than the kind. Empty cells are not among them.

    Examples
    --------
    >>> typed, unreadable = convert(pd.Series(["1", "one"]), Column("n", "integer", "a count"))
    >>> unreadable.tolist()
    [False, True]
    """
    if isinstance(cells.dtype, pd.CategoricalDtype):
        cells = cells.astype(object)
    read = READERS[column.kind]
    if isinstance(cells.dtype, pd.StringDtype):  # many cells hold the same: each text is read once
        code, different = pd.factorize(cells, use_na_sentinel=False)
        typed = read(pd.Series(different, dtype=cells.dtype, name=cells.name)).take(code)
        typed = typed.set_axis(cells.index)
    else:
        typed = read(cells)
    unreadable = cells.notna() & typed.isna()
    return typed, unreadable


def _numbers(cells: pd.Series) -> pd.Series:
    if types.is_unsigned_integer_dtype(cells):
        return cells.astype("UInt64")
    if types.is_integer_dtype(cells):
        return cells.astype("Int64")
    if types.is_float_dtype(cells):
        return cells.astype("Float64")
    if not (types.is_string_dtype(cells) or types.is_object_dtype(cells)):
        return pd.Series(pd.NA, index=cells.index, dtype="Float64")
    return pd.to_numeric(
        cells.where(cells.map(_is_number_or_text).astype(bool)),
        errors="coerce",
        dtype_backend="numpy_nullable",
    )


def _is_number_or_text(cell: object) -> bool:
    return isinstance(cell, str | Real | Decimal) and not isinstance(cell, bool)


def _real(cells: pd.Series) -> pd.Series:
    numbers = _numbers(cells).astype("Float64").astype("float64")
    return numbers.where(numbers.abs() != float("inf"))


def _integer(cells: pd.Series) -> pd.Series:
    numbers = _numbers(cells)
    if types.is_float_dtype(numbers):
        exact = (numbers % 1 == 0) & (numbers.abs() < LARGEST_EXACT)
    else:
        exact = numbers <= LARGEST_INTEGER
    numbers = numbers.where(exact.fillna(False)).astype("Int64")
    return numbers if numbers.isna().any() else numbers.astype("int64")


def _text(cells: pd.Series) -> pd.Series:
    is_text = cells.map(lambda cell: isinstance(cell, str)).astype(bool)
    return cells.where(is_text).astype("str")


def _date(cells: pd.Series) -> pd.Series:
    if types.is_datetime64_dtype(cells):
        days = cells
    else:
        text = cells.where(cells.notna()).astype("str")
        readable = text.where(text.str.fullmatch(DAY).fillna(False).astype(bool))
        days = pd.to_datetime(readable, format="ISO8601", errors="coerce")
    return days.where(days == days.dt.normalize()).astype("datetime64[us]")


def _truth_value(cells: pd.Series) -> pd.Series:
    words = cells.map(lambda cell: str(cell).lower())
    truth = words.map({"true": True, "false": False}).astype("boolean")
    return truth if truth.isna().any() else truth.astype("bool")


READERS: dict[str, Callable[[pd.Series], pd.Series]] = {
    "integer": _integer,
    "real": _real,
    "text": _text,
    "date": _date,
    "truth value": _truth_value,
}
