"""Purchases that a query gives: judged in DuckDB, where they may be larger than memory.

The query must give typed columns: a date or time, a number. In SQL that is one CAST each, and the
rows that do not convert are seen there. What comes to Python are counts, the rows that were set
aside (a part of them, where there are very many), and later one row per customer.
"""

from pathlib import Path
from typing import Any

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report import columns as columns_module
from crmlib.report import sources
from crmlib.report.book import Book
from crmlib.report.checks import is_partial, stray_bounds
from crmlib.report.columns import Columns
from crmlib.report.findings import Finding
from crmlib.report.ids import MISSING, PSEUDONYM_LENGTH
from crmlib.report.problems import fault, listing
from crmlib.report.settings import DROP, KEEP, SET_ASIDE, STOP, TAKE_OFF, Settings
from crmlib.report.sources import Source

FILE = "purchases.parquet"
MOST_ROWS_KEPT = 100_000
MOST_SHOWN = 4
OWN = "_crmlib_id, _crmlib_day, _crmlib_cents, _crmlib_readable, _crmlib_pieces, _crmlib_fate"
SAFE = {
    # nothing from the network, and no extension fetched in passing
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}


def read(source: Source, options: Settings, key: bytes | None, place: Path | None = None) -> Book:
    """Judge the rows of a query; see :func:`crmlib.report.read`.

    With a ``place`` the purchases that count are written there once, as ``purchases.parquet``, and
    what DuckDB cannot hold in memory goes there, too.

    Raises
    ------
    ReportError
    """
    engine = _engine(place)
    _run(engine, f"CREATE TEMP VIEW given AS SELECT * FROM ({source.query})", source)
    kinds = _kinds(engine)
    chosen = columns_module.choose(list(kinds), options)
    _check(options, chosen, kinds)
    _view(engine, chosen, kinds, key)
    rows, total = _facts(engine)
    if not rows:
        raise fault(
            _("The query gives no rows."),
            expected=_("a row for each purchase"),
            todo=_("check its conditions."),
        )
    _fates(engine, options, chosen)
    findings = _set_aside(engine, options, key is not None)
    purchases = _purchases(engine, place)
    used = purchases.aggregate(
        "count(*), coalesce(sum(cents), 0)::BIGINT, count(DISTINCT customer_id), min(date), "
        "max(date)"
    ).fetchone()
    if not used[0]:
        raise fault(
            _("No row is left: every one was set aside."),
            expected=_("purchases with id, date and amount"),
            todo=_("check the columns and the rules."),
        )
    last = pd.Timestamp(used[4])
    counts = _counts(engine, chosen)
    findings += _flagged(engine, last, used, counts)
    return Book(
        purchases=purchases,
        first=pd.Timestamp(used[3]),
        last=last,
        rows=used[0],
        cents=used[1],
        customers=used[2],
        rows_read=rows,
        cents_read=total,
        findings=tuple(findings),
        columns=chosen,
        notes=(_("Read by DuckDB, with the types that the query gives."),),
        settings=options,
        name=source.name,
        pseudonymous=key is not None,
        counts=counts,
    )


def _engine(place: Path | None) -> Any:
    try:
        import duckdb
    except ImportError:
        raise sources.needs_engines(_("Queries")) from None
    engine = duckdb.connect(config=SAFE)
    scratch = "" if place is None else str(place / "scratch")
    engine.execute("SET temp_directory = '" + scratch.replace("'", "''") + "'")
    return engine


def _purchases(engine: Any, place: Path | None) -> Any:
    """The purchases that count, as a relation; on disk, where there is a place for them."""
    found = engine.sql(
        "SELECT customer_id, date, cents / 100.0::DOUBLE AS amount, cents FROM judged "
        "WHERE fate = ''"
    )
    if place is None:
        return found
    file = str(place / FILE)
    found.write_parquet(file)
    return engine.read_parquet(file)


def _run(engine: Any, query: str, source: Source) -> None:
    import duckdb

    try:
        engine.execute(query)
    except duckdb.Error as error:
        raise fault(
            _("DuckDB cannot carry out the query ({name}): {reason}").format(
                name=source.name, reason=str(error).splitlines()[0]
            ),
            expected=_("one SELECT, such as SELECT * FROM 'purchases.parquet'"),
            todo=_("try it in DuckDB first; paths count from the working folder."),
        ) from None


def _kinds(engine: Any) -> dict[str, str]:
    rows = engine.execute("DESCRIBE given").fetchall()
    return {name: kind for name, kind, *_rest in rows}


