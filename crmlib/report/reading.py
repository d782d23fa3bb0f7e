"""The first step of a report: from what was given to a book of purchases."""

from pathlib import Path

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report import checks, columns, ids, settings, sources
from crmlib.report.book import Book
from crmlib.report.checks import Rows
from crmlib.report.findings import Finding
from crmlib.report.returns import take_off
from crmlib.report.settings import KEEP, TAKE_OFF, Settings

MOST_SHOWN = 4


def read(
    given: str | Path,
    options: Settings | None = None,
    key: bytes | None = None,
    place: Path | None = None,
) -> Book:
    """Read purchases, judge every row, and account for all of them.

    Parameters
    ----------
    given : str or Path
        A CSV or Parquet file, a ``.sql`` file, or a query that begins with SELECT.
    options : Settings, optional
        From :func:`crmlib.report.settings.read`.
    key : bytes, optional
        With it ids are replaced by pseudonyms.
    place : Path, optional
        A folder where the purchases of a query are written, so that it runs only once.

    Returns
    -------
    Book

    Raises
    ------
    ReportError
        In plain words: which column, which rows, what was expected, what to do.
    """
    options = settings.read() if options is None else options
    source = sources.recognise(str(given))
    if source.kind == "query":
        # loaded only for those who need it
        from crmlib.report.query import reading as query_reading

        return query_reading.read(source, options, key, place)
    table = sources.read_table(source, options)
    chosen = columns.choose(list(table.frame.columns), options)
    rows = checks.read_rows(table.frame, chosen, options)
    rows.notes = (*table.notes, *rows.notes)
    checks.judge(rows)
    return _book(rows, source.name, key)


def _book(rows: Rows, name: str, key: bytes | None) -> Book:
    used = rows.used
    purchases = pd.DataFrame({"customer_id": rows.ids, "date": rows.days, "cents": rows.cents})
    # pseudonyms never look alike
    alike = checks.look_alike(rows)
    if key is not None:
        purchases["customer_id"] = ids.pseudonyms(purchases["customer_id"], key)
    rows.ids = purchases["customer_id"]
    counts = {
        "currencies": checks.counts_by(rows, rows.columns.currency, rows.currency),
        "countries": checks.counts_by(rows, rows.columns.country),
    }
    counts = {what: found for what, found in counts.items() if found is not None}
    hidden = key is not None
    flagged = _flagged(rows, counts, alike, hidden)
    set_aside = [
        Finding(
            code, "set aside", int(mask.sum()), int(rows.cents[mask].sum()), rows.details[code],
            _value(rows, code), _rows_of(rows, mask, hidden),
        )
        for code in rows.details
        for mask in [rows.fate == code]
    ]  # fmt: skip
    kept = purchases[used].reset_index(drop=True)
    if rows.settings["rules.returns"] == TAKE_OFF and (rows.fate == "returns").any():
        kept, set_aside = _take_off(rows, purchases, kept, set_aside)
    kept["amount"] = kept["cents"] / 100
    kept = kept[["customer_id", "date", "amount", "cents"]]
    codes, names = pd.factorize(kept["customer_id"], sort=True)
    return Book(
        purchases=kept,
        coded=kept.assign(customer_id=codes),
        names=pd.Index(names, dtype="str", name="customer_id"),
        first=kept["date"].min(),
        last=kept["date"].max(),
        rows=len(kept),
        cents=int(kept["cents"].sum()),
        customers=len(names),
        rows_read=len(rows.raw),
        cents_read=int(rows.cents.sum()),
        findings=(*set_aside, *flagged),
        columns=rows.columns,
        notes=rows.notes,
        settings=rows.settings,
        name=name,
        pseudonymous=hidden,
        counts=counts,
    )


def _take_off(
    rows: Rows, purchases: pd.DataFrame, kept: pd.DataFrame, findings: list[Finding]
) -> tuple[pd.DataFrame, list[Finding]]:
    """Take returns off purchases, and divide their finding into what was and what was not."""
    back = purchases[rows.fate == "returns"]
    # a positive amount with a negative quantity is money that went back as well
    left, taken = take_off(kept, back.assign(cents=-back["cents"].abs()))
    whole = next(one for one in findings if one.code == "returns")
    table = whole.table.assign(taken_off=taken / 100)
    done = int(taken.sum())
    rest = whole.cents + done
    parts = [
        Finding("returns_taken_off", "taken off", 0, -done, "", TAKE_OFF, table),
        Finding("returns", "set aside", whole.rows, rest, "", TAKE_OFF, table),
    ]
    place = findings.index(whole)
    return kept.assign(cents=left), [*findings[:place], *parts, *findings[place + 1 :]]


def _value(rows: Rows, code: str) -> str:
    if code == "not_chosen":
        return rows.details[code]
    return str(rows.settings.chosen.get(f"rules.{code}", rows.details[code]))


def _flagged(
    rows: Rows, counts: dict[str, pd.Series], alike: np.ndarray, hidden: bool
) -> list[Finding]:
    found = []

    def flag(code: str, mask: np.ndarray, detail: str = "", keep: bool = True) -> None:
        mask = np.asarray(mask, dtype=bool) & rows.used
        if mask.any():
            table = _rows_of(rows, mask, hidden) if keep else None
            cents = int(rows.cents[mask].sum())
            found.append(Finding(code, "flagged", int(mask.sum()), cents, detail, KEEP, table))

    again = checks.repeated(rows)
    by_day = [rows.days[which].value_counts() for which in (again & rows.used, rows.used)]
    flag("identical_rows", again, checks.doubled_days(*by_day))
    flag("zero_amounts", rows.cents == 0)
    if rows.columns.returned:
        detail = _("column {name}").format(name=rows.columns.returned)
        flag("returned_orders", checks.marked_returned(rows), detail)
    last = rows.days[rows.used].max()
    if checks.is_partial(last):
        detail = _("{month}, up to day {day}").format(month=f"{last:%Y-%m}", day=last.day)
        flag("partial_last_month", rows.days >= last.replace(day=1), detail, keep=False)
    for what, by_cell in counts.items():
        if len(by_cell) > 1:
            flag(what, rows.used, _parts(by_cell), keep=False)
    if alike.any():
        flag("look_alike_ids", alike, _("{number} ids").format(number=rows.ids[alike].nunique()))
    if most := checks.most_frequent_id(rows):
        detail = _("{id}: {number:,} rows").format(id=most[0], number=most[1])
        flag("collective_id", rows.ids == most[0], detail)
    return found


def _parts(counts: pd.Series) -> str:
    shown = [f"{name or '–'}: {number:,}" for name, number in counts.head(MOST_SHOWN).items()]
    return ", ".join(shown) + (" …" if len(counts) > MOST_SHOWN else "")


def _rows_of(rows: Rows, mask: np.ndarray, hidden: bool) -> pd.DataFrame:
    """The rows as they stand in the file, with their numbers; row 1 is below the header."""
    number = np.flatnonzero(mask) + 1
    raw = rows.raw.loc[mask]
    if hidden:
        # other columns may say who it is: a name, an address, a comment
        raw = raw[rows.columns.used()].assign(**{rows.columns.customer: rows.ids[mask]})
    raw = raw.reset_index(drop=True)
    raw.insert(0, "row_in_file" if "row_in_file" not in raw else "row_in_the_file", number)
    return raw
