"""What a customer earns the firm, and how unevenly customers earn it.

- ``customer_pnl``    orders and costs to one row per customer: revenue, contribution, net profit
- ``pareto_share``    what share of the total the top fifth holds; ``pareto_interval`` how surely
- ``lorenz``, ``gini`` the same unevenness as a curve and as one number, smallest first
- ``whale_curve``     the running total, largest first; ``whale_peak`` where it turns

The subtle point: customers can lose money. Then the top fifth can hold more than all of the
profit, the Lorenz curve runs below zero, and the Gini coefficient has no upper end at 1.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd
from scipy import stats

from crmlib.core.i18n import gettext as _
from crmlib.value import records

# 0.07 * 100 is a little more than 7: without this the top 7% of 100 customers would be 8
_ROUNDING = 9


def customer_pnl(
    transactions: pd.DataFrame,
    costs: pd.DataFrame | None = None,
    margin: float | str = 1.0,
    acquisition_cost: float | pd.Series = 0.0,
    *,
    start: str | pd.Timestamp | None = None,
    end: str | pd.Timestamp | None = None,
    acquired: pd.Series | None = None,
    customer: str = "customer_id",
    amount: str = "amount",
    date: str = "date",
    cost: str | Sequence[str] = "total",
    year: str = "year",
) -> pd.DataFrame:
    r"""Profit and loss of every customer.

    .. math:: \text{net profit} = \underbrace{\text{revenue} \cdot \text{margin}
              - \text{cost to serve}}_{\text{contribution}} - \text{acquisition cost}

    Parameters
    ----------
    transactions : DataFrame
        One row per order: ``customer``, ``amount`` (money; a refund may be negative) and, for a
        window, ``date``.
    costs : DataFrame, optional
        Costs to serve, any number of rows per customer: ``customer`` and ``cost``; for a window
        also a column ``year`` (calendar year) or ``date``. Without it the cost to serve is 0.
    margin : float or str
        Gross margin as a share of the amount, above 0 and up to 1; or the name of a column of
        ``transactions`` that holds it order by order.
    acquisition_cost : float or Series
        Cost to win a customer, one number for all or a value for each customer.
    start, end : date, optional
        First and last day of the window; by default everything in the tables counts.
    acquired : Series of dates, optional
        When each customer was won. With it, only who was won in the window bears the cost of it.
    customer, amount, date, cost, year : str
        Names of columns. ``cost`` may be several columns: each becomes a column of the result.

    Returns
    -------
    DataFrame
        Index ``customer``: everybody with an order or a cost in the window. Columns ``orders``,
        ``revenue``, ``gross_margin``, (the columns of ``cost``, if several), ``cost_to_serve``,
        ``contribution``, ``acquisition_cost``, ``net_profit``; money in the unit of ``amount``.

    Raises
    ------
    ValueError
        In plain words: a column is missing, an amount or a day is empty, the margin is given in
        per cent, the tables share no customer, or the window cuts a calendar year of costs.

    Examples
    --------
    >>> orders = pd.DataFrame({"customer_id": ["Anna", "Anna", "Bo"], "amount": [100.0, 50, 80]})
    >>> costs = pd.DataFrame({"customer_id": ["Anna", "Bo"], "total": [10.0, 45]})
    >>> pnl = customer_pnl(orders, costs, margin=0.4, acquisition_cost=20)
    >>> pnl[["revenue", "gross_margin", "contribution", "net_profit"]]
                 revenue  gross_margin  contribution  net_profit
    customer_id
    Anna           150.0          60.0          50.0        30.0
    Bo              80.0          32.0         -13.0       -33.0
    """
    lines = [cost] if isinstance(cost, str) else list(cost)
    window = records.Window(start, end)
    needed = [customer, amount]
    needed += [margin] if isinstance(margin, str) else []
    needed += [] if window.is_open else [date]
    records.need(transactions, _("the table of orders"), needed)
    orders = transactions if window.is_open else records.in_window(transactions, date, window)
    share = orders[margin] if isinstance(margin, str) else margin
    _require_margin(share)
    money = orders[[customer]].assign(
        orders=1, revenue=orders[amount], gross_margin=orders[amount] * share
    )
    pnl = money.groupby(customer).sum()
    if costs is None:
        pnl["cost_to_serve"] = 0.0
    else:
        records.need(costs, _("the table of costs"), [customer, *lines])
        _require_common(transactions[customer], costs[customer])
        counted = records.costs_in_window(costs, date, year, window)
        served = counted.groupby(customer)[lines].sum()
        served["cost_to_serve"] = served.sum(axis=1)
        served = served if len(lines) > 1 else served[["cost_to_serve"]]
        pnl = pnl.join(served, how="outer").fillna(0.0).astype({"orders": int})
    pnl["contribution"] = pnl["gross_margin"] - pnl["cost_to_serve"]
    pnl["acquisition_cost"] = records.acquisition(acquisition_cost, acquired, pnl.index, window)
    pnl["net_profit"] = pnl["contribution"] - pnl["acquisition_cost"]
    return pnl


def pareto_share(values: Iterable[float], q: float | Sequence[float] = 0.2) -> float | pd.Series:
    r"""Share of the total that the largest customers hold.

    .. math:: \frac{\sum_{i \le \lceil q n \rceil} v_{(i)}}{\sum_i v_i},
              \quad v_{(1)} \ge v_{(2)} \ge \dots

    Parameters
    ----------
    values : iterable of float
        One value per customer, such as revenue or profit; losses may be among them.
    q : float or several
        Which part of the customers, above 0 and up to 1: the ``ceil(q * n)`` largest.

    Returns
    -------
    float or Series
        The share, a Series with index ``q`` for several. Without losses it lies between ``q`` and
        1; with losses it can exceed 1.

    Raises
    ------
    ValueError
        If there are no values, one is missing, or their total is not above 0: then nobody can
        hold a share of it.

    Examples
    --------
    >>> pareto_share([60, 20, 10, 5, 5], q=0.2)
    0.6
    >>> pareto_share([60, 20, 10, 5, -45], q=0.2)
    1.2
    """
    ordered, total = _ordered(values)
    parts = np.atleast_1d(np.asarray(q, dtype=float))
    if parts.size == 0 or not ((parts > 0) & (parts <= 1)).all():
        raise ValueError(
            _("q is {q}; expected a part of the customers, such as 0.2 for 20%.").format(q=q)
        )
    top = np.ceil(np.round(parts * len(ordered), _ROUNDING)).astype(int)
    shares = np.cumsum(ordered[::-1])[top - 1] / total
    return float(shares[0]) if np.ndim(q) == 0 else pd.Series(shares, pd.Index(parts, name="q"))


def pareto_interval(
    values: Iterable[float],
    q: float = 0.2,
    level: float = 0.95,
    *,
    draws: int = 400,
    seed: int = 2,
) -> pd.Series:
    """Share of the top customers with its bootstrap interval.

    The customers are drawn again, with replacement, ``draws`` times: how would the share differ
    if chance had sent other customers of the same kind?

    Parameters
    ----------
    values : iterable of float
        One value per customer.
    q : float
        Which part of the customers.
    level : float
        Confidence level, between 0 and 1.
    draws, seed : int
        Number of draws, and where the random numbers begin.

    Returns
    -------
    Series
        ``share``, ``lower`` and ``upper`` (percentiles of the draws).

    Examples
    --------
    >>> pareto_interval([5, 5, 5, 5, 5], draws=20).round(3).to_dict()
    {'share': 0.2, 'lower': 0.2, 'upper': 0.2}
    """
    values = np.asarray(list(values), dtype=float)
    share = pareto_share(values, q)
    if values.min() == values.max():
        return pd.Series({"share": share, "lower": share, "upper": share})
    drawn = stats.bootstrap(
        (values,),
        lambda sample: pareto_share(sample, q),
        n_resamples=draws,
        confidence_level=level,
        vectorized=False,
        method="percentile",
        rng=np.random.default_rng(seed),
    ).confidence_interval
    return pd.Series({"share": share, "lower": float(drawn.low), "upper": float(drawn.high)})


def lorenz(values: Iterable[float]) -> pd.Series:
    r"""Share of the total held by the smallest customers, from nobody to everybody.

    .. math:: L(k/n) = \sum_{i \le k} v_i \Big/ \sum_i v_i, \quad v_1 \le v_2 \le \dots

    Parameters
    ----------
    values : iterable of float
        One value per customer.

    Returns
    -------
    Series
        Index ``share_of_customers`` (0, 1/n, … 1, smallest first), values from 0 to 1: on the
        diagonal if all are equal. With losses the curve runs below 0 first.

    Raises
    ------
    ValueError
        If the total is not above 0, or a value is missing.

    Examples
    --------
    >>> lorenz([10, 30, 60, 0]).to_dict()
    {0.0: 0.0, 0.25: 0.0, 0.5: 0.1, 0.75: 0.4, 1.0: 1.0}
    """
    ordered, total = _ordered(values)
    cumulative = np.concatenate([[0.0], np.cumsum(ordered)]) / total
    return pd.Series(cumulative, _shares_of_customers(len(ordered)), name="share_of_total")


def gini(values: Iterable[float]) -> float:
    r"""Gini coefficient: how unevenly a total is spread over customers.

    Twice the area between the diagonal and the Lorenz curve:

    .. math:: G = \frac{\sum_i (2i - n - 1)\, v_i}{n \sum_i v_i}, \quad v_1 \le v_2 \le \dots

    Parameters
    ----------
    values : iterable of float
        One value per customer.

    Returns
    -------
    float
        0 if all are equal, 1 - 1/n if one has everything; above that only if there are losses.

    Raises
    ------
    ValueError
        If the total is not above 0, or a value is missing.

    References
    ----------
    C. Gini (1912), Variabilità e mutabilità. For losses: C.-N. Chen, T.-W. Tsaur and T.-S. Rhai
    (1982), The Gini coefficient and negative income, Oxford Economic Papers 34 (3), 473-478.

    Examples
    --------
    >>> gini([25, 25, 25, 25]), gini([100, 0, 0, 0])
    (0.0, 0.75)
    """
    ordered, total = _ordered(values)
    n = len(ordered)
    return float((2 * np.arange(1, n + 1) - n - 1) @ ordered / (n * total))


def whale_curve(values: Iterable[float]) -> pd.DataFrame:
    """Running total of profit, the most profitable customer first.

    Parameters
    ----------
    values : iterable of float
        One value per customer.

    Returns
    -------
    DataFrame
        Index ``share_of_customers`` (0, 1/n, … 1); ``customers`` (how many so far),
        ``cumulative`` (in the unit of ``values``) and ``share_of_total`` (1 at the end; NaN where
        the total is not above 0: then there is no whole to hold a share of).

    Examples
    --------
    >>> whale_curve([60, -20, 10, 50])
                        customers  cumulative  share_of_total
    share_of_customers
    0.00                        0         0.0             0.0
    0.25                        1        60.0             0.6
    0.50                        2       110.0             1.1
    0.75                        3       120.0             1.2
    1.00                        4       100.0             1.0
    """
    ordered = _sorted(values)[::-1]
    cumulative = np.concatenate([[0.0], np.cumsum(ordered)])
    total = cumulative[-1]
    return pd.DataFrame(
        {
            "customers": np.arange(len(cumulative)),
            "cumulative": cumulative,
            "share_of_total": cumulative / total if total > 0 else np.nan,
        },
        index=_shares_of_customers(len(ordered)),
    )


def whale_peak(values: Iterable[float]) -> pd.Series:
    """Where the whale curve turns down: the last customer who earns something.

    Parameters
    ----------
    values : iterable of float
        One value per customer.

    Returns
    -------
    Series
        ``share_of_customers`` up to the peak, ``cumulative`` and ``share_of_total`` there, and
        ``lost`` (what those behind the peak cost, 0 or more, in the unit of ``values``).

    Examples
    --------
    >>> whale_peak([60, -20, 10, 50]).to_dict()
    {'share_of_customers': 0.75, 'cumulative': 120.0, 'share_of_total': 1.2, 'lost': 20.0}
    """
    curve = whale_curve(values).reset_index()
    peak = curve.loc[curve["cumulative"].idxmax()].drop("customers")
    peak["lost"] = peak["cumulative"] - curve["cumulative"].iloc[-1]
    return peak.rename(None)


def _ordered(values: Iterable[float]) -> tuple[np.ndarray, float]:
    ordered = _sorted(values)
    total = float(ordered.sum())
    if total <= 0:
        raise ValueError(
            _(
                "The values add up to {total:,.2f}. A share of a total needs a total above 0; the "
                "whale curve in money can be drawn nevertheless."
            ).format(total=total)
        )
    return ordered, total


def _sorted(values: Iterable[float]) -> np.ndarray:
    values = np.asarray(values if hasattr(values, "__len__") else list(values), dtype=float)
    if values.ndim != 1 or values.size == 0:
        raise ValueError(
            _("Expected one value per customer in a single column; got the shape {shape}.").format(
                shape=values.shape
            )
        )
    missing = ~np.isfinite(values)
    if missing.any():
        raise ValueError(
            _(
                "{number} of {all} values are empty or infinite, the first at place {place}. "
                "Decide whether they mean 0, or leave these customers out."
            ).format(number=missing.sum(), all=values.size, place=int(missing.argmax()) + 1)
        )
    return np.sort(values)


def _shares_of_customers(number: int) -> pd.Index:
    return pd.Index(np.arange(number + 1) / number, name="share_of_customers")


def _require_margin(margin: float | pd.Series) -> None:
    lowest, highest = np.min(margin), np.max(margin)
    if not (lowest > 0 and highest <= 1):
        wrong = highest if highest > 1 else lowest
        raise ValueError(
            _(
                "The margin is {margin:g}; expected a share of the amount, above 0 and up to 1. "
                "Write 42% as 0.42."
            ).format(margin=wrong)
        )


def _require_common(ordering: pd.Series, served: pd.Series) -> None:
    if not served.isin(ordering).any():
        raise ValueError(
            _(
                "The table of orders and the table of costs have no customer in common: one holds "
                "{first!r}, the other {second!r}. Are the numbers texts in one of them?"
            ).format(first=ordering.to_list()[0], second=served.to_list()[0])
        )
