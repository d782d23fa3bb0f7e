"""Every row of a query as a few numbers: whose, when, how much, and what the rules must know.

The numbers of a row, in the view ``given_rows`` and in the table ``judged``:

- ``_who``: place of the customer's id in the sorted ids, −1 where it is missing
- ``_day``, ``_cents``: NULL and 0 where they are unreadable
- ``_back``, ``_marked``: whether the row takes money back, whether the file marks it as returned
- ``_chosen``: 0 where all columns of [only] have a cell that is asked for; else 1 for the first
  column that has not, plus 2 for the second, and so on
- ``_currency``, ``_country``: as texts, where there are such columns
- ``_same``: a hash of all cells; rows with different hashes differ
"""

from typing import Any

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report import ids
from crmlib.report.amounts import LARGEST
from crmlib.report.checks import ENOUGH_READABLE, RETURNED, RETURNED_WORD
from crmlib.report.columns import Columns
from crmlib.report.problems import fault, listing
from crmlib.report.query.engine import cell, name, one, text
from crmlib.report.settings import Settings

NUMBERS = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT")
OWN = ("_who", "_day", "_cents", "_readable", "_off", "_back", "_marked", "_chosen", "_currency",
       "_country", "_same")  # fmt: skip
ON_THE_WAY = ("_id", "_cell", "_date", "_exact", "_pieces", "_fate", "_place")
DECIMAL_POINT = ("DOUBLE", "FLOAT")
MILLION = 1_000_000


def kinds(engine: Any) -> dict[str, str]:
    """Return the columns of the query, each with its type."""
    rows = engine.execute("DESCRIBE given").fetchall()
    return {column: kind for column, kind, *_rest in rows}


def check_kinds(chosen: Columns, found: dict[str, str], options: Settings) -> None:
    """Refuse columns of the wrong kind, and columns of [only] that are not there."""
    if not found[chosen.date].startswith(("DATE", "TIMESTAMP")):
        raise fault(
            _('Column "{column}" holds {kind}, not dates.').format(
                column=chosen.date, kind=found[chosen.date]
            ),
            expected=_("a column of dates or times"),
            todo=_(
                'write CAST("{column}" AS DATE) AS "{column}" in the query; for texts such as '
                '31.01.2024 strptime("{column}", \'%d.%m.%Y\') AS "{column}".'
            ).format(column=chosen.date),
        )
    for column in (*chosen.amount, *filter(None, [chosen.quantity])):
        if not found[column].removeprefix("U").startswith(NUMBERS):
            raise fault(
                _('Column "{column}" holds {kind}, not numbers.').format(
                    column=column, kind=found[column]
                ),
                expected=_("a column of numbers"),
                todo=_('write CAST("{column}" AS DECIMAL(12, 2)) in the query.').format(
                    column=column
                ),
            )
    for column in options.only:
        if column not in found:
            raise fault(
                _('There is no column "{name}" to choose rows by ([only]).').format(name=column),
                expected=_("one of {columns}").format(columns=listing(found)),
                todo=_("change the heading [only] in report.toml."),
            )
    taken = sorted({column for column in found if column.lower() in OWN + ON_THE_WAY})
    if taken:
        raise fault(
            _("The query has columns with names that are needed here: {names}.").format(
                names=listing(taken)
            ),
            todo=_("give them other names in the query: SELECT … AS …."),
        )


def read_ids(
    engine: Any, column: str, kind: str, key: bytes | None
) -> tuple[pd.Series, pd.Series, tuple[str, ...]]:
    """Read every distinct id once, in the same way as those of a file.

    The table ``ids`` says of each cell where its id stands among the sorted ids.

    Returns
    -------
    plain, shown : Series of str
        The ids, sorted by what is shown: pseudonyms, where there is a key.
    notes : tuple of str
    """
    # pandas holds whole numbers with gaps as decimals, and its reading knows how to write them
    same = name(column) if kind in DECIMAL_POINT else f"CAST({name(column)} AS VARCHAR)"
    engine.execute(
        f"CREATE TABLE cells AS SELECT {same} AS _cell FROM given WHERE {name(column)} IS NOT NULL "
        "GROUP BY 1 ORDER BY 1"
    )
    cells = engine.execute("SELECT _cell FROM cells ORDER BY rowid").fetch_df()["_cell"]
    read, notes = ids.read_ids(cells)
    if not (read != "").any():
        raise fault(
            _('Column "{column}" has no id in any row.').format(column=column),
            expected=_("the customer's id in most rows"),
            todo=_("name another column: --customer COLUMN."),
        )
    shown = read if key is None else ids.pseudonyms(read, key)
    pairs = pd.DataFrame({"plain": read, "shown": shown})
    distinct = pairs[read != ""].drop_duplicates("shown").sort_values("shown", ignore_index=True)
    codes = pd.Index(distinct["shown"]).get_indexer(shown)
    places = pd.DataFrame({"_place": range(len(codes)), "_id": codes}).astype("int32")
    engine.register("places", places)
    engine.execute(
        "CREATE TABLE ids AS SELECT _cell, _id FROM cells JOIN places ON cells.rowid = _place"
    )
    engine.unregister("places")
    engine.execute("DROP TABLE cells")
    return distinct["plain"], distinct["shown"], notes


