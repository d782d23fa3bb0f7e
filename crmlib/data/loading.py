"""Read a table's file and check it: `load`; list the tables: `catalogue`."""

import gzip
import zlib
from pathlib import Path

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.data import problems
from crmlib.data.places import locate
from crmlib.data.schema import Table
from crmlib.data.tables import TABLES, find
from crmlib.data.validation import TableError, examine

BROKEN_FILE = (
    UnicodeDecodeError,
    pd.errors.EmptyDataError,
    pd.errors.ParserError,
    gzip.BadGzipFile,
    zlib.error,
    EOFError,
)


def load(name: str, folder: str | Path | None = None) -> pd.DataFrame:
    """Load a table of the course, checked, with the right types.

    The table is looked for in the folder you name; else in the folder that your settings name
    (`CRMLIB_DATA`, or `data` in the nearest crmlib.toml); else in the course's own `datasets`.
    Real and reference tables that the settings' folder lacks come from the course, since they
    are the same everywhere. A company's table that it lacks is an error: another company's
    table in its place would go unnoticed.

    Parameters
    ----------
    name : str
        The table's name, as in `data.catalogue()`.
    folder : str or Path, optional
        Look in this folder only.

    Returns
    -------
    DataFrame
        Integers are int64, real numbers float64, text str, dates datetime64[us], truth values
        bool. Rows are in the file's order, numbered from 0.

    Raises
    ------
    ValueError
        When no table has this name. The text names the nearest ones.
    FileNotFoundError
        When the file is not where it was looked for. The text names the places.
    TableError
        When the file cannot be read, or breaks the table's schema.

    Examples
    --------
    >>> from crmlib import data
    >>> data.load("donations").head(2)
       frequency  recency  n  count
    0          0        0  6   3464
    1          1        1  6   1091
    """
    table = find(name)
    return read_checked(table, locate(table, folder))


def read_checked(table: Table, path: Path) -> pd.DataFrame:
    """Read the file of a table, and refuse it where it breaks the table's schema.

    Parameters
    ----------
    table : Table
    path : Path

    Raises
    ------
    TableError
        When the file cannot be read, or breaks the schema.

    Examples
    --------
    >>> schema = find("donations")
    >>> read_checked(schema, locate(schema)).shape
    (22, 4)
    """
    typed, found = examine(_read(path, table), table)
    if found:
        where = _("In the file {path} (row 0 is its second line):").format(path=path)
        raise TableError(f"{where}\n{problems.report(table.name, found)}")
    return typed


def catalogue() -> pd.DataFrame:
    """List the tables of the course.

    Returns
    -------
    DataFrame
        One row a table: `table` (the name for `data.load`), `rows` and `columns` (how many),
        `row_is` (what one row is), `notebooks` (which ones load it).

    Examples
    --------
    >>> from crmlib import data
    >>> data.catalogue().set_index("table").rows["cdnow"].item()
    69659
    """
    return pd.DataFrame(
        {
            "table": [table.name for table in TABLES],
            "rows": [table.rows for table in TABLES],
            "columns": [len(table.columns) for table in TABLES],
            "row_is": [_(table.row_is) for table in TABLES],
            "notebooks": [", ".join(table.notebooks) for table in TABLES],
        }
    )


def _read(path: Path, table: Table) -> pd.DataFrame:
    # Cells are read as text, so that examine() sees what the file says, and names it.
    text = {column.name: "str" for column in table.columns}
    try:
        frame = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    except BROKEN_FILE as error:
        raise TableError(
            _(
                'The file of table "{name}" cannot be read: {path}\n{error}\n'
                "Expected: comma-separated text in UTF-8, the first line with the column names.\n"
                "What to do: save the file again in this form, or fetch a fresh copy."
            ).format(name=table.name, path=path, error=error)
        ) from error
    if not isinstance(frame.index, pd.RangeIndex):
        raise TableError(
            _(
                'The file of table "{name}" has more cells in its rows than column names: {path}\n'
                "What to do: look for decimal commas and for commas in text; "
                "put such cells in quotation marks."
            ).format(name=table.name, path=path)
        )
    return frame
