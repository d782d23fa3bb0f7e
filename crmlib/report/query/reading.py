"""A query judged, in order: from SQL to a book of purchases that stay in the engine."""

from pathlib import Path
from typing import Any

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report import amounts, columns, ids
from crmlib.report.book import Book
from crmlib.report.findings import CENTS
from crmlib.report.problems import fault
from crmlib.report.query import engine as engines
from crmlib.report.query import findings, judging, repeats, returns, rows
from crmlib.report.query.engine import one
from crmlib.report.query.findings import Names
from crmlib.report.query.judging import Judgement
from crmlib.report.settings import KEEP, TAKE_OFF, Settings
from crmlib.report.sources import Source

FILE = "purchases.parquet"


def read(source: Source, options: Settings, key: bytes | None, place: Path | None = None) -> Book:
    """Judge the rows of a query; see :func:`crmlib.report.read`.

    With a ``place`` the purchases that count are written there, as ``purchases.parquet``, and what
    DuckDB cannot hold in memory goes there, too.

    Raises
    ------
    ReportError
    """
    engine = engines.connect(place)
    # loaded only for those who need it; connecting has found it
    import duckdb

    try:
        return _read(engine, source, options, key, place)
    except duckdb.Error as error:
        engine.close()
        raise engines.cannot(source, error) from None
    except BaseException:
        engine.close()
        raise


def _read(
    engine: Any, source: Source, options: Settings, key: bytes | None, place: Path | None
) -> Book:
    chosen, kinds = _given(engine, source, options)
    names, of_ids = _names(engine, chosen.customer, kinds[chosen.customer], key)
    rows.make_view(engine, chosen, kinds, options)
    judging.begin(engine)
    rows.require_readable(engine, chosen, options)
    rows_read, cents_read = one(engine, "SELECT count(*), sum(_cents)::BIGINT FROM judged")
    of_amounts = _rounded(engine)
    judgement = _judged(engine, options, chosen, list(kinds))
    aside = findings.set_aside(judgement, names)
    if options["rules.returns"] == TAKE_OFF and "returns" in judgement.details:
        returns.take_off_all(engine)
        number = next(k for k, one_ in enumerate(aside) if one_.code == "returns")
        aside[number : number + 1] = findings.returns_taken_off(judgement, names, aside[number])
    by_cell_of = findings.counts(judgement)
    flagged = findings.flagged(judgement, names, by_cell_of)
    coded, purchases = _purchases(engine, names, place)
    used = coded.aggregate(
        "count(*), sum(cents)::BIGINT, count(DISTINCT customer_id), min(date), max(date)"
    ).fetchone()
    return Book(
        purchases=purchases,
        coded=coded,
        names=names.shown,
        first=pd.Timestamp(used[3]),
        last=pd.Timestamp(used[4]),
        rows=used[0],
        cents=used[1],
        customers=used[2],
        rows_read=rows_read,
        cents_read=cents_read,
        findings=(*aside, *flagged),
        columns=chosen,
        notes=(
            _("Read by DuckDB, with the types that the query gives."),
            *of_ids,
            *of_amounts,
            *_notes(kinds[chosen.date], (*aside, *flagged)),
        ),
        settings=options,
        name=source.name,
        pseudonymous=key is not None,
        counts=by_cell_of,
        close=engine.close,
    )


def _given(engine: Any, source: Source, options: Settings) -> tuple[columns.Columns, dict]:
    """Name the query, choose its columns, and refuse one that gives no rows."""
    engine.execute(f"CREATE TEMP VIEW given AS SELECT * FROM ({source.query})")
    kinds = rows.kinds(engine)
    chosen = columns.choose(list(kinds), options)
    rows.check_kinds(chosen, kinds, options)
    if one(engine, "SELECT 1 FROM given LIMIT 1") is None:
        raise fault(
            _("The query gives no rows."),
            expected=_("a row for each purchase"),
            todo=_("check its conditions."),
        )
    return chosen, kinds


def _names(engine: Any, column: str, kind: str, key: bytes | None) -> tuple[Names, tuple[str, ...]]:
    plain, shown, notes = rows.read_ids(engine, column, kind, key)
    alike = ids.look_alike(plain)
    places = pd.DataFrame({"_who": alike.index[alike]}).astype("int32")
    engine.register("places", places)
    engine.execute("CREATE TABLE alike AS SELECT _who FROM places")
    engine.unregister("places")
    index = pd.Index(shown, dtype="str", name="customer_id")
    return Names(index, len(places), key is not None), notes


def _judged(engine: Any, options: Settings, chosen: columns.Columns, every: list[str]) -> Judgement:
    judgement = Judgement(engine, options, chosen)
    judging.judge_rows(judgement)
    cut_off, month = judging.cut_off(judgement)
    repeats.look_again(judgement, every, f"{findings.NOTED} OR {cut_off}")
    if options["rules.identical_rows"] != KEEP:
        judgement.set_aside("identical_rows", "_again")
    judgement.set_aside("partial_last_month", cut_off, month)
    judging.refuse_nothing_left(engine)
    return judgement


def _purchases(engine: Any, names: Names, place: Path | None) -> tuple[Any, Any]:
    """The purchases that count: with the places of the ids, and with the ids themselves."""
    remaining = one(engine, "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'remaining'")
    less = "LEFT JOIN remaining ON judged.rowid = remaining._row" if remaining[0] else ""
    cents = "coalesce(_left, _cents)" if remaining[0] else "_cents"
    engine.execute(
        f"CREATE TABLE used AS SELECT _who AS customer_id, _day AS date, {cents} AS cents FROM "
        f"judged {less} WHERE _fate = '' ORDER BY judged.rowid"
    )
    frame = pd.DataFrame({"place": range(len(names.shown)), "customer_id": names.shown})
    engine.register("names", frame.astype({"place": "int32"}))
    engine.execute("CREATE TABLE shown AS SELECT * FROM names")
    engine.unregister("names")
    for table in ("judged", "kept", "ids"):
        engine.execute(f"DROP TABLE {table}")
    purchases = engine.sql(
        "SELECT shown.customer_id, date, cents / 100.0::DOUBLE AS amount, cents FROM used JOIN "
        "shown ON used.customer_id = place ORDER BY used.rowid"
    )
    if place is not None:
        purchases.write_parquet(str(place / FILE))
    return engine.table("used"), purchases


def _rounded(engine: Any) -> tuple[str, ...]:
    """Say how many amounts were rounded to cents."""
    number, gap = one(
        engine, "SELECT count(*), coalesce(sum(_off), 0)::BIGINT FROM judged WHERE _off <> 0"
    )
    return amounts.rounding(number, gap / rows.MILLION / CENTS)


def _notes(kind: str, found: tuple) -> list[str]:
    """Say what was done to dates and amounts, and where not all rows are kept in files."""
    notes = []
    if "WITH TIME ZONE" in kind:
        notes.append(_("The dates have a time zone; the day in UTC counts."))
    if any(one_.table is not None and one_.rows > len(one_.table) for one_ in found):
        notes.append(
            _("Of each matter, the files keep at most {number:,} rows.").format(
                number=findings.MOST_ROWS_KEPT
            )
        )
    return notes
