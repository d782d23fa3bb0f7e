"""Rows to look at again: fetched from the query with all their cells, and compared.

Equal rows have equal hashes, so that only rows whose hash occurs more than once can repeat another.
Those are compared cell by cell.
"""

from crmlib.core.i18n import gettext as _
from crmlib.report.problems import fault
from crmlib.report.query.engine import name, one
from crmlib.report.query.judging import Judgement

NUMBERS = "_same, _who, _day, _cents, _currency, _country"


def look_again(judgement: Judgement, columns: list[str], noted: str) -> None:
    """Carry out the query once more, and keep the rows that somebody may want to look at.

    The table ``kept`` has all cells and numbers of rows that were set aside, that are ``noted``, or
    that may repeat another one. In ``kept`` and in ``judged`` the column ``_again`` says which used
    rows do.

    Parameters
    ----------
    judgement : Judgement
    columns : list of str
        Of the query.
    noted : str
        A condition in SQL.

    Raises
    ------
    ReportError
        When the query gives other rows than the first time.
    """
    engine = judgement.engine
    engine.execute(
        "CREATE TEMP TABLE suspects AS SELECT _same FROM judged WHERE _fate = '' GROUP BY 1 "
        "HAVING count(*) > 1"
    )
    wanted = f"_fate <> '' OR ({noted}) OR _same IN (SELECT _same FROM suspects)"
    engine.execute(
        f"CREATE TABLE kept AS SELECT * FROM (SELECT *, FALSE AS _again, {judgement.fate()} "
        f"AS _fate FROM given_rows) WHERE {wanted}"
    )
    fingerprint = "SELECT count(*), coalesce(sum(_cents), 0), bit_xor(_same) FROM"
    both = [one(engine, f"{fingerprint} {table} WHERE {wanted}") for table in ("judged", "kept")]
    if both[0] != both[1]:
        raise fault(
            _("The query does not give the same rows when it is carried out again."),
            expected=_("the same rows whenever the file or query is read"),
            todo=_("leave chance out of the query (LIMIT without ORDER BY, samples)."),
        )
    _mark(judgement, columns)
    judgement.tables.append("kept")


def _mark(judgement: Judgement, columns: list[str]) -> None:
    """Mark the rows that repeat an earlier one."""
    engine = judgement.engine
    cells = ", ".join(map(name, columns))
    alike = "_fate = '' AND _same IN (SELECT _same FROM suspects)"
    engine.execute(
        f"""UPDATE kept SET _again = TRUE WHERE rowid IN (
            SELECT _row FROM (
                SELECT rowid AS _row, row_number() OVER (
                    PARTITION BY {NUMBERS}, {cells} ORDER BY rowid
                ) AS _place FROM kept WHERE {alike}
            ) WHERE _place > 1
        )"""
    )
    # rows with the same numbers are alike to all that follows: so many of them are marked there
    engine.execute(
        f"""UPDATE judged SET _again = TRUE WHERE rowid IN (
            SELECT _row FROM (
                SELECT rowid AS _row, {NUMBERS}, row_number() OVER (
                    PARTITION BY {NUMBERS} ORDER BY rowid DESC
                ) AS _place FROM judged WHERE {alike}
            ) JOIN (
                SELECT {NUMBERS}, count(*) AS _number FROM kept WHERE _again GROUP BY ALL
            ) USING ({NUMBERS}) WHERE _place <= _number
        )"""
    )
