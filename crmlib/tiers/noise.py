"""The pyramid that chance builds: customers who are all alike, sorted by their luck.

- ``noise_pyramid``    identical customers, year after year
- ``noise_top_share``  what the top q of them hold, from the formula instead of a simulation
- ``deal``             the real orders of a year, dealt out to the customers like cards
- ``years_without_leaving``  customers who do differ, but never change and never leave

A real pyramid proves nothing before it has been set beside one of these.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import stats

from crmlib.core.i18n import gettext as _


def noise_pyramid(
    customers: int = 8000, rate: float = 3.0, years: int = 2, seed: int = 7
) -> pd.DataFrame:
    """Orders of customers who are all alike: each has ``rate`` a year on average, by chance.

    Parameters
    ----------
    customers, years : int
        How many, 1 or more.
    rate : float
        Mean orders a year of every customer, above 0.
    seed : int
        The same seed gives the same table.

    Returns
    -------
    DataFrame
        Index ``customer_id`` (1, 2, …), a column per year (1, 2, …); whole numbers, Poisson.

    Examples
    --------
    >>> noise_pyramid(customers=3, seed=1)
                 1  2
    customer_id
    1            4  2
    2            4  2
    3            4  6
    """
    for name, number in (("customers", customers), ("years", years)):
        if int(number) != number or number < 1:
            raise ValueError(
                _("{name} is {number}; expected a whole number of 1 or more.").format(
                    name=name, number=number
                )
            )
    _require_rate(rate)
    orders = np.random.default_rng(seed).poisson(rate, (int(years), int(customers))).T
    index = pd.RangeIndex(1, int(customers) + 1, name="customer_id")
    return pd.DataFrame(orders, index, columns=range(1, int(years) + 1))


def noise_top_share(q: float, rate: float) -> float:
    r"""Share of all orders that the luckiest ``q`` of many identical customers hold.

    .. math:: \frac{1}{\lambda}\Big(\lambda\,P(X \ge k) + \big(q - P(X > k)\big)\,k\Big),
              \quad X \sim \text{Poisson}(\lambda)

    where :math:`k` is the number of orders at the cut: those with more than :math:`k` are in, of
    those with exactly :math:`k` as many as there is room for.

    Parameters
    ----------
    q : float
        Part of the customers, above 0 and up to 1.
    rate : float
        Mean orders of every customer in the period, above 0.

    Returns
    -------
    float
        Between ``q`` and 1.

    Examples
    --------
    >>> round(noise_top_share(0.2, rate=3.0), 3)
    0.373
    """
    if not 0 < q <= 1:
        raise ValueError(
            _("q is {q}; expected a part of the customers, such as 0.2 for 20%.").format(q=q)
        )
    _require_rate(rate)
    at_the_cut = stats.poisson.isf(q, rate)
    # x·p(x) = rate·p(x - 1), so the orders of those above k are rate·P(X >= k)
    above = rate * stats.poisson.sf(at_the_cut - 1, rate)
    room = q - stats.poisson.sf(at_the_cut, rate)
    return float((above + room * at_the_cut) / rate)


def deal(amounts: ArrayLike, customers: pd.Index, seed: int = 7) -> pd.Series:
    """Deal real orders out like cards: each to a customer drawn by chance.

    Parameters
    ----------
    amounts : array_like
        The amounts of the orders of a period.
    customers : Index
        Who can get one.
    seed : int
        The same seed gives the same deal.

    Returns
    -------
    Series
        Sum of the amounts per customer, named ``dealt``, with the index ``customers``. Its sum is
        the sum of ``amounts``.

    Examples
    --------
    >>> deal([10.0, 20.0, 30.0], pd.Index(["Ann", "Bo"]), seed=3).to_dict()
    {'Ann': 50.0, 'Bo': 10.0}
    """
    if len(customers) == 0:
        raise ValueError(_("The table is empty: there is nobody to look at."))
    amounts = np.asarray(amounts, dtype=float)
    if np.isnan(amounts).any():
        raise ValueError(
            _("{number} of the amounts are missing: leave these orders out.").format(
                number=int(np.isnan(amounts).sum())
            )
        )
    holder = np.random.default_rng(seed).integers(len(customers), size=len(amounts))
    sums = np.bincount(holder, weights=amounts, minlength=len(customers))
    return pd.Series(sums, index=customers, name="dealt")


def years_without_leaving(
    orders_per_year: pd.Series,
    typical_amount: pd.Series,
    amount_shape: float = 6.0,
    years: int = 2,
    seed: int = 7,
) -> pd.DataFrame:
    """Yearly revenue of customers who keep their own pace and amount, and never leave.

    What moves from year to year is then luck alone: how many orders fall into the year (Poisson),
    and how large they are (Gamma).

    Parameters
    ----------
    orders_per_year, typical_amount : Series
        Each customer's own mean number of orders a year and mean amount, with the same index.
    amount_shape : float
        How steady the amounts are: their variation coefficient is 1 / sqrt(amount_shape).
    years : int
        How many.
    seed : int
        The same seed gives the same table.

    Returns
    -------
    DataFrame
        Index of ``orders_per_year``, a column per year (1, 2, …), in the money of the amounts.

    Examples
    --------
    >>> pace = pd.Series({"Ann": 12.0, "Bo": 0.0})
    >>> years_without_leaving(pace, pd.Series({"Ann": 50.0, "Bo": 80.0}), seed=1).round(0)
             1      2
    Ann  463.0  586.0
    Bo     0.0    0.0
    """
    amount = typical_amount.reindex(orders_per_year.index)
    if amount.isna().any() or (orders_per_year < 0).any() or (amount <= 0).any():
        raise ValueError(
            _("Every customer needs a pace of 0 or more and a typical amount above 0.")
        )
    rng = np.random.default_rng(seed)
    revenue = {}
    for year in range(1, years + 1):
        orders = rng.poisson(orders_per_year)
        # the sum of x Gamma amounts is a Gamma with x times the shape; none gives 0
        unit = rng.gamma(np.where(orders > 0, amount_shape * orders, 1.0))
        revenue[year] = np.where(orders > 0, unit * amount / amount_shape, 0.0)
    return pd.DataFrame(revenue, index=orders_per_year.index)


def _require_rate(rate: float) -> None:
    if not rate > 0:
        raise ValueError(_("rate is {rate}; expected orders a year, above 0.").format(rate=rate))
