"""Where the purchases come from: a text file, a Parquet file, or a query that DuckDB answers.

They are told apart by how the argument ends:

- ``.csv``, ``.tsv``, ``.txt`` (also with ``.gz``): a text file, every cell read as it stands
- ``.parquet``, ``.pq``: a Parquet file
- ``.sql``: a text file with one SELECT; or the argument itself begins with SELECT, WITH or FROM

A query stays in DuckDB, which reads tables larger than memory. It needs ``pip install
"crmlib[engines]"``, as Parquet does.
"""

import csv
import gzip
import io
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report.problems import ReportError, fault, listing
from crmlib.report.settings import Settings

TEXT_ENDINGS = (".csv", ".tsv", ".txt")
PARQUET_ENDINGS = (".parquet", ".pq")
SEPARATORS = (",", ";", "\t", "|")
QUERY = re.compile(r"\s*(select|with|from)\b", re.IGNORECASE)
BINARY = {b"PK\x03\x04": "Excel, zip", b"PAR1": "Parquet", b"\xd0\xcf\x11\xe0": "Excel"}
HEAD = 200_000
UNPACKING = (OSError, EOFError, zlib.error)


@dataclass(frozen=True)
class Source:
    """What was given: its kind ("text", "parquet" or "query"), its path or SQL, a name to show."""

    kind: str
    path: Path | None
    query: str
    name: str


@dataclass(frozen=True)
class RawTable:
    """A table as it was found: nothing dropped, nothing converted.

    Attributes
    ----------
    frame : DataFrame
        Every row and column; index 0, 1, … Text files give texts only.
    notes : tuple of str
        How it was read.
    """

    frame: pd.DataFrame
    notes: tuple[str, ...]


def recognise(given: str) -> Source:
    """Tell a text file, a Parquet file and a query apart.

    Examples
    --------
    >>> recognise("SELECT * FROM 'shop.parquet'").kind
    'query'
    """
    if QUERY.match(given) and not Path(given).is_file():
        return Source("query", None, given.strip().rstrip(";"), _("a query"))
    path = Path(given)
    endings = "".join(path.suffixes[-2:]).lower().removesuffix(".gz")
    if path.is_dir():
        raise fault(
            _("{path} is a folder, not a file.").format(path=given),
            todo=_("name the file with the purchases; several files: give a query."),
        )
    if not path.is_file():
        raise fault(
            _("There is no file {path}.").format(path=given),
            expected=_("a CSV or Parquet file, a .sql file, or a query that begins with SELECT"),
            todo=_("check name and folder."),
        )
    if endings.endswith(PARQUET_ENDINGS):
        return Source("parquet", path, "", path.name)
    if endings.endswith(".sql"):
        text = path.read_text(encoding="utf-8-sig").strip().rstrip(";")
        return Source("query", None, text, path.name)
    if endings.endswith(TEXT_ENDINGS):
        return Source("text", path, "", path.name)
    raise fault(
        _("The kind of {path} is not known by its ending.").format(path=given),
        expected=".csv, .tsv, .txt (.gz), .parquet, .pq, .sql",
        todo=_("save the table as CSV (UTF-8): in Excel by “Save as”. Then try again."),
    )


def read_table(source: Source, settings: Settings) -> RawTable:
    """Read a text or Parquet file whole."""
    return _read_parquet(source) if source.kind == "parquet" else _read_text(source, settings)


def _read_parquet(source: Source) -> RawTable:
    try:
        frame = pd.read_parquet(source.path)
    except ImportError:
        raise needs_engines(_("Parquet files")) from None
    except (OSError, ValueError) as error:
        raise fault(
            _("{file} is no readable Parquet file: {reason}").format(
                file=source.name, reason=str(error).splitlines()[0]
            ),
            todo=_("write the file again, or give a CSV file."),
        ) from None
    frame = frame.reset_index(drop=isinstance(frame.index, pd.RangeIndex))
    frame.columns = frame.columns.map(str)
    return RawTable(_not_empty(frame, source), (_("Read as Parquet."),))


