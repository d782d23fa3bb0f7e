"""Every row of a table, judged: used, set aside by a rule, or used and flagged."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report import amounts, dates, ids
from crmlib.report.columns import Columns
from crmlib.report.problems import fault, listing, some_rows
from crmlib.report.settings import KEEP, STOP, Settings

A_YEAR = 365
STRAY_SHARE = 0.001  # at most so many of the rows count as strays
ENOUGH_READABLE = 0.5
DOUBLED, FEWEST_DOUBLED, MOST_DAYS = 0.4, 5, 5
FEWEST_IDS = 20  # among fewer, one may well have most of the rows
RETURNED = ("true", "yes", "y", "1", "是", "已退货")
RETURNED_WORD = r"cancel|return|refund|storn|退"


@dataclass
class Rows:
    """The rows of a table as ids, days and cents, and what became of each.

    Attributes
    ----------
    ids, days, cents : Series
        Index 0, 1, …
    pieces : Series or None
        The quantity, where there is a column for it.
    fate : ndarray of str
        "" for a row that is used, else the code of the rule that set it aside.
    details : dict
        For each code, what is to be filled into its sentence.
    """

    raw: pd.DataFrame
    columns: Columns
    settings: Settings
    ids: pd.Series
    days: pd.Series
    cents: pd.Series
    readable: pd.Series
    currency: pd.Series
    pieces: pd.Series | None
    notes: tuple[str, ...]
    fate: np.ndarray
    details: dict[str, str]

    @property
    def used(self) -> np.ndarray:
        """Which rows are used so far."""
        return self.fate == ""

    def set_aside(self, code: str, rows: np.ndarray, detail: str = "", stop: str = "") -> None:
        """Set rows aside, if nothing else has; with ``stop`` refuse them in these words."""
        rows = np.asarray(rows, dtype=bool) & self.used
        if not rows.any():
            return
        if self.settings.chosen.get(f"rules.{code}") == STOP:
            column = {"missing_ids": self.columns.customer, "unreadable_amounts": None}.get(
                code, self.columns.date
            )
            column = column or " * ".join(self.columns.amount)
            cells = self.raw[column if column in self.raw else self.columns.amount[0]][rows]
            raise fault(
                _('Column "{column}": {number} rows. {what}').format(
                    column=column, number=int(rows.sum()), what=stop
                ),
                rows=some_rows(cells),
                expected=_("no such rows, since rules.{code} is set to “stop”").format(code=code),
                todo=_("correct the rows, or set rules.{code} to another value.").format(code=code),
            )
        self.fate[rows] = code
        self.details[code] = detail


def read_rows(raw: pd.DataFrame, columns: Columns, settings: Settings) -> Rows:
    """Read ids, days and amounts; refuse a column that is mostly something else."""
    who, of_ids = ids.read_ids(raw[columns.customer])
    when = _read_days(raw[columns.date], settings)
    decimal = settings["reading.decimal"]
    if len(columns.amount) == 2:
        money = amounts.product(*(raw[name] for name in columns.amount), decimal)
    else:
        money = amounts.read_amounts(raw[columns.amount[0]], decimal)
    _require_numbers(raw, columns, money)
    if (who == "").all():
        raise fault(
            _('Column "{column}" has no id in any row.').format(column=columns.customer),
            expected=_("the customer's id in most rows"),
            todo=_("name another column: --customer COLUMN."),
        )
    pieces = None
    if columns.quantity:
        pieces = amounts.read_numbers(raw[columns.quantity], decimal)[0]
    return Rows(
        raw, columns, settings, who, when.days, money.cents, money.readable, money.currency,
        pieces, (*of_ids, *when.notes, *money.notes), np.full(len(raw), "", dtype="<U20"), {},
    )  # fmt: skip


def judge(rows: Rows) -> None:
    """Set aside what cannot count or shall not, one rule after the other."""
    settings, columns = rows.settings, rows.columns
    for column, cells in settings.only.items():
        kept = _cells(rows.raw, column).isin(cells)
        _require_some(kept, column, cells, rows.raw)
        rows.set_aside("not_chosen", ~kept, chosen_cells(settings))
    rows.set_aside("missing_ids", rows.ids == "", stop=_("The customer's id is missing."))
    rows.set_aside("unreadable_dates", rows.days.isna(), stop=_("The date is unreadable."))
    rows.set_aside("unreadable_amounts", ~rows.readable, stop=_("The amount is unreadable."))
    back = rows.cents < 0
    if rows.pieces is not None:
        back |= rows.pieces < 0
    rows.set_aside("returns", back, stop=_("The amount or the quantity is below 0."))
    _outside(rows)
    rows.set_aside("stray_dates", *_strays(rows), stop=_("The day lies far from all others."))
    if columns.returned and settings["rules.returned_orders"] != KEEP:
        rows.set_aside("returned_orders", marked_returned(rows), listing([columns.returned]))
    if settings["rules.zero_amounts"] != KEEP:
        rows.set_aside("zero_amounts", rows.cents == 0)
    if settings["rules.identical_rows"] != KEEP:
        rows.set_aside("identical_rows", repeated(rows))
    if settings["rules.partial_last_month"] != KEEP and rows.used.any():
        last = rows.days[rows.used].max()
        if is_partial(last):
            rows.set_aside("partial_last_month", rows.days >= last.replace(day=1), f"{last:%Y-%m}")
    if not rows.used.any():
        raise fault(
            _("No row is left: every one was set aside ({why}).").format(why=_why(rows.fate)),
            expected=_("purchases with id, date and amount"),
            todo=_("check the columns and the rules."),
        )


def chosen_cells(settings: Settings) -> str:
    """Return in one line which cells were asked for in which columns."""
    return "; ".join(f"{column}: {', '.join(cells)}" for column, cells in settings.only.items())


def repeated(rows: Rows) -> np.ndarray:
    """Which used rows repeat an earlier used row cell by cell."""
    # most rows differ already in these three
    key = pd.DataFrame({"who": rows.ids, "when": rows.days, "cents": rows.cents})[rows.used]
    suspects = key.index[key.duplicated(keep=False)]
    again = rows.raw.loc[suspects].astype("str").duplicated()
    found = np.zeros(len(rows.raw), dtype=bool)
    found[suspects[again]] = True
    return found


def doubled_days(again: pd.Series, rows: pd.Series) -> str:
    """Days on which nearly every row stands twice, in one line.

    Parameters
    ----------
    again, rows : Series
        Rows that repeat another one, and all used rows, by day.

    Examples
    --------
    >>> days = pd.to_datetime(["2024-03-12", "2024-03-13"])
    >>> doubled_days(pd.Series([36, 2], days), pd.Series([73, 40], days))
    '2024-03-12 (36 of 73 rows)'
    """
    table = pd.DataFrame({"again": again, "rows": rows}).fillna(0).astype("int64").sort_index()
    table = table[(table["again"] >= FEWEST_DOUBLED) & (table["again"] >= DOUBLED * table["rows"])]
    shown = [
        _("{day} ({again:,} of {rows:,} rows)").format(
            day=f"{day:%Y-%m-%d}", again=one["again"], rows=one["rows"]
        )
        for day, one in table.head(MOST_DAYS).iterrows()
    ]
    return ", ".join(shown) + (" …" if len(table) > MOST_DAYS else "")


def marked_returned(rows: Rows) -> np.ndarray:
    """Which rows the file itself marks as returned or cancelled."""
    cells = _cells(rows.raw, rows.columns.returned).str.lower()
    return (cells.isin(RETURNED) | cells.str.contains(RETURNED_WORD, regex=True)).to_numpy(bool)


def is_partial(last: pd.Timestamp, spare_days: int = 3) -> bool:
    """Whether the month of the last day goes on for more days than a quiet week-end.

    Examples
    --------
    >>> is_partial(pd.Timestamp("2011-12-09")), is_partial(pd.Timestamp("2023-12-30"))
    (True, False)
    """
    return (last + pd.offsets.MonthEnd(0) - last).days > spare_days


def counts_by(rows: Rows, column: str | None, cells: pd.Series | None = None) -> pd.Series | None:
    """Count the used rows for each cell of a column, the largest first."""
    if column is None and (cells is None or not (cells != "").any()):
        return None
    values = _cells(rows.raw, column) if column else cells
    return values[rows.used].value_counts().sort_index().sort_values(ascending=False, kind="stable")


def look_alike(rows: Rows) -> np.ndarray:
    """Which rows have an id that differs from another one by capitals or blanks only."""
    return ids.look_alike(rows.ids).to_numpy()


def most_frequent_id(rows: Rows) -> tuple[str, int] | None:
    """The id with far more rows than the second, if there is one."""
    counts = rows.ids[rows.used].value_counts()
    if len(counts) < FEWEST_IDS or not stands_out(*counts.iloc[:2], counts.sum()):
        return None
    return counts.index[0], int(counts.iloc[0])


def stands_out(first: int, second: int, rows: int) -> bool:
    """Whether the id with the most rows has far more than the second, and a part of all rows.

    Examples
    --------
    >>> stands_out(300, 20, 1000), stands_out(300, 200, 1000)
    (True, False)
    """
    return bool(first >= 0.02 * rows and first > 5 * second)


def _cells(raw: pd.DataFrame, column: str) -> pd.Series:
    if column not in raw.columns:
        raise fault(
            _('There is no column "{name}" to choose rows by ([only]).').format(name=column),
            expected=_("one of {columns}").format(columns=listing(raw.columns)),
            todo=_("change the heading [only] in report.toml."),
        )
    return raw[column].astype("str").fillna("").str.strip()


def _require_some(kept: pd.Series, column: str, cells: tuple[str, ...], raw: pd.DataFrame) -> None:
    if not kept.any():
        raise fault(
            _('Column "{column}" holds none of {cells} ([only]).').format(
                column=column, cells=listing(cells)
            ),
            expected=_("one of {columns}").format(columns=listing(raw[column].unique()[:8])),
            todo=_("change the heading [only] in report.toml."),
        )


def _read_days(cells: pd.Series, settings: Settings) -> dates.DaysRead:
    if pd.api.types.is_numeric_dtype(cells) and (cells.dropna() % 1 == 0).all():
        # 20240131 with a gap in the column comes as 20240131.0
        cells = cells.astype("Int64").astype("str")
    read = dates.read_days(cells, settings["reading.dates"])
    if read.days.notna().mean() < ENOUGH_READABLE:
        there = cells[read.days.isna()]
        raise fault(
            _('Column "{column}": {number} of {all} rows hold no readable date.').format(
                column=cells.name, number=len(there), all=len(cells)
            ),
            rows=some_rows(there),
            expected=_("dates such as 2024-01-31, 31.01.2024 or 20240131"),
            todo=_(
                "name another column (--date), or write the dates as year-month-day. Numbers such "
                "as 45322 are days of a spreadsheet: format the column as a date, save again."
            ),
        )
    return read


def _require_numbers(raw: pd.DataFrame, columns: Columns, money: amounts.AmountsRead) -> None:
    if money.readable.mean() < ENOUGH_READABLE:
        name = columns.amount[0]
        there = raw[name][~money.readable]
        raise fault(
            _('Column "{column}": {number} of {all} rows hold no readable amount.').format(
                column=" * ".join(columns.amount), number=len(there), all=len(raw)
            ),
            rows=some_rows(there),
            expected=_("numbers such as 1234.50"),
            todo=_("name another column (--amount), or set reading.decimal."),
        )


def _outside(rows: Rows) -> None:
    first, last = rows.settings["rules.first_day"], rows.settings["rules.last_day"]
    shown = f"{first:%Y-%m-%d}" if first is not None else "…"
    shown += f" – {last:%Y-%m-%d}" if last is not None else " – …"
    outside = np.zeros(len(rows.raw), dtype=bool)
    if first is not None:
        outside |= (rows.days < first).to_numpy()
    if last is not None:
        outside |= (rows.days > last).to_numpy()
    rows.set_aside("outside", outside, shown)


def _strays(rows: Rows) -> tuple[np.ndarray, str]:
    """Days beyond a gap of over a year, on which hardly anything was bought."""
    nothing = np.zeros(len(rows.raw), dtype=bool)
    if rows.settings["rules.stray_dates"] == KEEP or not rows.used.any():
        return nothing, ""
    return strays(rows.days, rows.used)


def strays(days: pd.Series, used: np.ndarray) -> tuple[np.ndarray, str]:
    """Which of the used days lie beyond a gap of over a year, with hardly a row there.

    Examples
    --------
    >>> days = pd.Series(pd.to_datetime(["2023-01-01"] * 999 + ["2032-01-01"])).astype("M8[s]")
    >>> strays(days, np.ones(1000, bool))[1]
    '2032-01-01'
    """
    counts = days[used].value_counts().sort_index()
    low, high = stray_bounds(counts)
    found = used & ((days < low) | (days > high)).to_numpy()
    if not found.any():
        return found, ""
    shown = sorted(set(days[found].dt.strftime("%Y-%m-%d")))
    return found, ", ".join(shown[:3]) + (" …" if len(shown) > 3 else "")


def stray_bounds(counts: pd.Series) -> tuple[pd.Timestamp, pd.Timestamp]:
    """First and last day of the bulk: counts of rows by day, sorted by day."""
    most = max(1.0, STRAY_SHARE * counts.sum())
    day = counts.index
    gap = np.diff(day.to_numpy()).astype("timedelta64[D]").astype(int) > A_YEAR
    before, after = counts.cumsum().to_numpy(), counts[::-1].cumsum().to_numpy()[::-1]
    low = max((k + 1 for k in np.flatnonzero(gap) if before[k] <= most), default=0)
    high = min((k for k in np.flatnonzero(gap) if after[k + 1] <= most), default=len(day) - 1)
    if low > high:
        return day[0], day[-1]
    return day[low], day[high]


def _why(fate: np.ndarray) -> str:
    codes: Mapping[str, int] = pd.Series(fate).value_counts().to_dict()
    return ", ".join(f"{code}: {number}" for code, number in codes.items())
