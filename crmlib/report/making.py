"""The whole report: read, compute section by section, write everything into one folder."""

import gzip
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import ngettext
from crmlib.report import cells, folder, html, ids, notebook, reading, side_files
from crmlib.report.book import Book
from crmlib.report.pages import Section
from crmlib.report.query.engine import SCRATCH
from crmlib.report.sections.cohorts import cohorts
from crmlib.report.sections.concentration import concentration
from crmlib.report.sections.decisions import decisions
from crmlib.report.sections.forecasts import Trial, forecasts
from crmlib.report.sections.overview import overview
from crmlib.report.sections.profit import profit
from crmlib.report.sections.repeats import repeats
from crmlib.report.sections.satisfied import satisfied
from crmlib.report.sections.segments import segments
from crmlib.report.sections.states import states
from crmlib.report.sections.tier_moves import tier_moves
from crmlib.report.sections.worth import Worth, worth
from crmlib.report.settings import Settings, read
from crmlib.report.study import Study

Progress = Callable[[str], None]


def make(
    given: str | Path,
    out: str | Path,
    options: Settings | None = None,
    *,
    survey: str | Path | None = None,
    costs: str | Path | None = None,
    key_file: str | Path | None = None,
    force: bool = False,
    progress: Progress = lambda _text: None,
) -> Book:
    """Make a report.

    Parameters
    ----------
    given : str or Path
        Purchases: a CSV or Parquet file, a ``.sql`` file, or a query that begins with SELECT.
    out : str or Path
        The folder to make. It must not be there, or be empty, or (with ``force``) hold a report.
    options : Settings, optional
        From :func:`crmlib.report.settings.read`.
    survey, costs : str or Path, optional
        Files for the sections on satisfaction and on profit.
    key_file : str or Path, optional
        A secret key: ids are replaced by pseudonyms everywhere.
    force : bool
        Replace an earlier report.
    progress : callable
        Gets a line of text before each step.

    Returns
    -------
    Book
        What was read.

    Raises
    ------
    ReportError
        In plain words. Nothing is left in ``out`` then.
    """
    out = Path(out)
    options = read() if options is None else options
    folder.check_place(out.absolute(), force)
    key = None if key_file is None else ids.read_key(Path(key_file))
    further = [None if path is None else Path(path) for path in (survey, costs)]
    answers = None if survey is None else side_files.read_survey(further[0], options, key)
    expenses = None if costs is None else side_files.read_costs(further[1], options, key)
    with folder.made_whole(out, force) as place:
        tables = place / "tables"
        tables.mkdir()
        progress(_("Reading the purchases"))
        book = reading.read(given, options, key, tables)
        with closing(book):
            study = Study(book)
            sections = []

            def write() -> None:
                _write(study, sections, place)

            steps = [*_steps(study, answers, expenses), (_("Writing the files"), write)]
            for number, (title, step) in enumerate(steps, start=1):
                progress(f"[{number}/{len(steps)}] {title}")
                section = step()
                if section is not None:
                    sections.append(section)
        # an open file could not be removed everywhere
        shutil.rmtree(tables / SCRATCH, ignore_errors=True)
    return book


def _steps(study: Study, answers: object, expenses: object) -> list[tuple[str, Callable]]:
    """The sections in the order of the page, each with what is said while it is made."""

    def values() -> Worth | None:
        return None if study.refusal else kept.setdefault("worth", Worth(study))

    kept: dict[str, Worth] = {}
    trial = Trial(study)
    return [
        (_("The data"), lambda: overview(study)),
        (_("Concentration"), lambda: concentration(study)),
        (_("Profit"), lambda: profit(study, expenses)),
        (_("Tiers"), lambda: tier_moves(study)),
        (_("Segments"), lambda: segments(study)),
        (_("Repeat purchases"), lambda: repeats(study)),
        (_("Models on trial"), lambda: forecasts(study, trial)),
        (_("Value of the customers"), lambda: worth(study, values(), trial)),
        (_("Cohorts"), lambda: cohorts(study)),
        (_("Lifecycle"), lambda: states(study)),
        (_("Survey"), lambda: satisfied(answers)),
        (_("Decisions and tests"), lambda: decisions(study, values())),
    ]


def _write(study: Study, sections: list[Section], place: Path) -> None:
    """Write tables, rows, notebook and page."""
    tables = place / "tables"
    changed = _write_findings(study.book, place)
    for section in sections:
        for table in section.tables:
            changed += cells.write_csv(table.frame, tables / f"{table.name}.csv")
            cells.write_parquet(_plain_types(table.frame), tables / f"{table.name}.parquet")
    ending = _write_purchases(study.book, tables)
    sections = [*_with_note(sections, changed)]
    text = notebook.notebook(study, sections, ending)
    (place / "report.ipynb").write_text(text, encoding="utf-8", newline="\n")
    page = html.page(study, sections)
    (place / "report.html").write_text(page, encoding="utf-8", newline="\n")


def _write_findings(book: Book, place: Path) -> int:
    changed = 0
    for one in book.findings:
        if one.table is not None:
            changed += cells.write_csv(one.table, place / one.file)
    return changed


def _write_purchases(book: Book, tables: Path) -> str:
    """Write the purchases that count, for the notebook; return the ending of the file."""
    if not book.in_memory:
        # written already, when they were read
        return ".parquet"
    frame = book.purchases[["customer_id", "date", "amount"]]
    if cells.write_parquet(frame, tables / "purchases.parquet"):
        return ".parquet"
    safe, _changed = cells.harmless(frame)
    text = safe.to_csv(index=False, date_format="%Y-%m-%d", lineterminator="\n")
    # no time in the header of the file: the same purchases give the same bytes
    packed = gzip.compress(text.encode("utf-8"), mtime=0)
    (tables / "purchases.csv.gz").write_bytes(packed)
    return ".csv.gz"


def _with_note(sections: list[Section], changed: int) -> Iterator[Section]:
    """Say in the section on the data how many cells were made harmless."""
    for section in sections:
        if section.name == "data" and changed:
            text = ngettext(
                "{number} cell began like a formula; in the CSV files an apostrophe stands in "
                "front of it, so that no spreadsheet runs it.",
                "{number:,} cells began like a formula; in the CSV files an apostrophe stands in "
                "front of them, so that no spreadsheet runs them.",
                changed,
            ).format(number=changed)
            section = replace(section, points=(*section.points, text))
        yield section


def _plain_types(frame: object) -> object:
    """Columns of mixed kinds as text: Parquet wants one kind a column."""
    texts = [name for name in frame.columns if frame[name].dtype == object]
    return frame.astype(dict.fromkeys(texts, "str"))
