"""Tables into files, safely: a spreadsheet must not run a cell as a formula.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a line end gets an apostrophe in front,
which a spreadsheet shows as text. Plain numbers such as ``-12.50`` stay as they are.
"""

import csv
from pathlib import Path

import pandas as pd

RISKY = r"^[=+\-@\t\r\n＝＋－＠]"
PLAIN_NUMBER = r"[+-]?\d+(?:[.,]\d+)*"
APOSTROPHE = "'"


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
    try:
        import pyarrow  # noqa: F401
    except ImportError:
        return False
    frame.to_parquet(path, index=False)
    return True


def _are_days(cells: pd.Series) -> bool:
    return pd.api.types.is_datetime64_any_dtype(cells)