def make_view(engine: Any, chosen: Columns, found: dict[str, str], options: Settings) -> None:
    """Make the view ``given_rows``: every row with all its cells, and its numbers."""
    who, kind = name(chosen.customer), found[chosen.customer]
    same = who if kind in DECIMAL_POINT else f"CAST({who} AS VARCHAR)"
    exact = " * ".join(f"CAST({name(column)} AS DOUBLE)" for column in chosen.amount)
    pieces = f"CAST({name(chosen.quantity)} AS DOUBLE)" if chosen.quantity else "0"
    every = ", ".join(name(column) for column in found)
    optional = {
        part: f"coalesce({cell(column, found[column])}, '')" if column else "''"
        for part, column in (("_currency", chosen.currency), ("_country", chosen.country))
    }
    engine.execute(
        f"""CREATE TEMP VIEW given_rows AS
        WITH numbers AS (
            SELECT given.*, coalesce(ids._id, -1) AS _who, hash({every}) AS _same,
            CAST(CAST({name(chosen.date)} AS TIMESTAMP) AS DATE) AS _date,
            100 * ({exact}) AS _exact, {pieces} AS _pieces
            FROM given LEFT JOIN ids ON ids._cell = {same}
        ), checked AS (
            SELECT *, coalesce(isfinite(_exact) AND abs(_exact) < {100 * LARGEST:.0f}, FALSE)
            AS _readable FROM numbers
        ), counted AS (
            SELECT *, CASE WHEN _readable THEN CAST(round_even(_exact, 0) AS BIGINT) ELSE 0 END
            AS _cents FROM checked
        )
        SELECT * EXCLUDE (_date, _exact, _pieces),
        CASE WHEN _date BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN _date END AS _day,
        CASE WHEN _readable AND abs(_cents - _exact) > 1e-6 * greatest(1, abs(_exact) * 1e-6)
        THEN CAST(round((_cents - _exact) * {MILLION}) AS BIGINT) ELSE 0 END AS _off,
        _cents < 0 OR coalesce(_pieces < 0, FALSE) AS _back,
        {_marked(chosen, found)} AS _marked, {_only(options, found)} AS _chosen,
        {optional["_currency"]} AS _currency, {optional["_country"]} AS _country
        FROM counted"""
    )


def require_readable(engine: Any, chosen: Columns, options: Settings) -> None:
    """Refuse a query whose dates or amounts are mostly missing, or that gives no rows at all."""
    rows, days, money = one(
        engine, "SELECT count(*), count(_day), count(*) FILTER (_readable) FROM judged"
    )
    texts = (
        (_('Column "{column}": {number} of {all} rows hold no readable date.'), chosen.date, days),
        (
            _('Column "{column}": {number} of {all} rows hold no readable amount.'),
            " * ".join(chosen.amount),
            money,
        ),
    )
    for headline, column, readable in texts:
        if readable < ENOUGH_READABLE * rows:
            raise fault(
                headline.format(column=column, number=rows - readable, all=rows),
                todo=_("name another column, or look at the query."),
            )
    for number, (column, cells) in enumerate(options.only.items()):
        if not one(engine, f"SELECT count(*) FROM judged WHERE _chosen & {2**number} = 0")[0]:
            raise fault(
                _('Column "{column}" holds none of {cells} ([only]).').format(
                    column=column, cells=listing(cells)
                ),
                todo=_("change the heading [only] in report.toml."),
            )


def _marked(chosen: Columns, found: dict[str, str]) -> str:
    if not chosen.returned:
        return "FALSE"
    words = f"lower({cell(chosen.returned, found[chosen.returned])})"
    yes = ", ".join(text(word) for word in RETURNED)
    test = f"{words} IN ({yes}) OR regexp_matches({words}, {text(RETURNED_WORD)})"
    return f"coalesce({test}, FALSE)"


def _only(options: Settings, found: dict[str, str]) -> str:
    parts = ["0"]
    for number, (column, cells) in enumerate(options.only.items()):
        wanted = ", ".join(map(text, cells))
        test = f"coalesce({cell(column, found[column])}, '') NOT IN ({wanted})"
        parts.append(f"CASE WHEN {test} THEN {2**number} ELSE 0 END")
    return " + ".join(parts)
