"""Days out of cells as people write them, without guessing what cannot be known.

``2024-01-31``, ``2024/1/31``, ``20240131``, ``2024年1月31日``, ``31.1.2024``, ``31 Jan 2024`` and
``Jan 31, 2024`` can be read in one way only. ``01/02/2024`` cannot: the column as a whole must
show, by a day above 12, which number is the day. A time of day is cut off, and so is a time zone:
the day as it is written counts.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import ngettext
from crmlib.report.problems import fault, some_rows
from crmlib.report.texts import distinct

TIME = r"(?:[T\s,]\s*\d{1,2}[:.h]\d{2}.*)?$"
ISO = r"^(?P<y>\d{4})[-/.年](?P<m>\d{1,2})[-/.月](?P<d>\d{1,2})日?" + TIME
COMPACT = r"^(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})$"
PARTS = r"^(?P<a>\d{1,2})(?P<sign>[./-])(?P<b>\d{1,2})(?P=sign)(?P<y>\d{4}|\d{2})" + TIME
DAY_NAME = r"^(?P<d>\d{1,2})[\s-](?P<n>[A-Za-z]{3,9})\.?[\s,-]+(?P<y>\d{4})" + TIME
NAME_DAY = r"^(?P<n>[A-Za-z]{3,9})\.?\s(?P<d>\d{1,2}),?\s(?P<y>\d{4})" + TIME
ZONE = r"(?:Z|[+-]\d{2}:?\d{2})$"
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
CENTURY_TURNS = 70  # 69 is 2069, 70 is 1970, as elsewhere in Python


@dataclass(frozen=True)
class DaysRead:
    """Days as datetime64[s] (NaT where unreadable), and how they were read."""

    days: pd.Series
    notes: tuple[str, ...]


def read_days(raw: pd.Series, order: str = "") -> DaysRead:
    """Read the days of a column.

    Parameters
    ----------
    raw : Series
        Texts, dates or times.
    order : {"", "day-first", "month-first"}
        How to read 01/02/2024; "" lets the column itself show it.

    Returns
    -------
    DaysRead
        With the index of ``raw``.

    Raises
    ------
    ReportError
        When the column does not show how to read 01/02/2024, or shows both.

    Examples
    --------
    >>> read_days(pd.Series(["2024-01-31", "31/01/2024 8:30", "soon"])).days.dt.date.to_list()
    [datetime.date(2024, 1, 31), datetime.date(2024, 1, 31), NaT]
    """
    if pd.api.types.is_datetime64_any_dtype(raw):
        return _typed(raw)
    codes, texts = distinct(raw)
    days, notes = _texts(texts, raw, codes, order)
    found = days.to_numpy()[codes]
    return DaysRead(pd.Series(found, index=raw.index, name=raw.name), notes)


def _typed(raw: pd.Series) -> DaysRead:
    notes: tuple[str, ...] = ()
    if raw.dt.tz is not None:
        raw = raw.dt.tz_localize(None)
        notes = (_("The dates have a time zone; the day as it is written counts."),)
    return DaysRead(raw.dt.normalize().astype("datetime64[s]"), notes)


def _texts(
    texts: pd.Series, raw: pd.Series, codes: np.ndarray, order: str
) -> tuple[pd.Series, tuple[str, ...]]:
    days = pd.Series(np.datetime64("NaT", "s"), index=texts.index)
    for pattern in (ISO, COMPACT):
        days = days.fillna(_day(texts.str.extract(pattern)[["y", "m", "d"]]))
    for pattern in (DAY_NAME, NAME_DAY):
        parts = texts.str.extract(pattern)
        month = parts["n"].str[:3].str.lower().map({n: k + 1 for k, n in enumerate(MONTHS)})
        days = days.fillna(_day(parts[["y", "d"]].assign(m=month)))
    parts = texts.str.extract(PARTS)
    notes = []
    if parts["a"].notna().any():
        two_digits = parts["y"].str.len() == 2
        order, said = _order(parts, raw, codes, order)
        notes += said
        days = days.fillna(_day(_in_order(parts, order)))
        if two_digits.any():
            notes.append(_("Years of two digits: 69 is 2069, and 70 is 1970."))
    zoned = texts.str.contains(ZONE, regex=True) & texts.str.contains(":", regex=False)
    if zoned.any():
        notes.append(_("Some dates have a time zone; the day as it is written counts."))
    return days, tuple(notes)


def _order(
    parts: pd.DataFrame, raw: pd.Series, codes: np.ndarray, order: str
) -> tuple[str, list[str]]:
    """Decide which of the two numbers is the day, by what is set or by what the column shows."""
    slashed = parts["sign"].isin(["/", "-"])
    if not slashed.any():
        return "day-first", [_("Dates with points: the day comes first.")]
    first = slashed & (pd.to_numeric(parts["a"]) > 12) & (pd.to_numeric(parts["b"]) <= 12)
    second = slashed & (pd.to_numeric(parts["b"]) > 12) & (pd.to_numeric(parts["a"]) <= 12)
    counts = [int(mask.to_numpy()[codes].sum()) for mask in (first, second)]
    if order:
        return order, [_("Dates such as 01/02/2024 are read {order}, as set.").format(order=order)]
    if all(counts) or not any(counts):
        rows = raw[(slashed if not any(counts) else first | second).to_numpy()[codes]]
        headline = (
            _('Column "{column}": {days} dates have the day first, {months} have the month first.')
            if all(counts)
            else _('Column "{column}": no date shows whether 01/02/2024 is in January or February.')
        )
        raise fault(
            headline.format(column=raw.name, days=counts[0], months=counts[1]),
            rows=some_rows(rows),
            expected=_("dates such as 2024-01-31, or one order throughout"),
            todo=_('set reading.dates = "day-first" or "month-first" (--dates).'),
        )
    found = "day-first" if counts[0] else "month-first"
    text = ngettext(
        "Dates such as 01/02/2024 are read {order}: {number} row shows it.",
        "Dates such as 01/02/2024 are read {order}: {number:,} rows show it.",
        max(counts),
    )
    return found, [text.format(order=found, number=max(counts))]


def _in_order(parts: pd.DataFrame, order: str) -> pd.DataFrame:
    day_first = (parts["sign"] == ".") | (order == "day-first")
    year = pd.to_numeric(parts["y"])
    short = parts["y"].str.len() == 2
    year = year.where(~short, year + np.where(year < CENTURY_TURNS, 2000, 1900))
    return pd.DataFrame(
        {
            "y": year,
            "m": parts["b"].where(day_first, parts["a"]),
            "d": parts["a"].where(day_first, parts["b"]),
        }
    )


def _day(parts: pd.DataFrame) -> pd.Series:
    """Days of year, month and day; NaT where they are none."""
    numbers = parts[["y", "m", "d"]].apply(pd.to_numeric, errors="coerce")
    y, m, d = (numbers[name].to_numpy(dtype="float64", na_value=np.nan) for name in "ymd")
    there = np.isfinite(y) & (y >= 1) & (m >= 1) & (m <= 12) & (d >= 1) & (d <= 31)
    months = (np.where(there, y, 1970) - 1970) * 12 + np.where(there, m, 1) - 1
    start = months.astype("int64").astype("datetime64[M]")
    days = start.astype("datetime64[D]") + (np.where(there, d, 1) - 1).astype("timedelta64[D]")
    # 31 February would run into March
    there &= days.astype("datetime64[M]") == start
    return pd.Series(
        np.where(there, days.astype("datetime64[s]"), np.datetime64("NaT", "s")), index=parts.index
    )
