"""What was found in the file: each matter with its rows, its money, its rule and its setting."""

from dataclasses import dataclass, field

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.report.settings import TAKE_OFF

CENTS = 100

# What each matter is, and what was done; said in the report, so that a manager understands it.
SET_ASIDE = {
    "not_chosen": N_("Rows with other cells than those asked for ({detail})."),
    "missing_ids": N_("Nobody knows whose purchases these are: the customer's id is missing."),
    "unreadable_dates": N_("The day of purchase is missing, or it is no date."),
    "unreadable_amounts": N_("The amount is missing, or it is no number."),
    "returns": N_("Returns and cancellations: the amount or the number of pieces is below 0."),
    "outside": N_("Purchases before the first or after the last day that counts ({detail})."),
    "stray_dates": N_("Days over a year away from all others ({detail}): most likely mistyped."),
    "returned_orders": N_("Orders that the file marks as returned ({detail})."),
    "zero_amounts": N_("Purchases with an amount of 0."),
    "identical_rows": N_("Rows that repeat an earlier row cell by cell."),
    "partial_last_month": N_("Purchases in the last month, which is not whole ({detail})."),
}
TAKEN_OFF = {
    "returns_taken_off": N_(
        "Returns and cancellations, taken off the same customer's latest purchases before them."
    ),
}
NO_PURCHASE = N_(
    "Returns and cancellations: their rows, and the money for which there was no earlier purchase."
)
FLAGGED = {
    "identical_rows": N_(
        "Rows that repeat an earlier row cell by cell. Two equal purchases on one day do happen; a "
        "file that was exported twice looks the same."
    ),
    "zero_amounts": N_("Purchases with an amount of 0: presents, vouchers, or gaps?"),
    "partial_last_month": N_(
        "The last month is not whole ({detail}): its figures are lower for that reason alone."
    ),
    "currencies": N_(
        "More than one currency ({detail}). The amounts were added up as if they were one: choose "
        "one currency with [only]."
    ),
    "countries": N_(
        "More than one country ({detail}). Habits may differ between them; choose one with [only]."
    ),
    "look_alike_ids": N_(
        "Ids that differ only by capitals or blanks ({detail}). They count as different customers."
    ),
    "collective_id": N_(
        "One id with far more purchases than any other ({detail}): a collective customer, such as "
        "“guest”, or a dealer?"
    ),
    "returned_orders": N_(
        "Orders that the file marks as returned ({detail}). They count as purchases here."
    ),
}
TWICE = N_("Most likely exported twice: {detail}.")
SETTING = {
    "not_chosen": "only",
    "outside": "rules.first_day, rules.last_day",
    "returns_taken_off": "rules.returns",
    "currencies": "only",
    "countries": "only",
    "look_alike_ids": "columns.customer",
    "collective_id": "columns.customer",
}


@dataclass(frozen=True)
class Finding:
    """One matter.

    Attributes
    ----------
    code : str
        Short name, also of its file.
    kind : {"set aside", "taken off", "flagged"}
    rows : int
    cents : int or None
        Sum of the readable amounts of these rows; None where it says nothing.
    detail : str
        What is to be filled into the sentence.
    value : str
        What the setting is now.
    table : DataFrame or None
        The rows themselves, to be kept in a file.
    """

    code: str
    kind: str
    rows: int
    cents: int | None
    detail: str = ""
    value: str = ""
    table: pd.DataFrame | None = field(default=None, repr=False, compare=False)

    @property
    def setting(self) -> str:
        """The name of the setting that changes it."""
        return SETTING.get(self.code, f"rules.{self.code}")

    @property
    def words(self) -> str:
        """What it is, in words."""
        if self.code == "returns" and self.value == TAKE_OFF:
            return _(NO_PURCHASE)
        if self.code == "identical_rows" and self.detail:
            return f"{_(FLAGGED[self.code])} {_(TWICE).format(detail=self.detail)}"
        texts = {"set aside": SET_ASIDE, "taken off": TAKEN_OFF, "flagged": FLAGGED}[self.kind]
        return _(texts[self.code]).format(detail=self.detail)

    @property
    def file(self) -> str:
        """The name of the file with the rows, or nothing."""
        if self.table is None:
            return ""
        return f"{'flagged' if self.kind == 'flagged' else 'set_aside'}/{self.code}.csv"


def table_of(findings: tuple[Finding, ...]) -> pd.DataFrame:
    """Return the findings as a table, one row each, money in whole units.

    Examples
    --------
    >>> table_of((Finding("missing_ids", "set aside", 3, 1250, value="set aside"),)).iloc[0, :4]
    matter      missing_ids
    kind          set aside
    rows                  3
    amount             12.5
    Name: 0, dtype: object
    """
    rows = [
        {
            "matter": one.code,
            "kind": one.kind,
            "rows": one.rows,
            "amount": None if one.cents is None else one.cents / CENTS,
            "what": one.words,
            "setting": one.setting,
            "value": one.value,
            "file": one.file,
        }
        for one in findings
    ]
    columns = ["matter", "kind", "rows", "amount", "what", "setting", "value", "file"]
    return pd.DataFrame(rows, columns=columns).astype({"amount": "float64"})