def _read_text(source: Source, settings: Settings) -> RawTable:
    encoding = settings["reading.encoding"] or _encoding(source)
    head = _head(source, encoding)
    separator = settings["reading.separator"] or _separator(head)
    names = _header(head, separator, source)
    try:
        frame = pd.read_csv(
            source.path,
            sep=separator,
            dtype="str",
            na_filter=False,
            encoding=encoding,
            index_col=False,
            on_bad_lines="error",
            engine="c",
        )
    except UnicodeDecodeError as error:
        raise _not_utf8(source, encoding, error) from None
    except UNPACKING as error:
        raise _cannot_open(source, error) from None
    except (pd.errors.ParserError, ValueError) as error:
        raise fault(
            _("{file} cannot be read as a table: {reason}").format(
                file=source.name, reason=str(error).strip()
            ),
            expected=_("as many cells in every line as in the header, {number}").format(
                number=len(names)
            ),
            todo=_(
                "look at this line for a decimal comma, a separator or a quotation mark in text; "
                "cells with them need quotation marks."
            ),
        ) from None
    frame = frame.fillna("")
    frame.columns = [name.strip() for name in frame.columns]
    shown = {"\t": _("tab")}.get(separator, separator)
    note = _("Read as text: encoding {encoding}, cells separated by “{separator}”.").format(
        encoding=encoding.removesuffix("-sig").upper(), separator=shown
    )
    return RawTable(_not_empty(frame, source), (note,))


def _encoding(source: Source) -> str:
    start = source.path.read_bytes()[:4] if source.path.stat().st_size else b""
    for mark, kind in BINARY.items():
        if start.startswith(mark):
            raise fault(
                _("{file} is no text file ({kind}), whatever its ending says.").format(
                    file=source.name, kind=kind
                ),
                expected=_("comma-separated text in UTF-8"),
                todo=_("open it in the program that made it, and save it as CSV (UTF-8)."),
            )
    return "utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"


def _head(source: Source, encoding: str) -> str:
    opener = gzip.open if source.path.suffix.lower() == ".gz" else open
    try:
        with opener(source.path, "rb") as file:
            head = file.read(HEAD)
        # the cut may go through a character
        return head.decode(encoding, errors="strict" if len(head) < HEAD else "ignore")
    except UnicodeDecodeError as error:
        raise _not_utf8(source, encoding, error) from None
    except LookupError:
        raise fault(
            _("There is no encoding {encoding!r}.").format(encoding=encoding),
            expected="utf-8, gb18030, cp1252, latin-1",
            todo=_("change reading.encoding."),
        ) from None
    except UNPACKING as error:
        raise _cannot_open(source, error) from None


def _cannot_open(source: Source, error: Exception) -> ReportError:
    return fault(
        _("{file} cannot be opened: {reason}").format(file=source.name, reason=error),
        todo=_("fetch or save the file again."),
    )


def _not_utf8(source: Source, encoding: str, error: UnicodeDecodeError) -> ReportError:
    return fault(
        _("{file} is not written in {encoding} (byte {place} is {byte:#x}).").format(
            file=source.name,
            encoding=encoding.removesuffix("-sig").upper(),
            place=error.start,
            byte=error.object[error.start],
        ),
        expected=_("text in UTF-8"),
        todo=_(
            "save it as CSV (UTF-8); or set reading.encoding, such as gb18030 (Chinese) or cp1252 "
            "(Western European Windows)."
        ),
    )


def _separator(head: str) -> str:
    first = next((line for line in head.splitlines() if line.strip()), "")
    outside = re.sub(r'"[^"]*"', "", first)
    return max(SEPARATORS, key=outside.count) if outside else ","


def _header(head: str, separator: str, source: Source) -> list[str]:
    if "\x00" in head:
        raise fault(
            _("{file} holds zero bytes: it is no text file.").format(file=source.name),
            expected=_("comma-separated text in UTF-8"),
            todo=_("save the table as CSV (UTF-8)."),
        )
    rows = csv.reader(io.StringIO(head), delimiter=separator)
    names = next((row for row in rows if any(cell.strip() for cell in row)), None)
    if names is None:
        raise fault(
            _("{file} is empty.").format(file=source.name),
            expected=_("a line with the names of the columns, then a line for each purchase"),
            todo=_("choose another file, or export it again."),
        )
    names = [name.strip() for name in names]
    twice = sorted({name for name in names if names.count(name) > 1 and name})
    if twice:
        raise fault(
            _("{file} has columns with the same name: {names}.").format(
                file=source.name, names=listing(twice)
            ),
            expected=_("a name of its own for each column"),
            todo=_("rename one of them in the first line."),
        )
    return names


def _not_empty(frame: pd.DataFrame, source: Source) -> pd.DataFrame:
    if frame.empty:
        raise fault(
            _("{file} has a header, but no rows.").format(file=source.name),
            expected=_("a line for each purchase"),
            todo=_("export it again; check the filter or the period."),
        )
    return frame


def needs_engines(what: str) -> ReportError:
    """Return the error of a package that is not installed."""
    return fault(
        _("{what} need a package that is not installed.").format(what=what),
        todo=_('run pip install "crmlib[engines]", or give a CSV file.'),
    )
