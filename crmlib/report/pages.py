"""What a section is made of: figures, tables, two sentences, warnings."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

# How a column is written in the HTML page; the files keep the numbers themselves.
FORMATS = ("whole", "share", "money", "number", "about", "precise", "text", "code", "day")


def three_digits(number: float) -> str:
    """Write an expectation in three digits: more of them would pretend to be known.

    Examples
    --------
    >>> three_digits(17062.99), three_digits(18.234), three_digits(0.0)
    ('17,100', '18.2', '0')
    """
    if not math.isfinite(number):
        return "–"
    digits = 2 - math.floor(math.log10(abs(number))) if number else 0
    return f"{round(number, digits):,.{max(0, digits)}f}"


@dataclass(frozen=True)
class Column:
    """A column of a shown table: its heading and how it is written."""

    heading: str
    kind: str = "number"


@dataclass(frozen=True)
class Table:
    """A table that is shown, and kept in a file.

    Attributes
    ----------
    name : str
        Name of the file.
    caption : str
        What it shows, in words.
    frame : DataFrame
        All rows; the index is written, too, where it has a name.
    columns : mapping
        Which columns are shown, in order.
    most_rows : int
        How many rows the page shows; the file has all.
    """

    name: str
    caption: str
    frame: pd.DataFrame
    columns: Mapping[str, Column]
    most_rows: int = 30


@dataclass(frozen=True)
class Picture:
    """A figure: its bytes (PNG), and what it shows, in words, for those who cannot see it."""

    name: str
    caption: str
    alt: str
    png: bytes = field(repr=False)


@dataclass(frozen=True)
class Section:
    """One section of the report.

    Attributes
    ----------
    name : str
        Anchor in the page.
    title : str
    says, cannot : str
        What it says, and what it cannot say, in plain words.
    shown : tuple of Table or Picture
    warnings : tuple of str
        Where the assumptions fail.
    points : tuple of str
        Further sentences, such as the verdict of a comparison.
    code : tuple of str
        Cells of the notebook that reproduce it.
    """

    name: str
    title: str
    says: str
    cannot: str
    shown: tuple[Table | Picture, ...] = ()
    warnings: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    code: tuple[str, ...] = ()

    @property
    def tables(self) -> list[Table]:
        """The tables of this section."""
        return [one for one in self.shown if isinstance(one, Table)]
