"""What was set aside or only flagged in the rows of a query, with the rows themselves."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report.checks import FEWEST_IDS, doubled_days, is_partial, stands_out
from crmlib.report.findings import Finding
from crmlib.report.query.engine import name, one
from crmlib.report.query.judging import Judgement, last_day
from crmlib.report.query.rows import kinds as kinds_of
from crmlib.report.settings import KEEP, TAKE_OFF

MOST_ROWS_KEPT = 100_000
MOST_SHOWN = 4
SUMS = "count(*), coalesce(sum(_cents), 0)::BIGINT FROM judged WHERE"
USED = "_fate = ''"
ALIKE = "_who IN (SELECT _who FROM alike)"
WITH_ROWS = ("identical_rows", "zero_amounts", "returned_orders", "look_alike_ids")
# Used rows that are kept all the same, to be looked at.
NOTED = f"_cents = 0 OR _marked OR {ALIKE}"


@dataclass(frozen=True)
class Names:
    """The customers' ids, sorted by what is shown.

    Attributes
    ----------
    shown : Index
        Ids, or pseudonyms.
    alike : int
        How many ids differ from another one by capitals or blanks only; the table ``alike`` has
        their places.
    hidden : bool
        Whether they are pseudonyms.
    """

    shown: pd.Index
    alike: int
    hidden: bool


def set_aside(judgement: Judgement, names: Names) -> list[Finding]:
    """Return what was set aside, in the order of the rules."""
    found = []
    for code, detail in judgement.details.items():
        rows, cents = one(judgement.engine, f"SELECT {SUMS} _fate = '{code}'")
        value = detail if code == "not_chosen" else ""
        value = str(judgement.settings.chosen.get(f"rules.{code}", value or detail))
        table = rows_of(judgement, f"_fate = '{code}'", names)
        found.append(Finding(code, "set aside", rows, cents, detail, value, table))
    return found


def returns_taken_off(judgement: Judgement, names: Names, whole: Finding) -> list[Finding]:
    """Divide the finding of returns into what was taken off purchases, and what was not.

    The table ``taken`` says how much was taken off for which row of ``kept``.
    """
    done = one(judgement.engine, "SELECT coalesce(sum(_taken), 0)::BIGINT FROM taken")[0]
    source = "kept LEFT JOIN taken ON kept.rowid = taken._row"
    more = ", coalesce(_taken, 0) / 100.0::DOUBLE AS taken_off"
    table = rows_of(judgement, "_fate = 'returns'", names, source, more)
    return [
        Finding("returns_taken_off", "taken off", 0, -done, "", TAKE_OFF, table),
        Finding("returns", "set aside", whole.rows, whole.cents + done, "", TAKE_OFF, table),
    ]


def flagged(
    judgement: Judgement, names: Names, by_cell_of: Mapping[str, pd.Series]
) -> list[Finding]:
    """Return what was only flagged, in the order in which files are looked at."""
    found = []
    returned = judgement.columns.returned or ""
    matters = [
        ("identical_rows", "_again", _doubled(judgement)),
        ("zero_amounts", "_cents = 0", ""),
        ("returned_orders", "_marked", _("column {name}").format(name=returned)),
    ]
    last = last_day(judgement.engine)
    if is_partial(last):
        detail = _("{month}, up to day {day}").format(month=f"{last:%Y-%m}", day=last.day)
        matters.append(("partial_last_month", _since(last.replace(day=1)), detail))
    for what, by_cell in by_cell_of.items():
        if len(by_cell) > 1:
            matters.append((what, "TRUE", parts(by_cell)))
    matters.append(("look_alike_ids", ALIKE, _("{number} ids").format(number=names.alike)))
    if most := _most_frequent(judgement):
        detail = _("{id}: {number:,} rows").format(id=names.shown[most[0]], number=most[1])
        matters.append(("collective_id", f"_who = {most[0]}", detail))
    for code, condition, detail in matters:
        rows, cents = one(judgement.engine, f"SELECT {SUMS} {USED} AND {condition}")
        if not rows:
            continue
        kept = code in WITH_ROWS
        table = rows_of(judgement, f"{USED} AND {condition}", names) if kept else None
        found.append(Finding(code, "flagged", rows, cents, detail, KEEP, table))
    return found


def _doubled(judgement: Judgement) -> str:
    table = judgement.engine.execute(
        "SELECT _day AS day, count(*) FILTER (WHERE _again) AS again, count(*) AS number "
        f"FROM judged WHERE {USED} GROUP BY 1 HAVING again > 0"
    ).fetch_df()
    by_day = table.set_index(pd.to_datetime(table["day"]))
    return doubled_days(by_day["again"], by_day["number"])


def counts(judgement: Judgement) -> dict[str, pd.Series]:
    """Count the used rows of each currency and country, the most frequent first."""
    found = {}
    for what, column in (("currencies", "currency"), ("countries", "country")):
        if getattr(judgement.columns, column):
            rows = judgement.engine.execute(
                f"SELECT _{column}, count(*) FROM judged WHERE {USED} GROUP BY 1 ORDER BY 2 DESC, 1"
            ).fetchall()
            found[what] = pd.Series(dict(rows))
    return found


def rows_of(
    judgement: Judgement, condition: str, names: Names, source: str = "kept", more: str = ""
) -> pd.DataFrame:
    """Return rows as the query gives them, in an order that does not depend on chance."""
    columns = judgement.columns
    customer = columns.customer
    kinds = kinds_of(judgement.engine)
    # other columns may say who it is: a name, an address, a comment
    shown = columns.used() if names.hidden else list(kinds)
    wanted = ", ".join(
        "_who" if names.hidden and column == customer else _cell(column, kinds[column])
        for column in shown
    )
    table = judgement.engine.execute(
        f"SELECT {wanted}{more} FROM {source} WHERE {condition} ORDER BY ALL LIMIT {MOST_ROWS_KEPT}"
    ).fetch_df()
    if names.hidden:
        # place −1, a missing id, is the last one: nothing
        ids = np.append(names.shown.to_numpy(dtype=object), "")
        table["_who"] = ids[table["_who"].to_numpy()]
        table = table.rename(columns={"_who": customer})
    return table


def parts(by_cell: pd.Series) -> str:
    """Return the most frequent cells with their number, in one line."""
    shown = [f"{cell or '–'}: {number:,}" for cell, number in by_cell.head(MOST_SHOWN).items()]
    return ", ".join(shown) + (" …" if len(by_cell) > MOST_SHOWN else "")


def _cell(column: str, kind: str) -> str:
    """A cell that pandas can hold: infinite dates and those with a time zone it cannot."""
    if kind.startswith(("DATE", "TIMESTAMP")):
        return f"CAST({name(column)} AS VARCHAR) AS {name(column)}"
    return name(column)


def _most_frequent(judgement: Judgement) -> tuple[int, int] | None:
    """Place and rows of the id with far more rows than the second, if there is one."""
    by_customer = f"SELECT _who, count(*) AS rows FROM judged WHERE {USED} GROUP BY 1"
    ids, rows = one(judgement.engine, f"SELECT count(*), sum(rows) FROM ({by_customer})")
    if ids < FEWEST_IDS:
        return None
    top = judgement.engine.execute(f"{by_customer} ORDER BY 2 DESC, 1 LIMIT 2").fetchall()
    return top[0] if stands_out(top[0][1], top[1][1], rows) else None


def _since(day: pd.Timestamp) -> str:
    return f"_day >= DATE '{day:%Y-%m-%d}'"
