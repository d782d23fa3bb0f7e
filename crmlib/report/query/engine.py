"""A DuckDB that keeps within its memory, and touches no network."""

from pathlib import Path
from typing import Any

from crmlib.core.i18n import gettext as _
from crmlib.report import sources
from crmlib.report.problems import ReportError, fault
from crmlib.report.sources import Source

SCRATCH = "scratch"
MEMORY_LIMIT = "1GB"
SAFE = {
    # nothing from the network, and no extension fetched in passing
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}
BLANKS = "".join(character for character in map(chr, range(0x3001)) if character.isspace())


def connect(place: Path | None) -> Any:
    """Return a connection; what it cannot hold in memory goes into a folder in ``place``.

    Without a ``place`` everything stays in memory.
    """
    try:
        import duckdb
    except ImportError:
        raise sources.needs_engines(_("Queries")) from None
    if place is None:
        engine = duckdb.connect(config=SAFE)
        engine.execute("SET temp_directory = ''")
    else:
        scratch = place / SCRATCH
        scratch.mkdir()
        engine = duckdb.connect(str(scratch / "rows.duckdb"), config=SAFE)
        engine.execute(f"SET temp_directory = {text(str(scratch / 'spill'))}")
        engine.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    # else a time with a zone would fall on another day on another computer
    engine.execute("SET TimeZone = 'UTC'")
    engine.execute("SET enable_progress_bar = false")
    return engine


def cannot(source: Source, error: Exception) -> ReportError:
    """Return an error in the words of DuckDB."""
    return fault(
        _("DuckDB cannot carry out the query ({name}): {reason}").format(
            name=source.name, reason=str(error).splitlines()[0]
        ),
        expected=_("one SELECT, such as SELECT * FROM 'purchases.parquet'"),
        todo=_("try it in DuckDB first; paths count from the working folder."),
    )


def name(column: str) -> str:
    """Write a column's name as SQL knows it.

    Examples
    --------
    >>> name('the "day" of')
    '"the ""day"" of"'
    """
    return '"' + column.replace('"', '""') + '"'


def text(words: str) -> str:
    """Write a text as SQL knows it.

    Examples
    --------
    >>> text("l'or")
    "'l''or'"
    """
    return "'" + words.replace("'", "''") + "'"


def cell(column: str, kind: str) -> str:
    """Write the text of a cell in SQL, without blanks at its ends, as pandas would write it."""
    if kind == "BOOLEAN":
        return f"CASE WHEN {name(column)} THEN 'True' WHEN NOT {name(column)} THEN 'False' END"
    return f"trim(CAST({name(column)} AS VARCHAR), {text(BLANKS)})"


def one(engine: Any, query: str) -> tuple:
    """Return the only row of a result."""
    return engine.execute(query).fetchone()
