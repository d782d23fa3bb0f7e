"""Tables into files, safely: a spreadsheet must not run a cell as a formula.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end gets an apostrophe in front,
which a spreadsheet shows as text. Plain numbers such as ``-12.50`` stay as they are.
"""

import csv
import importlib.util
from pathlib import Path

import pandas as pd

RISKY = r"^[=+\-@\t\r\n＝＋－＠]"
PLAIN_NUMBER = r"[+-]?\d+(?:[.,]\d+)*"
APOSTROPHE = "'"
MANY_ROWS = 100_000


def harmless(frame: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the table with its risky texts made harmless, and how many there were.

    Examples
    --------
    >>> table, changed = harmless(pd.DataFrame({"id": ["=1+1", "-12.50", "Anna"], "n": [-1, 2, 3]}))
    >>> table["id"].to_list(), changed
    (["'=1+1", '-12.50', 'Anna'], 1)
    """
    changed = 0
    columns = {}
    for place in range(frame.shape[1]):
        cells = frame.iloc[:, place]
        if not pd.api.types.is_numeric_dtype(cells) and not _are_days(cells):
            text = cells.astype("str")
            risky = text.str.contains(RISKY, regex=True) & ~text.str.fullmatch(PLAIN_NUMBER)
            risky = risky.fillna(False).astype(bool)
            if risky.any():
                changed += int(risky.sum())
                cells = cells.astype("object").where(~risky, APOSTROPHE + text)
        columns[place] = cells
    safe = pd.concat(columns, axis=1) if columns else frame.copy()
    names = pd.Series([str(name) for name in frame.columns], dtype="str")
    risky = names.str.contains(RISKY, regex=True)
    safe.columns = names.where(~risky, APOSTROPHE + names).to_list()
    return safe, changed + int(risky.sum())


def write_csv(frame: pd.DataFrame, path: Path) -> int:
    """Write a table as CSV (UTF-8, as spreadsheets know it); return how many cells were changed."""
    safe, changed = harmless(frame)
    path.parent.mkdir(parents=True, exist_ok=True)
    if len(frame) > MANY_ROWS and _has_pyarrow():
        _write_many(safe, path)
        return changed
    safe.to_csv(
        path,
        index=False,
        encoding="utf-8-sig",
        quoting=csv.QUOTE_NONNUMERIC,
        date_format="%Y-%m-%d",
        lineterminator="\n",
    )
    return changed


def write_parquet(frame: pd.DataFrame, path: Path) -> bool:
    """Write a table as Parquet, where pyarrow is installed; return whether it is."""
    if not _has_pyarrow():
        return False
    frame.to_parquet(path, index=False)
    return True


def _write_many(frame: pd.DataFrame, path: Path) -> None:
    """Write the same cells ten times as fast; texts have quotation marks only where needed."""
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    table = pa.Table.from_pandas(frame, preserve_index=False)
    for place, column in enumerate(table.schema):
        if pa.types.is_timestamp(column.type):
            table = table.set_column(place, column.name, table[place].cast(pa.date32()))
    with path.open("wb") as file:
        file.write("\ufeff".encode())
        arrow_csv.write_csv(table, file)


def _has_pyarrow() -> bool:
    return importlib.util.find_spec("pyarrow") is not None


def _are_days(cells: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(cells)
