"""What can be wrong with a table of purchases, in words."""

from collections.abc import Sequence

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_

DAYS_PER_UNIT = {"D": 1.0, "W": 7.0}
ROWS_SHOWN = 5
# The calendar's years: what every engine can hold as a date, and wider than any shop's life.
FIRST_YEAR, LAST_YEAR = 1, 9999

NO_ID = N_(
    "Column {column!r}: {number} rows have no customer id. Every purchase must belong to "
    "somebody: fill the ids in, or set these rows aside knowingly, then try again."
)
NO_AMOUNT = N_(
    "Column {column!r}: {number} rows are not a finite amount. Expected a number, 0 or "
    "more: correct these rows, or give amount=None to leave spend out."
)
NEGATIVE_AMOUNT = N_(
    "Column {column!r}: {number} rows are negative. A return is not a purchase: take it "
    "off the purchase that it belongs to, or set these rows aside, then try again."
)
YEAR_OUT_OF_RANGE = N_(
    "Column {column!r}: {number} rows are not in the years 1 to 9999. Correct these dates, or set "
    "the rows aside, then try again."
)
LATE = N_(
    "Column {column!r}: {number} rows are later than end ({end}), and {newcomers} "
    "customers bought for the first time only after it. Cut the table at that day, choose "
    "a later end, or use rfm.split to keep the later purchases as a holdout."
)


class PurchasesError(ValueError):
    """A table of purchases that cannot be summarised; the text says why and what to do."""


def check_unit(unit: str) -> None:
    """Refuse a unit of time that is neither weeks nor days."""
    if not isinstance(unit, str) or unit not in DAYS_PER_UNIT:
        raise PurchasesError(
            _("unit is {unit!r}; expected 'W' (weeks) or 'D' (days).").format(unit=unit)
        )


def check_columns(there: list[str], needed: list[str]) -> None:
    """Refuse a table without the needed columns, and one column or name in two parts."""
    missing = [name for name in needed if name not in there]
    if missing:
        raise PurchasesError(
            _(
                "The table has no column {missing}. Its columns are: {columns}. "
                "Say which columns to use: customer=…, date=…, amount=…."
            ).format(
                missing=", ".join(repr(name) for name in missing),
                columns=", ".join(str(name) for name in there),
            )
        )
    if any(there.count(name) > 1 for name in needed) or len(set(needed)) < len(needed):
        raise PurchasesError(_("Two of the columns to use have one name: give each its own."))


def check_summary(there: list[str], needed: Sequence[str]) -> None:
    """Refuse a summary without the needed columns."""
    missing = [name for name in needed if name not in there]
    if missing:
        raise PurchasesError(
            _("The summary has no column {missing}. Its columns are: {columns}.").format(
                missing=", ".join(repr(name) for name in missing),
                columns=", ".join(str(name) for name in there),
            )
        )


def empty_table() -> PurchasesError:
    """Return the error of a table without rows."""
    return PurchasesError(_("The table of purchases is empty: there is no customer to describe."))


def numbers_for_dates(column: str, example: object) -> PurchasesError:
    """Return the error of a column of numbers where dates should be."""
    return PurchasesError(
        _(
            "Column {column!r} holds numbers ({example}), not dates. Convert it first, "
            'for example pd.to_datetime(table[{column!r}], format="%Y%m%d").'
        ).format(column=column, example=example)
    )


def holdout_not_later(holdout_end: object, calibration_end: object) -> PurchasesError:
    """Return the error of a holdout that does not follow the calibration."""
    return PurchasesError(
        _(
            "holdout_end ({holdout_end}) must be later than calibration_end "
            "({calibration_end}). Give two days, the earlier first."
        ).format(holdout_end=holdout_end, calibration_end=calibration_end)
    )


def nobody_in_calibration(calibration_end: object, first: object) -> PurchasesError:
    """Return the error of a calibration that ends before the first purchase."""
    return PurchasesError(
        _(
            "No purchase up to calibration_end ({calibration_end}); the first is on {first}. "
            "Choose a later day."
        ).format(calibration_end=calibration_end, first=first)
    )