def _check(options: Settings, chosen: Columns, kinds: dict[str, str]) -> None:
    """Refuse columns of the wrong kind, and rules that this way does not know."""
    if not kinds[chosen.date].startswith(("DATE", "TIMESTAMP")):
        raise fault(
            _('Column "{column}" holds {kind}, not dates.').format(
                column=chosen.date, kind=kinds[chosen.date]
            ),
            expected=_("a column of dates or times"),
            todo=_('write CAST("{column}" AS DATE) AS "{column}" in the query.').format(
                column=chosen.date
            ),
        )
    numbers = ("DECIMAL", "DOUBLE", "FLOAT", "HUGEINT", "BIGINT", "INTEGER", "SMALLINT", "TINYINT")
    for name in (*chosen.amount, *filter(None, [chosen.quantity])):
        if not kinds[name].removeprefix("U").startswith(numbers):
            raise fault(
                _('Column "{column}" holds {kind}, not numbers.').format(
                    column=name, kind=kinds[name]
                ),
                expected=_("a column of numbers"),
                todo=_('write CAST("{column}" AS DECIMAL(12, 2)) in the query.').format(
                    column=name
                ),
            )
    if options["rules.returns"] == TAKE_OFF or options["rules.identical_rows"] == DROP:
        raise fault(
            _("With a query, returns cannot be taken off, and identical rows not be dropped."),
            expected=_("rules.returns = “set aside” or “stop”, rules.identical_rows = “keep”"),
            todo=_("do it in the query (SELECT DISTINCT, for example), or give a CSV file."),
        )


def _view(engine: Any, chosen: Columns, kinds: dict[str, str], key: bytes | None) -> None:
    """One view with id, day and cents of every row, and whether they are readable."""
    customer, date = _name(chosen.customer), _name(chosen.date)
    text = f"trim(CAST({customer} AS VARCHAR))"
    missing = ", ".join(f"'{word}'" for word in MISSING)
    who = f"CASE WHEN {text} IS NULL OR lower({text}) IN ({missing}) THEN '' ELSE {text} END"
    amount = " * ".join(f"CAST({_name(name)} AS DOUBLE)" for name in chosen.amount)
    pieces = f"CAST({_name(chosen.quantity)} AS DOUBLE)" if chosen.quantity else "NULL"
    if key is not None:
        _add_pseudonyms(engine, key)
        who = f"CASE WHEN ({who}) = '' THEN '' ELSE pseudonym({who}) END"
    readable = f"({amount}) IS NOT NULL AND isfinite({amount}) AND abs({amount}) < 1e12"
    zone = "WITH TIME ZONE" in kinds[chosen.date]
    day = f"CAST({date} AS TIMESTAMP)::DATE" if zone else f"CAST({date} AS DATE)"
    engine.execute(
        f"""CREATE TEMP VIEW rows_read AS SELECT given.*, {who} AS _crmlib_id, {day} AS _crmlib_day,
        {readable} AS _crmlib_readable, {pieces} AS _crmlib_pieces,
        CASE WHEN {readable} THEN CAST(round(({amount}) * 100) AS BIGINT) ELSE 0 END
        AS _crmlib_cents FROM given"""
    )


def _add_pseudonyms(engine: Any, key: bytes) -> None:
    import hashlib
    import hmac

    def pseudonym(text: str) -> str:
        return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH]

    engine.create_function("pseudonym", pseudonym, ["VARCHAR"], "VARCHAR")


def _facts(engine: Any) -> tuple[int, int]:
    return engine.execute(
        "SELECT count(*), coalesce(sum(_crmlib_cents), 0)::BIGINT FROM rows_read"
    ).fetchone()


def _fates(engine: Any, options: Settings, chosen: Columns) -> None:
    """A view that says what becomes of every row, the first rule that fits."""
    conditions = [("not_chosen", test) for test in _only(options)]
    conditions += [
        ("missing_ids", "_crmlib_id = ''"),
        ("unreadable_dates", "_crmlib_day IS NULL"),
        ("unreadable_amounts", "NOT _crmlib_readable"),
        ("returns", "_crmlib_cents < 0 OR coalesce(_crmlib_pieces, 0) < 0"),
    ]
    for setting, sign in (("rules.first_day", "<"), ("rules.last_day", ">")):
        if options[setting] is not None:
            conditions.append(("outside", f"_crmlib_day {sign} DATE '{options[setting]:%Y-%m-%d}'"))
    if options["rules.stray_dates"] != KEEP:
        conditions += _stray(engine, conditions)
    if options["rules.zero_amounts"] == SET_ASIDE:
        conditions.append(("zero_amounts", "_crmlib_cents = 0"))
    if chosen.returned and options["rules.returned_orders"] == SET_ASIDE:
        name = f"lower(CAST({_name(chosen.returned)} AS VARCHAR))"
        words = "cancel|return|refund|storn|退"
        test = f"{name} IN ('true', 'yes', 'y', '1') OR regexp_matches({name}, '{words}')"
        conditions.append(("returned_orders", test))
    cases = " ".join(f"WHEN {test} THEN '{code}'" for code, test in conditions)
    engine.execute(
        f"CREATE TEMP VIEW judged_whole AS SELECT *, CASE {cases} ELSE '' END AS _crmlib_fate FROM "
        "rows_read"
    )
    engine.execute(
        "CREATE TEMP VIEW judged AS SELECT _crmlib_id AS customer_id, _crmlib_day AS date, "
        "_crmlib_cents AS cents, _crmlib_fate AS fate FROM judged_whole"
    )


