"""The book of purchases: what is left to count, and how it came out of the file."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report.columns import Columns
from crmlib.report.findings import CENTS, Finding
from crmlib.report.pages import three_digits
from crmlib.report.problems import fault
from crmlib.report.settings import Settings


@dataclass(frozen=True)
class Book:
    """Purchases that count, and the account of all rows of the file.

    Attributes
    ----------
    purchases : DataFrame or relation
        ``customer_id`` (text), ``date`` (day), ``amount`` (money), ``cents``. A relation of DuckDB
        where the purchases come from a query: they stay in the engine.
    coded : DataFrame or relation
        The same, but ``customer_id`` is the place of the id in ``names``: numbers are sorted and
        grouped several times as fast as texts.
    names : Index
        The ids, sorted, each once; of a query also those whose rows were all set aside.
    first, last : Timestamp
        Days of the first and of the last purchase that counts.
    rows, cents, customers : int
        Of the purchases that count.
    rows_read, cents_read : int
        Of the whole file.
    findings : tuple of Finding
    columns : Columns
    notes : tuple of str
        How the file was read.
    settings : Settings
    name : str
        The file's name, or what stands for it.
    pseudonymous : bool
        Whether ids were replaced by pseudonyms.
    counts : mapping
        Rows per currency and per country, where there is such a column.
    close : callable
        Ends the engine that holds the purchases, if one does.
    """

    purchases: Any
    coded: Any
    names: pd.Index
    first: pd.Timestamp
    last: pd.Timestamp
    rows: int
    cents: int
    customers: int
    rows_read: int
    cents_read: int
    findings: tuple[Finding, ...]
    columns: Columns
    notes: tuple[str, ...]
    settings: Settings
    name: str
    pseudonymous: bool
    counts: Mapping[str, pd.Series]
    close: Callable[[], None] = lambda: None

    @property
    def in_memory(self) -> bool:
        """Whether the purchases are a pandas table."""
        return isinstance(self.purchases, pd.DataFrame)

    @property
    def days(self) -> int:
        """Days from the first to the last purchase, both counted."""
        return (self.last - self.first).days + 1

    def reconciliation(self) -> pd.DataFrame:
        """From the whole file to the purchases that count, in rows and in money.

        Returns
        -------
        DataFrame
            ``step`` (in words), ``rows`` and ``cents`` (whole numbers). The first row is the
            file, the last what counts: what lies between adds up, or an error is raised.
        """
        lines = [(_("In the file"), self.rows_read, self.cents_read)]
        lines += [
            (one.words, -one.rows, -one.cents) for one in self.findings if one.kind == "set aside"
        ]
        gap = sum(rows for _t, rows, _c in lines) - self.rows
        gap_in_cents = sum(cents for _t, _r, cents in lines) - self.cents
        if gap or gap_in_cents:
            raise fault(
                _("{rows} rows and {cents} cents are unaccounted for.").format(
                    rows=gap, cents=gap_in_cents
                ),
                expected=_("the same rows whenever the file or query is read"),
                todo=_("leave chance out of the query (LIMIT without ORDER BY, samples)."),
            )
        lines.append((_("Used in this report"), self.rows, self.cents))
        return pd.DataFrame(lines, columns=["step", "rows", "cents"])

    def money(self, cents: float) -> str:
        """Write an amount of cents with the name of the money.

        Examples
        --------
        ``book.money(123456)`` is "1,234.56", or "1,234.56 yuan" where the money has a name.
        """
        name = self.settings["report.money"]
        return f"{cents / CENTS:,.2f}" + (f" {name}" if name else "")

    def about(self, cents: float) -> str:
        """Write an expectation in three digits: more of them would pretend to be known."""
        name = self.settings["report.money"]
        text = three_digits(cents / CENTS)
        return f"{text} {name}" if name and math.isfinite(cents) else text
