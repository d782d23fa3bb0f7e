"""Lifetime value: one formula, two conventions, and the levers that move it.

Every value here is that of *one average customer* with one retention rate, in the money of the
margin. Two conventions are in use, and they are never mixed: the margin of the present period
counts (``first_margin=True``, the course's default), or the first margin that counts is the one
after the next renewal. Whoever quotes a gain from better retention has chosen one of them.

- ``clv``, ``clv_table``       the value by formula, and by a table, period by period
- ``margin_multiple``          how many margins a customer is worth, without the first
- ``retention_elasticity``, ``tornado``, ``retention_to_earn_back``   which lever moves most
"""

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.core.i18n import gettext as _


def clv(
    margin: ArrayLike,
    retention: ArrayLike,
    discount_rate: ArrayLike = 0.0,
    *,
    first_margin: bool = True,
    margin_growth: ArrayLike = 0.0,
    retention_cost: ArrayLike = 0.0,
    acquisition_cost: ArrayLike = 0.0,
) -> np.ndarray | float:
    r"""Lifetime value of a customer who renews with the same probability every period.

    .. math:: V = (m-c)\,\frac{1+d}{1+d-r(1+g)} - A \quad\text{with the first margin},\qquad
              V = (m-c)\,\frac{r(1+g)}{1+d-r(1+g)} - A \quad\text{without it}

    Parameters
    ----------
    margin : array_like
        Margin m per period, in money.
    retention : array_like
        Retention rate r per period, 0 to 1.
    discount_rate : array_like
        Discount rate d per period, 0 or more.
    first_margin : bool
        Whether the margin of the present period counts.
    margin_growth : array_like
        Growth g of the margin, and of what keeping costs, per period; above -1.
    retention_cost, acquisition_cost : array_like
        What keeping costs per period (c), and what winning has cost once (A), in money.

    Returns
    -------
    ndarray or float
        Value per customer, in the money of the margin.

    Raises
    ------
    ValueError
        When a rate is out of its range, or when the value has no bound.

    References
    ----------
    Gupta & Lehmann (2003), Customers as assets, Journal of Interactive Marketing 17(1), 9-24, for
    the second form, the margin multiple.

    Examples
    --------
    >>> round(clv(100, 0.8), 1)
    500.0
    >>> round(clv(100, 0.8, 0.1), 1), round(clv(100, 0.8, 0.1, first_margin=False), 1)
    (366.7, 266.7)
    """
    stays, rate, growth = checked_rates(retention, discount_rate, margin_growth)
    left = 1 + rate - stays * (1 + growth)
    if (left <= 0).any():
        raise ValueError(
            _(
                "The value has no bound: with a retention of {retention}, a growth of the margin "
                "of {growth} and a discount rate of {rate}, later years never count less. Choose "
                "a higher discount rate or a lower growth."
            ).format(retention=retention, growth=margin_growth, rate=discount_rate)
        )
    first = 1 + rate if first_margin else stays * (1 + growth)
    worth = (np.asarray(margin, float) - retention_cost) * first / left - acquisition_cost
    return number(worth)


def margin_multiple(retention: ArrayLike, discount_rate: ArrayLike) -> np.ndarray | float:
    r"""How many yearly margins a customer is worth, the present one not counted.

    .. math:: \frac{r}{1+d-r}

    Parameters
    ----------
    retention, discount_rate : array_like
        Retention rate, 0 to 1, and discount rate, 0 or more, per period.

    References
    ----------
    Gupta & Lehmann (2003), Customers as assets, Journal of Interactive Marketing 17(1), 9-24.

    Examples
    --------
    >>> round(margin_multiple(0.8, 0.1), 2), round(margin_multiple(0.9, 0.1), 2)
    (2.67, 4.5)
    """
    return clv(1.0, retention, discount_rate, first_margin=False)


def clv_table(
    margin: ArrayLike, survival: ArrayLike, discount_rate: float = 0.0, *, first_margin: bool = True
) -> pd.DataFrame:
    r"""Lifetime value by a table: so many still there, so much margin, so much of it today.

    .. math:: V = \sum_{t} m_t\,S(t)\,(1+d)^{-t}

    Parameters
    ----------
    margin : array_like
        Margin per period in money: one number, or one per row.
    survival : array_like
        Share of the customers still there at the beginning of each period, from 1 down.
    discount_rate : float
        Per period, 0 or more.
    first_margin : bool
        Whether the margin of period 0 counts.

    Returns
    -------
    DataFrame
        Index ``period`` (0, 1, …); ``still_there`` (share), ``margin`` and ``expected_margin``
        (money), ``discount_factor``, ``present_value`` and ``value_so_far`` (money of today).

    Examples
    --------
    >>> clv_table(100, [1, 0.8, 0.64], 0.1)["value_so_far"].round(1).tolist()
    [100.0, 172.7, 225.6]
    """
    still_there = np.atleast_1d(np.asarray(survival, float))
    if len(still_there) == 0 or not (abs(still_there[0] - 1) < 1e-9):
        raise ValueError(
            _("survival must begin with 1, when everybody is there; got {survival}.").format(
                survival=still_there[:3].tolist()
            )
        )
    if (np.diff(still_there) > 0).any() or not ((still_there >= 0) & (still_there <= 1)).all():
        raise ValueError(
            _("survival must be shares from 1 down, which never rise: who left stays away.")
        )
    _stays, rate, _growth = checked_rates(0.0, discount_rate, 0.0)
    periods = pd.RangeIndex(len(still_there), name="period")
    counted = (periods >= (0 if first_margin else 1)).astype(float)
    table = pd.DataFrame({"still_there": still_there, "margin": margin * counted}, index=periods)
    table["expected_margin"] = table["still_there"] * table["margin"]
    table["discount_factor"] = (1 + rate) ** -periods.to_numpy(float)
    table["present_value"] = table["expected_margin"] * table["discount_factor"]
    table["value_so_far"] = table["present_value"].cumsum()
    return table