def _stray(engine: Any, conditions: list[tuple[str, str]]) -> list[tuple[str, str]]:
    sound = " AND ".join(f"NOT coalesce({test}, FALSE)" for _code, test in conditions)
    days = engine.execute(
        f"SELECT _crmlib_day, count(*) FROM rows_read WHERE {sound} GROUP BY 1 ORDER BY 1"
    ).fetchall()
    if not days:
        return []
    counts = pd.Series(
        [number for _day, number in days], index=pd.to_datetime([day for day, _n in days])
    )
    low, high = stray_bounds(counts)
    return [
        (
            "stray_dates",
            f"_crmlib_day < DATE '{low:%Y-%m-%d}' OR _crmlib_day > DATE '{high:%Y-%m-%d}'",
        )
    ]


def _only(options: Settings) -> list[str]:
    tests = []
    for column, cells in options.only.items():
        wanted = ", ".join("'" + cell.replace("'", "''") + "'" for cell in cells)
        tests.append(f"coalesce(trim(CAST({_name(column)} AS VARCHAR)), '') NOT IN ({wanted})")
    return tests


def _set_aside(engine: Any, options: Settings, hidden: bool) -> list[Finding]:
    counts = engine.execute(
        "SELECT fate, count(*), sum(cents)::BIGINT FROM judged WHERE fate <> '' GROUP BY 1 "
        "ORDER BY 1"
    ).fetchall()
    found = []
    for code, number, cents in counts:
        rule = options.chosen.get(f"rules.{code}", "")
        if rule == STOP:
            raise fault(
                _("{number} rows: {code}.").format(number=number, code=code),
                expected=_("no such rows, since rules.{code} is set to “stop”").format(code=code),
                todo=_("correct them in the query, or change rules.{code}.").format(code=code),
            )
        what = "_crmlib_id AS customer_id, _crmlib_day AS date, _crmlib_cents AS cents"
        if not hidden:
            what = f"* EXCLUDE ({OWN})"
        table = engine.execute(
            f"SELECT {what} FROM judged_whole WHERE _crmlib_fate = '{code}' ORDER BY ALL "
            f"LIMIT {MOST_ROWS_KEPT}"
        ).fetch_df()
        detail = listing(options.only) if code == "not_chosen" else ""
        found.append(Finding(code, "set aside", number, cents, detail, str(rule), table))
    return found


def _counts(engine: Any, chosen: Columns) -> dict[str, pd.Series]:
    found = {}
    for what, column in (("currencies", chosen.currency), ("countries", chosen.country)):
        if column:
            rows = engine.execute(
                f"SELECT CAST({_name(column)} AS VARCHAR), count(*) FROM judged_whole WHERE "
                "_crmlib_fate = '' GROUP BY 1 ORDER BY 2 DESC, 1"
            ).fetchall()
            found[what] = pd.Series({name or "": number for name, number in rows})
    return found


def _flagged(
    engine: Any, last: pd.Timestamp, used: tuple, counts: dict[str, pd.Series]
) -> list[Finding]:
    """Matters that need no look at every pair of rows."""
    found = []
    zero = engine.execute("SELECT count(*) FROM judged WHERE fate = '' AND cents = 0").fetchone()[0]
    if zero:
        found.append(Finding("zero_amounts", "flagged", zero, 0, value=KEEP))
    same = engine.execute(
        "SELECT coalesce(sum(n - 1), 0)::BIGINT, coalesce(sum((n - 1) * cents), 0)::BIGINT FROM "
        "(SELECT hash(one) AS h, count(*) AS n, any_value(_crmlib_cents) AS cents FROM "
        "judged_whole AS one WHERE _crmlib_fate = '' GROUP BY h HAVING n > 1)"
    ).fetchone()
    if same[0]:
        found.append(Finding("identical_rows", "flagged", same[0], same[1], value=KEEP))
    if is_partial(last):
        first = last.replace(day=1)
        rows = engine.execute(
            f"SELECT count(*), sum(cents)::BIGINT FROM judged WHERE fate = '' AND date >= "
            f"DATE '{first:%Y-%m-%d}'"
        ).fetchone()
        detail = _("{month}, up to day {day}").format(month=f"{last:%Y-%m}", day=last.day)
        found.append(Finding("partial_last_month", "flagged", *rows, detail, KEEP))
    for what, by_cell in counts.items():
        if len(by_cell) > 1:
            shown = ", ".join(f"{n or '–'}: {k:,}" for n, k in by_cell.head(MOST_SHOWN).items())
            found.append(Finding(what, "flagged", used[0], used[1], shown, KEEP))
    return found


def _name(column: str) -> str:
    """A column's name as SQL knows it."""
    return '"' + column.replace('"', '""') + '"'
