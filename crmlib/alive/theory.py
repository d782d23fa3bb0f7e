"""Alive or gone? Buying without a contract, and the rule of three purchases.

Two ways to say who is loyal stand side by side here. The rule counts purchases: three, and a
customer counts as loyal. The model weighs how often against how recently. Both are judged on the
same thing, purchases in a later period that neither has seen.

The tables come from :func:`crmlib.rfm.split`: one row per customer, with ``frequency`` (repeat
purchase occasions, so that three purchases are a frequency of 2) and ``holdout_purchases``.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from crmlib.core.i18n import gettext as _
from crmlib.core.tables import matched, need_columns
from crmlib.models import bgnbd

DAYS_PER_WEEK = 7


def repeat_probability(customers: pd.DataFrame, cap: int = 6, level: float = 0.95) -> pd.DataFrame:
    """Chance to buy again later, by number of purchase days so far, with Wilson intervals.

    Parameters
    ----------
    customers : DataFrame
        From :func:`crmlib.rfm.split`: ``frequency`` and ``holdout_purchases``.
    cap : int
        The last class pools customers with this many purchase days or more.
    level : float
        Confidence level of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        Index ``purchase_days`` (1 to ``cap``); ``customers`` and ``returned`` (counts),
        ``probability`` (0 to 1), ``lower`` and ``upper``.

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [0, 0, 1, 1], "holdout_purchases": [0, 2, 1, 1]})
    >>> repeat_probability(customers, cap=2)[["customers", "returned", "probability"]]
                   customers  returned  probability
    purchase_days
    1                      2         1          0.5
    2                      2         2          1.0
    """
    _need(customers, "frequency", "holdout_purchases")
    if cap < 1:
        raise ValueError(_("cap is {cap}; expected 1 or more.").format(cap=cap))
    days = (customers["frequency"] + 1).clip(upper=cap).rename("purchase_days")
    table = (customers["holdout_purchases"] > 0).groupby(days).agg(["size", "sum"])
    table.columns = ["customers", "returned"]
    return _with_interval(table, "returned", "customers", level)


def k_rule(customers: pd.DataFrame, k: int | Iterable[int] = (2, 3, 4)) -> pd.DataFrame:
    r"""Judge the rule "k purchases make a loyal customer" on what customers did later.

    .. math:: \text{precision} = \frac{\text{called loyal and bought again}}{\text{called loyal}},
              \quad
              \text{recall} = \frac{\text{called loyal and bought again}}{\text{bought again}}

    Parameters
    ----------
    customers : DataFrame
        From :func:`crmlib.rfm.split`: ``frequency`` and ``holdout_purchases``.
    k : int or several
        Purchase days from which the rule calls a customer loyal, 1 or more.

    Returns
    -------
    DataFrame
        Index ``k``; ``called_loyal`` and ``bought_again_among_them`` (counts), ``precision`` and
        ``recall`` (0 to 1; NaN where the rule calls nobody loyal or nobody bought again).

    Examples
    --------
    >>> customers = pd.DataFrame({"frequency": [0, 1, 2, 3], "holdout_purchases": [1, 0, 0, 2]})
    >>> k_rule(customers, 3)[["called_loyal", "precision", "recall"]]
       called_loyal  precision  recall
    k
    3             2        0.5     0.5
    """
    _need(customers, "frequency", "holdout_purchases")
    ks = [k] if np.isscalar(k) else list(k)
    if not ks or min(ks) < 1:
        raise ValueError(_("k is {k}; expected whole numbers of 1 or more.").format(k=k))
    days = customers["frequency"].to_numpy() + 1
    again = customers["holdout_purchases"].to_numpy() > 0
    loyal = np.array([days >= limit for limit in ks])
    table = pd.DataFrame(
        {"called_loyal": loyal.sum(axis=1), "bought_again_among_them": (loyal & again).sum(axis=1)},
        index=pd.Index(ks, name="k"),
    )
    hits = table["bought_again_among_them"]
    table["precision"] = hits / table["called_loyal"].where(table["called_loyal"] > 0)
    table["recall"] = hits / (again.sum() or np.nan)
    return table


def return_by_silence(
    customers: pd.DataFrame, bounds: Sequence[float] = (4, 13, 26), cap: int = 5
) -> pd.DataFrame:
    """Chance to buy again later, by purchase days *and* by time since the last purchase.

    Parameters
    ----------
    customers : DataFrame
        From :func:`crmlib.rfm.split`.
    bounds : sequence of float
        Upper bounds of the classes of silence (``T`` - ``recency``), in the unit of ``T``; one
        open class is added at the end.
    cap : int
        The last class pools customers with this many purchase days or more.

    Returns
    -------
    DataFrame
        One row per class: ``purchase_days``, ``silence`` (a text such as "4 to 13"),
        ``customers``, ``returned``, ``probability``, ``lower`` and ``upper``.
    """
    _need(customers, "frequency", "recency", "T", "holdout_purchases")
    edges = [-np.inf, *bounds, np.inf]
    labels = [_("up to {high:g}").format(high=bounds[0])]
    labels += [
        _("{low:g} to {high:g}").format(low=low, high=high) for low, high in pairwise(bounds)
    ]
    labels.append(_("over {low:g}").format(low=bounds[-1]))
    silence = pd.cut(customers["T"] - customers["recency"], edges, labels=labels).rename("silence")
    days = (customers["frequency"] + 1).clip(upper=cap).rename("purchase_days")
    groups = (customers["holdout_purchases"] > 0).groupby([days, silence], observed=True)
    table = groups.agg(["size", "sum"])
    table.columns = ["customers", "returned"]
    return _with_interval(table, "returned", "customers", 0.95).reset_index()


def expected_by_frequency(
    customers: pd.DataFrame, expected: pd.Series, cap: int = 7
) -> pd.DataFrame:
    """Mean holdout purchases, expected and actual, by number of repeat purchases before.

    Parameters
    ----------
    customers : DataFrame
        From :func:`crmlib.rfm.split`.
    expected : Series
        Purchases forecast for the holdout period, one per customer, with the same index.
    cap : int
        The last class pools customers with this frequency or more.

    Returns
    -------
    DataFrame
        Index ``frequency`` (0 to ``cap``); ``customers``, ``expected`` and ``actual`` (means per
        customer) and ``standard_error`` of the actual mean.
    """
    _need(customers, "frequency", "holdout_purchases")
    expected = matched(expected, customers.index, "expected")
    table = pd.DataFrame({"expected": expected, "actual": customers["holdout_purchases"]})
    groups = table.groupby(customers["frequency"].clip(upper=cap))
    means = groups.mean()
    means.insert(0, "customers", groups.size())
    return means.assign(standard_error=groups["actual"].sem().fillna(0.0))


def contest(customers: pd.DataFrame, expected: pd.Series, k: int = 3) -> pd.DataFrame:
    """Set a forecast beside two plain rules: "all go on as before", and "k purchases are loyal".

    Parameters
    ----------
    customers : DataFrame
        From :func:`crmlib.rfm.split`, with its ``attrs["holdout_length"]``.
    expected : Series
        Purchases forecast for the holdout period, one per customer, with the same index.
    k : int
        Purchase days from which the rule calls a customer loyal.

    Returns
    -------
    DataFrame
        Index ``forecast`` ("model", "as before", "rule of k"); ``purchases`` (forecast of the
        sum; NaN for the rule, which gives none), ``miss`` (forecast divided by what happened,
        minus 1) and ``chosen_came_back``: of as many customers as the rule calls loyal, chosen by
        each forecast, the share who bought again (0 to 1; NaN where the rule calls nobody loyal).
    """
    _need(customers, "frequency", "T", "holdout_purchases")
    if "holdout_length" not in customers.attrs:
        raise ValueError(
            _("The table has lost its attrs['holdout_length']. Take it as rfm.split returns it.")
        )
    expected = matched(expected, customers.index, "expected")
    actual = customers["holdout_purchases"]
    loyal = customers["frequency"] + 1 >= k
    observed = customers["T"].where(customers["T"] > 0)
    as_before = (customers["frequency"] / observed * customers.attrs["holdout_length"]).fillna(0.0)
    came_back = {
        name: (actual[forecast.nlargest(loyal.sum()).index] > 0).mean()
        for name, forecast in {"model": expected, "as before": as_before}.items()
    }
    table = pd.DataFrame(
        {
            "purchases": {"model": expected.sum(), "as before": as_before.sum()},
            "chosen_came_back": came_back | {"rule of k": (actual[loyal] > 0).mean()},
        },
        index=pd.Index(["model", "as before", "rule of k"], name="forecast"),
    )
    table.insert(1, "miss", table["purchases"] / actual.sum() - 1)
    return table


def track_weeks(
    purchases: pd.DataFrame,
    params: pd.Series | dict[str, float],
    end: str | pd.Timestamp | None = None,
) -> pd.DataFrame:
    """Repeat purchases of the whole shop week by week, actual and expected by the BG/NBD.

    Parameters
    ----------
    purchases : DataFrame
        One row per purchase, ``customer_id`` and ``date``.
    params : Series or dict
        ``r``, ``alpha``, ``a``, ``b`` of a BG/NBD fitted in weeks.
    end : date, optional
        Last day to follow, by default the last in the table.

    Returns
    -------
    DataFrame
        Index ``week`` (1, 2, … counted from the first purchase in the table); ``ends`` (last day
        of the week), ``actual`` and ``expected`` repeat purchase occasions in the week. Only whole
        weeks are returned.
    """
    need_columns(purchases, "customer_id", "date")
    if not pd.api.types.is_datetime64_any_dtype(purchases["date"]):
        raise ValueError(_("Column 'date' holds no dates: convert it with pd.to_datetime."))
    days = purchases[["customer_id", "date"]].assign(date=purchases["date"].dt.normalize())
    days = days.drop_duplicates()
    start = days["date"].min()
    end = days["date"].max() if end is None else pd.Timestamp(end)
    weeks = ((end - start).days + 1) // DAYS_PER_WEEK
    births = (days.groupby("customer_id")["date"].min() - start).dt.days
    occasion = (days["date"] - start).dt.days // DAYS_PER_WEEK
    length = max(weeks, occasion.max() + 1)
    first = np.bincount(births // DAYS_PER_WEEK, minlength=length)
    actual = np.bincount(occasion, minlength=length) - first
    cohorts = births.value_counts()
    # as T in rfm.summarize: the age on a day is that day minus the day of the first purchase
    last_days = np.arange(weeks + 1)[:, None] * DAYS_PER_WEEK - 1
    age_in_weeks = np.maximum(last_days - cohorts.index.to_numpy(), 0) / DAYS_PER_WEEK
    cumulative = bgnbd.unconditional_purchases(age_in_weeks, **dict(params)) @ cohorts.to_numpy()
    return pd.DataFrame(
        {
            "ends": start + pd.to_timedelta(last_days[1:, 0], unit="D"),
            "actual": actual[:weeks],
            "expected": np.diff(cumulative),
        },
        index=pd.RangeIndex(1, weeks + 1, name="week"),
    )


def alive_surface(
    params: pd.Series | dict[str, float],
    T: float,
    frequencies: Sequence[int] = range(9),
    steps: int = 40,
) -> pd.DataFrame:
    """P(alive) for every combination of frequency and recency, for customers observed for ``T``.

    Returns
    -------
    DataFrame
        Index ``recency`` (0 to ``T``), one column per frequency, values between 0 and 1. The
        column for frequency 0 is 1 throughout: without a repeat purchase BG/NBD tosses no coin.
    """
    recency = np.linspace(0, T, steps + 1)
    grid = bgnbd.probability_alive(
        np.asarray(frequencies)[None, :], recency[:, None], T, **dict(params)
    )
    return pd.DataFrame(
        grid,
        index=pd.Index(recency, name="recency"),
        columns=pd.Index(list(frequencies), name="frequency"),
    )


def alive_over_time(
    purchase_weeks: Sequence[float], params: pd.Series | dict[str, float], weeks: Sequence[float]
) -> pd.Series:
    """P(alive) of one customer as seen from each of ``weeks``, knowing only the past.

    Parameters
    ----------
    purchase_weeks : sequence of float
        When the customer bought, in weeks since his or her first purchase; the first is 0.
    params : Series or dict
        ``r``, ``alpha``, ``a``, ``b`` of a BG/NBD fitted in weeks.
    weeks : sequence of float
        The days to look from, in weeks since the first purchase, 0 or later.

    Returns
    -------
    Series
        Index ``week``, values between 0 and 1.

    Examples
    --------
    >>> cdnow = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
    >>> alive_over_time([0, 4, 8, 12], cdnow, [12, 26, 52]).round(2).to_dict()
    {12.0: 0.85, 26.0: 0.43, 52.0: 0.09}
    """
    # several purchases at one time are one occasion, as in rfm.summarize
    bought = np.unique(np.asarray(purchase_weeks, dtype=float))
    weeks = np.asarray(weeks, dtype=float)
    if len(bought) == 0 or bought[0] != 0:
        raise ValueError(
            _("purchase_weeks must begin with 0, the first purchase; got {weeks}.").format(
                weeks=list(purchase_weeks)
            )
        )
    if (weeks < 0).any():
        raise ValueError(_("weeks must be 0 or later: before, the person was no customer."))
    seen = np.searchsorted(bought, weeks, side="right")
    alive = bgnbd.probability_alive(seen - 1, bought[seen - 1], weeks, **dict(params))
    return pd.Series(alive, index=pd.Index(weeks, name="week"), name="probability_alive")


def calibration(probability: pd.Series, happened: pd.Series, classes: int = 5) -> pd.DataFrame:
    """Compare stated probabilities with how often the thing happened.

    Parameters
    ----------
    probability : Series
        Stated probabilities, 0 to 1, one per customer. Those of exactly 1 (one-time buyers in
        BG/NBD) form a class of their own.
    happened : Series of bool
        Whether it did, with the same index: the truth of a simulated shop, or "bought again",
        which only somebody who is alive can do.
    classes : int
        Number of equally wide classes below 1.

    Returns
    -------
    DataFrame
        One row per class that has customers, in rising order: ``customers``, ``stated`` (mean
        probability), ``observed`` (share for whom it happened), ``lower`` and ``upper`` (Wilson).

    Examples
    --------
    >>> stated = pd.Series([0.1, 0.1, 0.9, 1.0])
    >>> calibration(stated, pd.Series([False, True, True, True])).iloc[:, :3]
       customers  stated  observed
    0          2     0.1       0.5
    1          1     0.9       1.0
    2          1     1.0       1.0
    """
    probability = matched(probability, probability.index, "probability")
    happened = matched(happened, probability.index, "happened").astype(bool)
    group = np.where(
        probability >= 1, classes, np.minimum(np.floor(probability * classes), classes - 1)
    )
    table = pd.DataFrame({"stated": probability, "happened": happened})
    grouped = table.groupby(group.astype(int))
    result = pd.DataFrame(
        {
            "customers": grouped.size(),
            "stated": grouped["stated"].mean(),
            "happened": grouped["happened"].sum(),
        }
    ).reset_index(drop=True)
    result = _with_interval(result, "happened", "customers", 0.95)
    result = result.rename(columns={"probability": "observed"})
    return result[["customers", "stated", "observed", "lower", "upper"]]


def _with_interval(table: pd.DataFrame, hits: str, trials: str, level: float) -> pd.DataFrame:
    """Add the share of ``hits`` in ``trials`` and its Wilson interval."""
    lower, upper = proportion_confint(
        table[hits].to_numpy(), table[trials].to_numpy(), alpha=1 - level, method="wilson"
    )
    return table.assign(probability=table[hits] / table[trials], lower=lower, upper=upper)


def _need(table: pd.DataFrame, *columns: str) -> None:
    need_columns(table, *columns, hint=_("rfm.split makes a table with all of them."))
