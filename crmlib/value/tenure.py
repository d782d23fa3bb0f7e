"""How long a customer stays, and what the time is worth.

- ``relations``          first and last order, tenure and age beside the profit and loss
- ``profit_by_tenure``   profit per customer and per order, and the share that loses money
- ``per_active_year``    profit per year as a customer; ``floor_sensitivity`` what its floor decides
- ``quadrants``          true friends, butterflies, barnacles, strangers; ``quadrant_table`` sums
- ``correlation``        with its bootstrap interval

Tenure is the time from the first to the last order; age the time from the first order to the end
of the table. The subtle point: who bought once has a tenure of 0, so a profit *per year* divides
by nothing. What is put in its place decides the result.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.value import records

DAYS_PER_YEAR = 365.25

# Reinartz and Kumar (2002): profitable and long, profitable and short, long and not, neither
QUADRANTS = (N_("true friends"), N_("butterflies"), N_("barnacles"), N_("strangers"))


def relations(
    transactions: pd.DataFrame,
    pnl: pd.DataFrame,
    end: str | pd.Timestamp | None = None,
    minimum_age: float = 0,
    *,
    customer: str = "customer_id",
    date: str = "date",
) -> pd.DataFrame:
    """Tenure and age of every customer, beside what he or she earned.

    Parameters
    ----------
    transactions : DataFrame
        One row per order: ``customer`` and ``date``.
    pnl : DataFrame
        From :func:`customer_pnl`, index ``customer``, of the same time.
    end : date, optional
        Last day of observation, by default the last in the table.
    minimum_age : float
        Days since the first order. Who is younger is left out: nobody can have been a customer
        for two years after one.

    Returns
    -------
    DataFrame
        The columns of ``pnl`` after ``tenure`` and ``age`` (days), for customers of that age.

    Examples
    --------
    >>> days = pd.to_datetime(["2023-01-01", "2023-12-27", "2023-07-05"])
    >>> orders = pd.DataFrame({"customer_id": ["Anna", "Anna", "Bo"], "date": days})
    >>> pnl = pd.DataFrame({"net_profit": [30.0, -20.0]}, index=["Anna", "Bo"])
    >>> relations(orders, pnl, end="2023-12-31").to_dict("index")["Anna"]
    {'tenure': 360, 'age': 364, 'net_profit': 30.0}
    """
    records.need(transactions, _("the table of orders"), [customer, date])
    counted = records.in_window(transactions, date, records.Window(end=end))
    day = counted[date].dt.normalize()
    span = day.groupby(counted[customer]).agg(["min", "max"])
    end = day.max() if end is None else pd.Timestamp(end)
    times = pd.DataFrame(
        {"tenure": (span["max"] - span["min"]).dt.days, "age": (end - span["min"]).dt.days}
    )
    table = times.join(pnl, how="inner")
    if table.empty:
        raise ValueError(_("The two tables have no customer in common."))
    old = table[table["age"] >= minimum_age]
    if old.empty:
        raise ValueError(
            _("Nobody has been known for {days:g} days; the oldest for {oldest}.").format(
                days=minimum_age, oldest=table["age"].max()
            )
        )
    return old


def profit_by_tenure(
    table: pd.DataFrame, bounds: Sequence[float] = (0, 180, 365, 730), level: float = 0.95
) -> pd.DataFrame:
    """Profit and losses in classes of tenure.

    Parameters
    ----------
    table : DataFrame
        From :func:`relations`: ``tenure``, ``orders``, ``contribution`` and ``net_profit``.
    bounds : sequence of float
        Upper bounds of the classes in days, rising; one open class is added at the end.
    level : float
        Confidence level of the interval (Wilson), between 0 and 1.

    Returns
    -------
    DataFrame
        Index ``tenure`` (a text such as "1 to 180"), only classes with customers; ``customers``,
        ``per_customer`` and ``per_order`` (contribution, money), ``losing`` (share with a net
        profit below 0), ``lower`` and ``upper``.
    """
    needed = ["tenure", "orders", "contribution", "net_profit"]
    records.need(table, _("the table of relations"), needed)
    if list(bounds) != sorted(set(bounds)):
        raise ValueError(_("bounds must rise, such as (0, 180, 365).") + f" {bounds!r}")
    labels = [_("up to {high:g}").format(high=bounds[0]) if bounds[0] else "0"]
    labels += [
        _("{low:g} to {high:g}").format(low=low + 1, high=high) for low, high in pairwise(bounds)
    ]
    labels.append(_("over {low:g}").format(low=bounds[-1]))
    classes = pd.cut(table["tenure"], [-np.inf, *bounds, np.inf], labels=labels)
    groups = table.assign(losing=table["net_profit"] < 0).groupby(classes, observed=True)
    customers, lost = groups.size(), groups["losing"].sum()
    result = pd.DataFrame(
        {
            "customers": customers,
            "per_customer": groups["contribution"].mean(),
            "per_order": groups["contribution"].sum() / groups["orders"].sum(),
            "losing": lost / customers,
        }
    )
    result["lower"], result["upper"] = proportion_confint(
        lost.to_numpy(), customers.to_numpy(), alpha=1 - level, method="wilson"
    )
    return result


def per_active_year(tenure: pd.Series, profit: pd.Series, floor: float) -> pd.Series:
    r"""Profit per year as a customer, nobody counting for less than ``floor`` days.

    .. math:: \frac{\text{profit}}{\max(\text{tenure}, \text{floor}) / 365.25}

    Parameters
    ----------
    tenure, profit : Series
        Days, and money, with the same index.
    floor : float
        Days, above 0: what a single order counts for.

    Returns
    -------
    Series
        Money per year.

    Examples
    --------
    >>> per_active_year(pd.Series([0.0, 730.5]), pd.Series([10.0, 60]), 182.625).to_list()
    [20.0, 30.0]
    """
    if not floor > 0:
        raise ValueError(_("floor is {floor}; expected days above 0.").format(floor=floor))
    return profit / (tenure.clip(lower=floor) / DAYS_PER_YEAR)


def floor_sensitivity(
    table: pd.DataFrame, floors: Sequence[float] = (1, 30, 91, 182, 365)
) -> pd.Series:
    """Rank correlation of tenure with contribution per active year, floor by floor.

    Parameters
    ----------
    table : DataFrame
        From :func:`relations`: ``tenure`` and ``contribution``.
    floors : sequence of float
        Days that a single order counts for, above 0.

    Returns
    -------
    Series
        Index ``floor``; Spearman's rank correlation, -1 to 1 (NaN if all tenures are equal).
    """
    records.need(table, _("the table of relations"), ["tenure", "contribution"])
    ranks = {
        floor: table["tenure"].corr(
            per_active_year(table["tenure"], table["contribution"], floor), method="spearman"
        )
        for floor in floors
    }
    return pd.Series(ranks, name="rank_correlation").rename_axis("floor")


def correlation(
    x: pd.Series, y: pd.Series, level: float = 0.95, *, draws: int = 400, seed: int = 2
) -> pd.Series:
    """Pearson's correlation with its percentile bootstrap interval.

    Parameters
    ----------
    x, y : Series
        One value per customer each, at least three and not all equal.
    level : float
        Confidence level, between 0 and 1.
    draws, seed : int
        Number of draws, and where the random numbers begin.

    Returns
    -------
    Series
        ``r``, ``lower`` and ``upper``, -1 to 1.

    Examples
    --------
    >>> line = pd.Series([1.0, 2, 3, 4, 5])
    >>> round(float(correlation(line, 2 * line, draws=20)["r"]), 3)
    1.0
    """
    if len(x) < 3 or len(x) != len(y) or x.nunique() < 2 or y.nunique() < 2:
        raise ValueError(
            _(
                "A correlation needs two columns of equal length, with at least three values each "
                "that are not all equal."
            )
        )
    drawn = stats.BootstrapMethod(
        n_resamples=draws, method="percentile", rng=np.random.default_rng(seed)
    )
    result = stats.pearsonr(x.to_numpy(float), y.to_numpy(float))
    interval = result.confidence_interval(level, method=drawn)
    return pd.Series({"r": result.statistic, "lower": interval.low, "upper": interval.high})


def quadrants(
    tenure: pd.Series, profit: pd.Series, long: float = 365, profitable: float = 0
) -> pd.Series:
    """Four kinds of relation, by how long it lasted and what it earned.

    Parameters
    ----------
    tenure, profit : Series
        Days, and money, with the same index.
    long : float
        Days from which a relation counts as long.
    profitable : float
        Money above which it counts as profitable.

    Returns
    -------
    Series
        Named ``quadrant``, ordered categories: true friends (long and profitable), butterflies
        (profitable only), barnacles (long only), strangers (neither).

    References
    ----------
    W. Reinartz and V. Kumar (2002), The mismanagement of customer loyalty, Harvard Business
    Review 80 (7), 86-94: the names and the idea. Where to cut is our choice.

    Examples
    --------
    >>> days, profit = pd.Series([500, 10, 500, 10]), pd.Series([9, 9, -9, -9])
    >>> quadrants(days, profit).to_list()
    ['true friends', 'butterflies', 'barnacles', 'strangers']
    """
    stays, pays = tenure >= long, profit > profitable
    number = np.select([stays & pays, pays, stays], [0, 1, 2], 3)
    kinds = pd.Categorical.from_codes(number, categories=list(QUADRANTS), ordered=True)
    return pd.Series(kinds, index=tenure.index, name="quadrant")


def quadrant_table(profit: pd.Series, quadrant: pd.Series) -> pd.DataFrame:
    """How many customers are of each kind, and what they earned.

    Returns
    -------
    DataFrame
        Index ``quadrant`` (all four); ``customers``, ``share`` (of the customers, 0 to 1), ``mean``
        (money per customer, NaN where there is none) and ``total`` (money).
    """
    groups = profit.groupby(quadrant, observed=False)
    table = pd.DataFrame({"customers": groups.size(), "mean": groups.mean(), "total": groups.sum()})
    table.insert(1, "share", table["customers"] / len(profit))
    return table
