"""What a table is, written down: one `Table` a file, one `Column` a column.

A schema is the single source of four things: the types that `data.load` gives, the checks of
`data.validate`, the list that `data.catalogue` shows, and the data card (`datasets/README.md`).
"""

from dataclasses import dataclass
from typing import Literal

Kind = Literal["integer", "real", "text", "date", "truth value"]
Origin = Literal["real", "synthetic", "reference"]


@dataclass(frozen=True)
class Column:
    """One column: what it means and which values it may hold.

    Parameters
    ----------
    name : str
        The column's name in the file.
    kind : {"integer", "real", "text", "date", "truth value"}
        Gives int64, float64, str, datetime64[us] and bool. Where cells may be empty, integers
        and truth values become pandas' Int64 and boolean.
    meaning : str
        What one cell says, in a few words.
    unit : str, optional
        The unit of a number: "weeks", "US dollars".
    low, high : number or ISO date text, optional
        Smallest and largest legal value, both included.
    allowed : tuple, optional
        The legal values, where they can be listed.
    nullable : bool, optional
        Whether a cell may be empty.
    decimals : int, optional
        To how many decimals a real number of a synthetic table is rounded; written here only.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    low: float | str | None = None
    high: float | str | None = None
    allowed: tuple[str | int, ...] = ()
    nullable: bool = False
    decimals: int | None = None


@dataclass(frozen=True)
class Table:
    """One table: what a row is, where it comes from, and what to know before using it.

    Parameters
    ----------
    name : str
        The name for `data.load`.
    file : str
        Path below the data folder, with forward slashes.
    origin : {"real", "synthetic", "reference"}
        Real and reference tables are the same in every copy of the course. A synthetic table
        belongs to one generated company, and is never taken from another one's folder.
    row_is : str
        What one row is, as a phrase: "one purchase".
    rows : int
        The number of rows in the file of the course.
    columns : tuple of Column
    key : tuple of str
        The columns that together occur once only; empty where equal rows are legal.
    notebooks : tuple of str
        The notebooks that load the table, such as "05_alive".
    source, licence, made : str
        Where the numbers come from; who may use them; how the file was made of them.
    population, clock : str, optional
        Who can be in the table; which time it covers. Reference tables have neither.
    traps, simplifications : tuple of str
        What misleads a hasty reader; where the table is simpler than the world.
    """

    name: str
    file: str
    origin: Origin
    row_is: str
    rows: int
    columns: tuple[Column, ...]
    key: tuple[str, ...]
    notebooks: tuple[str, ...]
    source: str
    licence: str
    made: str
    population: str = ""
    clock: str = ""
    traps: tuple[str, ...] = ()
    simplifications: tuple[str, ...] = ()
