"""Money and time: discounting, horizons and units that cannot be confused."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from crmlib.core import tables
from crmlib.core.i18n import gettext as _

DAYS_PER_YEAR = 365.25
UNITS_PER_PERIOD = {
    "W": {"year": DAYS_PER_YEAR / 7, "week": 1.0, "day": 1 / 7},
    "D": {"year": DAYS_PER_YEAR, "week": 7.0, "day": 1.0},
}
DISCOUNTING_STEP_IN_YEARS = 1 / 12


def units_per(period: str, table: pd.DataFrame) -> float:
    """Return how many of the table's units of time make a period ("year", "week", "day", "unit").

    Examples
    --------
    >>> table = pd.DataFrame()
    >>> table.attrs["unit"] = "W"
    >>> round(units_per("year", table), 2)
    52.18
    """
    if period == "unit":
        return 1.0
    if period not in UNITS_PER_PERIOD["W"]:
        raise ValueError(
            _("per is {period!r}; expected 'year', 'week', 'day' or 'unit'.").format(period=period)
        )
    unit = table.attrs.get("unit")
    if unit not in UNITS_PER_PERIOD:
        raise ValueError(
            _(
                "The summary does not say its unit of time. Set summary.attrs['unit'] to 'W' "
                "(weeks) or 'D' (days); rfm.summarize does so by itself."
            )
        )
    return UNITS_PER_PERIOD[unit][period]


def discount_per_unit(discount_rate: float, per: str, table: pd.DataFrame) -> float:
    """Return the continuous rate per unit of time that equals ``discount_rate`` per period."""
    refuse_bad_rate(discount_rate)
    return float(np.log1p(discount_rate) / units_per(per, table)) if discount_rate else 0.0


def discounted_steps(years: float, discount_rate_per_year: float) -> tuple[np.ndarray, np.ndarray]:
    """Ends of the steps of about a month, 0 first, and the discount in the middle of each."""
    steps = max(1, round(years / DISCOUNTING_STEP_IN_YEARS))
    ends = np.linspace(0, years, steps + 1)
    middle = (ends[1:] + ends[:-1]) / 2
    return ends, (1 + discount_rate_per_year) ** -middle


def integral_over_time(function: Callable[[float], np.ndarray], rate: float) -> np.ndarray:
    r"""Integrate :math:`f(t)\,e^{-\delta t}` over all times from 0 on.

    With t = e^u / δ the integrand is a smooth hill in u, on which the trapezoidal rule is exact to
    some ten digits.

    Parameters
    ----------
    function : callable
        From a time to an array of values, smooth, bounded by a power of t.
    rate : float
        The continuous discount rate δ per unit of time, above 0.

    Examples
    --------
    >>> float(integral_over_time(lambda t: np.array(1.0), rate=0.5).round(9))
    2.0
    """
    step = 0.3
    logs = np.arange(-32.0, 4.0, step)
    total = 0.0
    for u in logs:
        time = np.exp(u)
        total = total + function(time / rate) * np.exp(-time) * time * step
    return total / rate


def matched(
    amount: pd.Series | float, table: pd.DataFrame, name: str = "spend"
) -> pd.Series | float:
    """Return an amount for each row of the table, by its index; an error where there is none."""
    if not isinstance(amount, pd.Series):
        return amount
    return tables.matched(amount, table.index, name)


def refuse_bad_rate(discount_rate: float, name: str = "discount_rate") -> None:
    """Raise a ValueError for a discount rate that is no share from 0 to below 1."""
    if not 0 <= discount_rate < 1:
        raise ValueError(
            _("{name} is {rate}; expected a share between 0 and 1, such as 0.1 for 10%.").format(
                name=name, rate=discount_rate
            )
        )


def refuse_bad_terms(margin: float, discount_rate_per_year: float, years: float) -> None:
    """Raise a ValueError for terms of a lifetime value that cannot be."""
    if not 0 <= margin <= 1:
        raise ValueError(
            _(
                "margin is {margin}; expected a share of the amount between 0 and 1, such as 0.3."
            ).format(margin=margin)
        )
    refuse_bad_rate(discount_rate_per_year, "discount_rate_per_year")
    if not years > 0:
        raise ValueError(_("years is {years}; expected a horizon above 0.").format(years=years))