def retention_elasticity(
    retention: ArrayLike, discount_rate: ArrayLike = 0.0, *, first_margin: bool = True
) -> np.ndarray | float:
    r"""By how many per cent the value rises when retention rises by one per cent of itself.

    .. math:: \frac{r}{1+d-r} \quad\text{with the first margin},\qquad
              \frac{1+d}{1+d-r} \quad\text{without it}

    One per cent of a retention of 0.9 is 0.9 points, or nine per cent of those who leave.

    References
    ----------
    Gupta, Lehmann & Stuart (2004), Valuing customers, Journal of Marketing Research 41(1), 7-18,
    report 3 to 7 for firms.

    Examples
    --------
    >>> retention_elasticity([0.8, 0.9], 0.1).round(2)
    array([2.67, 4.5 ])
    >>> retention_elasticity([0.8, 0.9], 0.1, first_margin=False).round(2)
    array([3.67, 5.5 ])
    """
    value = clv(1.0, retention, discount_rate, first_margin=first_margin)
    stays, rate, _growth = checked_rates(retention, discount_rate, 0.0)
    return number(value * (stays / (1 + rate) if first_margin else (1 + rate) / stays))


def tornado(
    base: Mapping[str, float],
    ranges: Mapping[str, tuple[float, float]],
    value: Callable[..., float] = clv,
) -> pd.DataFrame:
    """Move one input at a time from its low to its high end, and see what the value does.

    Parameters
    ----------
    base : mapping
        Every input of ``value`` by name.
    ranges : mapping
        The low and the high end of the inputs to move.
    value : callable
        What is computed, by default :func:`clv`.

    Returns
    -------
    DataFrame
        Index ``input``, the strongest first; ``low`` and ``high`` (ends), ``value_low`` and
        ``value_high`` (the value there), ``swing`` (their distance). ``attrs["base"]`` holds the
        value at the base.

    Examples
    --------
    >>> table = tornado({"margin": 100, "retention": 0.8},
    ...                 {"margin": (90, 110), "retention": (0.72, 0.88)})
    >>> table["swing"].round(0).to_dict()
    {'retention': 476.0, 'margin': 100.0}
    """
    unknown = [name for name in ranges if name not in base]
    if unknown:
        raise ValueError(
            _("{names}: not among the inputs of the base. Expected one of {known}.").format(
                names=", ".join(unknown), known=", ".join(base)
            )
        )
    rows = {
        name: [low, high, *(float(value(**{**base, name: end})) for end in (low, high))]
        for name, (low, high) in ranges.items()
    }
    columns = ["low", "high", "value_low", "value_high"]
    table = pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("input")
    table["swing"] = (table["value_high"] - table["value_low"]).abs()
    table.attrs["base"] = float(value(**base))
    return table.sort_values("swing", ascending=False)


def retention_to_earn_back(
    margin_change: float, retention: float, discount_rate: float = 0.0
) -> float:
    r"""Retention that a change of the margin must bring about, so that the value stays the same.

    .. math:: r' = (1+d) - (1+x)(1+d-r), \qquad x \text{ the change of the margin as a share}

    The first margin counts, and is changed as well. A result above 1 says that no retention
    pays for it.

    Examples
    --------
    >>> round(retention_to_earn_back(-0.2, 0.8), 2)
    0.84
    """
    if not margin_change > -1:
        raise ValueError(
            _("margin_change is {change}; expected a share above -1, as -0.2 for 20% less.").format(
                change=margin_change
            )
        )
    stays, rate, _growth = checked_rates(retention, discount_rate, 0.0)
    return float((1 + rate) - (1 + margin_change) * (1 + rate - stays))


def number(values: np.ndarray) -> np.ndarray | float:
    """Return an array as it is, and a single value as a plain number."""
    values = np.asarray(values)
    return values if values.ndim else values.item()


def checked_rates(
    retention: ArrayLike, discount_rate: ArrayLike, margin_growth: ArrayLike
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return the three rates as arrays; an error in words where one is out of its range."""
    stays, rate, growth = (
        np.asarray(number, float) for number in (retention, discount_rate, margin_growth)
    )
    if not ((stays >= 0) & (stays <= 1)).all():
        raise ValueError(
            _("retention is {value}; expected a share from 0 to 1, such as 0.8 for 80%.").format(
                value=retention
            )
        )
    if not ((rate >= 0) & np.isfinite(rate)).all():
        raise ValueError(
            _("discount_rate is {value}; expected 0 or more, such as 0.1 for 10%.").format(
                value=discount_rate
            )
        )
    if not ((growth > -1) & np.isfinite(growth)).all():
        raise ValueError(
            _("margin_growth is {value}; expected a share above -1, such as 0.05.").format(
                value=margin_growth
            )
        )
    return stays, rate, growth
