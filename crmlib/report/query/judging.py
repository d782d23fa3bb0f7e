"""The rules, in the order in which the rows of a file are judged, too.

The table ``judged`` has the numbers of every row and its ``_fate``: "" for a row that is used, else
the code of the rule that set it aside.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report.checks import chosen_cells, is_partial, stray_bounds
from crmlib.report.columns import Columns
from crmlib.report.problems import fault
from crmlib.report.query.engine import one
from crmlib.report.query.rows import OWN
from crmlib.report.settings import KEEP, STOP, Settings

IDENTICAL = "identical_rows"


@dataclass
class Judgement:
    """The rules that were applied so far.

    Attributes
    ----------
    rules : list of (str, str)
        Code and condition, in order. The conditions know the numbers of one row, so that they
        find the same rows in the query when it is carried out again.
    details : dict
        For each code, what is to be filled into its sentence.
    tables : list of str
        The tables whose rows have a fate.
    """

    engine: Any
    settings: Settings
    columns: Columns
    rules: list[tuple[str, str]] = field(default_factory=list)
    details: dict[str, str] = field(default_factory=dict)
    tables: list[str] = field(default_factory=lambda: ["judged"])

    def set_aside(self, code: str, condition: str, detail: str = "", stop: str = "") -> None:
        """Set aside the rows that nothing else has set aside; with ``stop`` refuse them."""
        set_fate = f"SET _fate = '{code}' WHERE _fate = '' AND ({condition})"
        found, *_rest = [one(self.engine, f"UPDATE {table} {set_fate}")[0] for table in self.tables]
        if not found:
            return
        if self.settings.chosen.get(f"rules.{code}") == STOP:
            column = {"missing_ids": self.columns.customer, "unreadable_amounts": None}.get(
                code, self.columns.date
            )
            raise fault(
                _('Column "{column}": {number} rows. {what}').format(
                    column=column or " * ".join(self.columns.amount), number=found, what=stop
                ),
                expected=_("no such rows, since rules.{code} is set to “stop”").format(code=code),
                todo=_("correct them in the query, or change rules.{code}.").format(code=code),
            )
        self.rules.append((code, condition))
        self.details[code] = detail

    def fate(self) -> str:
        """Return the fate of one row by the rules so far, in SQL."""
        cases = " ".join(f"WHEN {condition} THEN '{code}'" for code, condition in self.rules)
        return f"CASE {cases} ELSE '' END" if cases else "''"


def begin(engine: Any) -> None:
    """Carry out the query for the first time: a row of numbers for each of its rows."""
    engine.execute(
        f"CREATE TABLE judged AS SELECT {', '.join(OWN)}, FALSE AS _again, '' AS _fate "
        "FROM given_rows"
    )


def judge_rows(judgement: Judgement) -> None:
    """Apply the rules that look at a row alone, or at the days of all."""
    settings, columns = judgement.settings, judgement.columns
    aside = judgement.set_aside
    if settings.only:
        aside("not_chosen", "_chosen <> 0", chosen_cells(settings))
    aside("missing_ids", "_who < 0", stop=_("The customer's id is missing."))
    aside("unreadable_dates", "_day IS NULL", stop=_("The date is unreadable."))
    aside("unreadable_amounts", "NOT _readable", stop=_("The amount is unreadable."))
    aside("returns", "_back", stop=_("The amount or the quantity is below 0."))
    outside = list(_outside(settings))
    if outside:
        first, last = (settings[f"rules.{name}_day"] for name in ("first", "last"))
        shown = f"{first:%Y-%m-%d}" if first is not None else "…"
        shown += f" – {last:%Y-%m-%d}" if last is not None else " – …"
        aside("outside", " OR ".join(outside), shown)
    if settings["rules.stray_dates"] != KEEP:
        _strays(judgement)
    if columns.returned and settings["rules.returned_orders"] != KEEP:
        aside("returned_orders", "_marked", f'"{columns.returned}"')
    if settings["rules.zero_amounts"] != KEEP:
        aside("zero_amounts", "_cents = 0")


def cut_off(judgement: Judgement) -> tuple[str, str]:
    """Return the condition for the rows of a last month to be cut off, and its name.

    Nothing is cut off where the month is whole, or where that is not asked for.
    """
    last = last_day(judgement.engine)
    keep = judgement.settings["rules.partial_last_month"] == KEEP
    if keep or last is None or not is_partial(last):
        return "FALSE", ""
    return f"_day >= DATE '{last.replace(day=1):%Y-%m-%d}'", f"{last:%Y-%m}"


def last_day(engine: Any) -> pd.Timestamp | None:
    """Return the last day of the rows that are used so far."""
    found = one(engine, "SELECT max(_day) FROM judged WHERE _fate = ''")[0]
    return None if found is None else pd.Timestamp(found)


def refuse_nothing_left(engine: Any) -> None:
    """Refuse a query of which every row was set aside."""
    if one(engine, "SELECT count(*) FROM judged WHERE _fate = ''")[0]:
        return
    counts = engine.execute(
        "SELECT _fate, count(*) FROM judged GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    raise fault(
        _("No row is left: every one was set aside ({why}).").format(
            why=", ".join(f"{code}: {number}" for code, number in counts)
        ),
        expected=_("purchases with id, date and amount"),
        todo=_("check the columns and the rules."),
    )


def _outside(settings: Settings) -> Iterator[str]:
    for bound, sign in (("first", "<"), ("last", ">")):
        day = settings[f"rules.{bound}_day"]
        if day is not None:
            yield f"_day {sign} DATE '{day:%Y-%m-%d}'"


def _strays(judgement: Judgement) -> None:
    days = judgement.engine.execute(
        "SELECT _day, count(*) FROM judged WHERE _fate = '' GROUP BY 1 ORDER BY 1"
    ).fetchall()
    if not days:
        return
    counts = pd.Series(
        [number for _day, number in days],
        index=pd.DatetimeIndex([str(day) for day, _number in days], dtype="datetime64[s]"),
    )
    low, high = stray_bounds(counts)
    strays = counts.index[(counts.index < low) | (counts.index > high)].strftime("%Y-%m-%d")
    judgement.set_aside(
        "stray_dates",
        f"_day < DATE '{low:%Y-%m-%d}' OR _day > DATE '{high:%Y-%m-%d}'",
        ", ".join(strays[:3]) + (" …" if len(strays) > 3 else ""),
        _("The day lies far from all others."),
    )
