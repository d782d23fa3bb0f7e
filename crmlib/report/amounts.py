"""Money out of cells as people write them, as whole cents, so that sums are exact.

``1234.5``, ``1,234.50``, ``1.234,50``, ``€ 12,50``, ``(12.50)`` and ``12.50-`` are amounts. Whether
a comma is the decimal mark is decided for the column as a whole.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import ngettext
from crmlib.report.problems import fault, some_rows
from crmlib.report.texts import distinct

PLAIN = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,2})?"
SIGNS = "€$£¥￥₹₩元"
LARGEST = 1e12  # above it, sums of cents would leave the whole numbers
WITH_THREE_DECIMALS = r"\.\d*[1-9]\d*$"


@dataclass(frozen=True)
class AmountsRead:
    """Amounts in cents.

    Attributes
    ----------
    cents : Series of int64
        0 where unreadable.
    readable : Series of bool
    currency : Series of str
        The sign or code in the cell, "" where there is none.
    notes : tuple of str
        How they were read.
    """

    cents: pd.Series
    readable: pd.Series
    currency: pd.Series
    notes: tuple[str, ...]


def read_amounts(raw: pd.Series, decimal: str = "") -> AmountsRead:
    """Read the amounts of a column.

    Parameters
    ----------
    raw : Series
        Texts or numbers.
    decimal : {"", "point", "comma"}
        The decimal mark; "" lets the column itself show it.

    Returns
    -------
    AmountsRead
        With the index of ``raw``.

    Examples
    --------
    >>> read_amounts(pd.Series(["1,234.50", "$12", "(3.99)", "free"])).cents.to_list()
    [123450, 1200, -399, 0]
    """
    numbers, currency, notes = read_numbers(raw, decimal)
    return in_cents(numbers, currency, notes)


def product(pieces: pd.Series, prices: pd.Series, decimal: str = "") -> AmountsRead:
    """Multiply quantity and price per piece, row by row, and round to cents."""
    number, _signs, of_pieces = read_numbers(pieces, decimal)
    price, currency, of_prices = read_numbers(prices, decimal)
    return in_cents(number * price, currency, tuple(dict.fromkeys(of_pieces + of_prices)))


def in_cents(numbers: pd.Series, currency: pd.Series, notes: tuple[str, ...]) -> AmountsRead:
    """Round to whole cents, and say how many rows that changes."""
    values = numbers.to_numpy(dtype="float64", na_value=np.nan)
    readable = np.isfinite(values) & (np.abs(values) < LARGEST)
    exact = np.where(readable, values, 0.0) * 100
    cents = np.rint(exact).astype("int64")
    rounded = np.abs(exact - cents) > 1e-6 * np.maximum(1.0, np.abs(exact) * 1e-6)
    gap = float((cents - exact)[rounded].sum() / 100)
    return AmountsRead(
        pd.Series(cents, index=numbers.index, name=numbers.name),
        pd.Series(readable, index=numbers.index),
        currency,
        (*notes, *rounding(int(rounded.sum()), gap)),
    )


def rounding(number: int, gap: float) -> tuple[str, ...]:
    """Say how many amounts were rounded to cents, and what that adds up to; nothing if none was."""
    if not number:
        return ()
    text = ngettext(
        "{number} amount has more than two decimals and is rounded to cents ({gap:+.4f}).",
        "{number:,} amounts have more than two decimals and are rounded to cents, each by "
        "itself ({gap:+.4f} in all).",
        number,
    )
    return (text.format(number=number, gap=gap),)


def read_numbers(raw: pd.Series, decimal: str) -> tuple[pd.Series, pd.Series, tuple[str, ...]]:
    """Return numbers (NaN where unreadable), the currencies in the cells, and remarks."""
    nothing = pd.Series("", index=raw.index, dtype="str")
    if pd.api.types.is_numeric_dtype(raw) and not pd.api.types.is_bool_dtype(raw):
        return raw.astype("float64"), nothing, ()
    codes, texts = distinct(raw)
    if texts.str.fullmatch(PLAIN).all() and decimal != "comma":
        values = pd.to_numeric(texts).astype("float64")
        return pd.Series(values.to_numpy()[codes], raw.index, name=raw.name), nothing, ()
    bare, currency = _without_signs(texts)
    comma, notes = _comma_is_decimal(bare, raw, codes, decimal)
    bare = (
        bare.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
        if comma
        else bare.str.replace(",", "", regex=False)
    )
    values = pd.to_numeric(bare.where(bare.str.fullmatch(PLAIN)), errors="coerce")
    values = values.to_numpy(dtype="float64", na_value=np.nan)
    return (
        pd.Series(values[codes], raw.index, name=raw.name),
        pd.Series(currency.to_numpy()[codes], raw.index, dtype="str"),
        notes,
    )


def _without_signs(texts: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Take off currency, blanks and the ways to write a minus; return the currency, too."""
    found = texts.str.extract(rf"([{SIGNS}]|\b[A-Z]{{3}}\b)", expand=False).fillna("")
    found = found.where(texts.str.contains(r"\d", regex=True), "")
    bare = texts.str.replace(rf"[{SIGNS}]|\b[A-Z]{{3}}\b|[\s\u00a0\u202f'’]", "", regex=True)
    bare = bare.str.replace("−", "-", regex=False)
    bare = bare.str.replace(r"^\((.+)\)$", r"-\1", regex=True)
    return bare.str.replace(r"^([^-+].*)-$", r"-\1", regex=True), found


def _comma_is_decimal(
    bare: pd.Series, raw: pd.Series, codes: np.ndarray, decimal: str
) -> tuple[bool, tuple[str, ...]]:
    if decimal:
        return decimal == "comma", (
            _("The decimal mark is a {mark}, as set.").format(mark=decimal),
        )
    comma = bare.str.fullmatch(
        r"[+-]?\d*(?:\.\d{3})*,(?:\d{1,2}|\d{4,})|[+-]?\d{1,3}(?:\.\d{3})+,\d+"
    )
    point = bare.str.fullmatch(
        r"[+-]?\d*(?:,\d{3})*\.(?:\d{1,2}|\d{4,})|[+-]?\d{1,3}(?:,\d{3})+\.\d+"
    )
    counts = [int(mask.to_numpy()[codes].sum()) for mask in (comma, point)]
    if all(counts):
        rows = pd.concat([raw[mask.to_numpy()[codes]].head(2) for mask in (comma, point)])
        raise fault(
            _(
                'Column "{column}": in {commas} rows the decimal mark is a comma, in {points} rows '
                "it is a point."
            ).format(column=raw.name, commas=counts[0], points=counts[1]),
            rows=some_rows(rows),
            expected=_("one decimal mark throughout"),
            todo=_('correct the rows, or set reading.decimal = "point" or "comma".'),
        )
    if counts[0]:
        return True, (_("The decimal mark of the amounts is a comma."),)
    if bare.str.contains(",", regex=False).any():
        return False, (_("Commas in amounts are read as marks of thousands."),)
    return False, ()
