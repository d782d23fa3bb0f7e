"""Who belongs to the top, and who is still there a year later.

- ``assign``     cut a list of customers into tiers
- ``table``      how many customers a tier has, and how much of the total
- ``migration``  from tier to tier, with intervals; ``staying`` for one tier or several together
- ``profile``    a trait of the customers, tier by tier, with intervals
- ``lifetime_value``  a third basis for tiers, besides revenue and contribution: what is to come

The subtle point: a tier is a *place in a list*, not a trait of a person. The shares of the
customers are put in by the cuts; only the shares of the money come from the data. And the list
of one year is part luck, so that the next list is another one.
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from crmlib import rfm
from crmlib.core.i18n import gettext as _
from crmlib.models import BGNBD, GammaGamma

# Zeithaml, Rust & Lemon (2001); in the Chinese sources: important, secondary, ordinary, small
TIERS = ("platinum", "gold", "iron", "lead")
CUTS = (0.01, 0.20, 0.50)
# 0.07 * 100 is a little more than 7: without this the top 7% of 100 customers would be 8
_ROUNDING = 9


def assign(
    by: pd.Series,
    cuts: Sequence[float] = CUTS,
    names: Sequence[str] = TIERS,
    ties: str = "lower",
) -> pd.Series:
    """Cut customers into tiers: the largest first, so many per cent to each tier.

    Parameters
    ----------
    by : Series
        One number per customer, such as the revenue of a year; the larger, the higher the tier.
    cuts : sequence of float
        Share of the customers down to which each tier but the last reaches, rising, between 0
        and 1. (0.01, 0.20, 0.50) makes 1%, 19%, 30% and 50%. The number of customers above a
        cut is rounded up.
    names : sequence of str
        The tiers, highest first: one more than there are cuts.
    ties : {"lower", "order"}
        What becomes of customers with the same number when a cut falls between them. "lower":
        they stay together, all in the lower tier, so that equals are treated alike and a tier can
        be smaller than its share. "order": they are taken as they stand in the list, which gives
        exact sizes and treats equals differently.

    Returns
    -------
    Series
        Named ``tier``, an ordered category, with the index of ``by``.

    Raises
    ------
    ValueError
        If a number is missing, or cuts, names or ties make no sense.

    Examples
    --------
    >>> revenue = pd.Series([90, 40, 40, 30, 0], index=["Ann", "Bo", "Chen", "Dora", "Eva"])
    >>> assign(revenue, cuts=(0.2, 0.4), names=("key", "ordinary", "small")).tolist()
    ['key', 'small', 'small', 'small', 'small']
    >>> assign(revenue, (0.2, 0.4), ("key", "ordinary", "small"), ties="order").tolist()
    ['key', 'ordinary', 'small', 'small', 'small']
    """
    by = _numbers(by, "by")
    _require_cuts(cuts, names)
    if ties not in ("lower", "order"):
        raise ValueError(_("ties is {ties!r}; expected 'lower' or 'order'.").format(ties=ties))
    # among equals, "max" gives every one the last of their places: all above the cut, or none
    place = by.rank(ascending=False, method="max" if ties == "lower" else "first").to_numpy()
    last = np.ceil(np.round(np.asarray(cuts, dtype=float) * len(by), _ROUNDING))
    tier = pd.Categorical.from_codes(
        np.searchsorted(last, place), categories=list(names), ordered=True
    )
    return pd.Series(tier, index=by.index, name="tier")


def table(tier: pd.Series, values: pd.Series | pd.DataFrame) -> pd.DataFrame:
    """Customers and money of every tier, and its share of both.

    Parameters
    ----------
    tier : Series
        One tier per customer, from :func:`assign` or a column of your own.
    values : Series or DataFrame
        Money per customer (revenue, contribution …), with the same index.

    Returns
    -------
    DataFrame
        One row per tier; ``customers``, ``share_of_customers``, and for every value its sum under
        its own name and its ``share_of_…`` (of the sum of all customers; NaN if that is not above
        0). With losses, shares can lie below 0 or above 1.

    Examples
    --------
    >>> revenue = pd.Series([60.0, 20, 10, 5, 5], name="revenue")
    >>> table(assign(revenue, (0.2, 0.6), ("key", "ordinary", "small")), revenue).round(2)
              customers  share_of_customers  revenue  share_of_revenue
    tier
    key               1                 0.2     60.0               0.6
    ordinary          2                 0.4     30.0               0.3
    small             2                 0.4     10.0               0.1
    """
    tier = _tiers(tier)
    frame = values.to_frame(values.name or "value") if isinstance(values, pd.Series) else values
    counts = tier.groupby(tier, observed=False).size()
    result = pd.DataFrame({"customers": counts, "share_of_customers": counts / len(tier)})
    for name in frame.columns:
        column = _matched(_numbers(frame[name], str(name)), tier.index, str(name))
        sums, total = column.groupby(tier, observed=False).sum(), column.sum()
        result[name] = sums
        result[f"share_of_{name}"] = sums / total if total > 0 else np.nan
    return result.rename_axis("tier")


def migration(before: pd.Series, after: pd.Series, level: float = 0.95) -> pd.DataFrame:
    """From which tier to which: customers, shares, and Wilson intervals.

    Parameters
    ----------
    before, after : Series
        The tier of every customer in one period and in the next. Whoever is in ``before`` must be
        in ``after``: those who bought nothing any more belong to a tier, too, the lowest.
    level : float
        Confidence level of the intervals, between 0 and 1.

    Returns
    -------
    DataFrame
        Index ``before`` and ``after``; ``customers`` who went this way, ``of`` (how many were in
        the tier before), ``probability`` (0 to 1), ``lower`` and ``upper``. The probabilities of
        a tier add up to 1. A tier without customers has NaN.

    Examples
    --------
    >>> before = pd.Series(["gold", "gold", "iron", "iron"])
    >>> after = pd.Series(["gold", "lead", "gold", "lead"])
    >>> moves = migration(before, after)
    >>> moves.loc[("gold", "gold")].round(2).to_dict()
    {'customers': 1.0, 'of': 2.0, 'probability': 0.5, 'lower': 0.09, 'upper': 0.91}
    """
    before, after = _tiers(before), _tiers(after)
    after = _matched(after, before.index, "after")
    ways = pd.MultiIndex.from_product(
        [before.cat.categories, after.cat.categories], names=["before", "after"]
    )
    rows, columns = (tier.cat.codes.to_numpy(dtype=np.intp) for tier in (before, after))
    way = rows * len(after.cat.categories) + columns
    moves = pd.DataFrame({"customers": np.bincount(way, minlength=len(ways))}, index=ways)
    moves["of"] = moves.groupby(level="before", sort=False)["customers"].transform("sum")
    return _with_wilson(moves, "customers", "of", level)


def staying(
    before: pd.Series, after: pd.Series, tiers: str | Iterable[str], level: float = 0.95
) -> pd.Series:
    """Of those in a tier (or in several, taken together), the share who are still in it.

    Parameters
    ----------
    before, after : Series
        As in :func:`migration`.
    tiers : str or several
        Such as ``"platinum"``, or ``["platinum", "gold"]`` for the top fifth.
    level : float
        Confidence level of the interval.

    Returns
    -------
    Series
        ``stayed`` and ``of`` (customers), ``probability`` (0 to 1), ``lower`` and ``upper``
        (Wilson).

    Examples
    --------
    >>> before = pd.Series(["platinum", "gold", "gold", "lead"])
    >>> after = pd.Series(["gold", "gold", "lead", "lead"])
    >>> staying(before, after, ["platinum", "gold"])[["stayed", "of"]].to_dict()
    {'stayed': 2.0, 'of': 3.0}
    """
    wanted = [tiers] if isinstance(tiers, str) else list(tiers)
    after = _matched(after, before.index, "after")
    were = before.isin(wanted)
    if not were.any():
        raise ValueError(
            _("Nobody is in {tiers} before. The tiers are: {known}.").format(
                tiers=", ".join(map(str, wanted)),
                known=", ".join(map(str, _tiers(before).cat.categories)),
            )
        )
    counts = pd.DataFrame({"stayed": [(were & after.isin(wanted)).sum()], "of": [were.sum()]})
    return _with_wilson(counts, "stayed", "of", level).iloc[0].rename("staying")


def profile(tier: pd.Series, traits: pd.Series | pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """The mean of a trait in every tier, or the share of those who have it, with intervals.

    Parameters
    ----------
    tier : Series
        One tier per customer.
    traits : Series or DataFrame
        One or more columns with the same index: numbers (their mean, with Student's interval) or
        truth values (their share, with Wilson's). Customers without a value are left out.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        Index ``trait`` and ``tier``; ``customers`` (with a value), ``mean`` (for truth values
        the share, 0 to 1), ``lower`` and ``upper`` (NaN where fewer than two have a value).

    Examples
    --------
    >>> tier = pd.Series(["gold", "gold", "lead", "lead"])
    >>> traits = pd.DataFrame({"amount": [10.0, 14, 9, 11], "returned": [True, False, True, True]})
    >>> profile(tier, traits)["mean"].unstack("tier")[["gold", "lead"]]
    tier      gold  lead
    trait
    amount    12.0  10.0
    returned   0.5   1.0
    """
    tier = _tiers(tier)
    frame = traits.to_frame(traits.name or "trait") if isinstance(traits, pd.Series) else traits
    rows = {}
    for name in frame.columns:
        column = frame[name].reindex(tier.index)
        truth = pd.api.types.is_bool_dtype(frame[name])
        for place in tier.cat.categories:
            rows[name, place] = _mean(column[tier == place].dropna(), truth, level)
    index = pd.MultiIndex.from_tuples(rows, names=["trait", "tier"])
    columns = ["customers", "mean", "lower", "upper"]
    return pd.DataFrame(list(rows.values()), index, columns).astype({"customers": int})


def lifetime_value(
    orders: pd.DataFrame,
    end: str | pd.Timestamp,
    margin: float = 0.42,
    years: float = 3.0,
    discount_rate_per_year: float = 0.10,
) -> pd.Series:
    """What each customer may still bring, seen from ``end``: BG/NBD times Gamma-Gamma times margin.

    Parameters
    ----------
    orders : DataFrame
        One row per order: ``customer_id``, ``date``, ``amount``. Later orders are not looked at.
    end : date
        The last day that is known.
    margin : float
        Part of an amount that is left after the goods are paid, 0 to 1. Costs to serve are not
        taken off.
    years : float
        How far to look ahead.
    discount_rate_per_year : float
        What a year of waiting costs, 0.10 for 10%.

    Returns
    -------
    Series
        Named ``lifetime_value``, in the money of ``amount``, one value per customer with an order
        up to ``end``.

    Notes
    -----
    Fader, Hardie & Lee (2005), RFM and CLV, Journal of Marketing Research 42 (4).
    """
    end = pd.Timestamp(end)
    history = rfm.summarize(orders[orders["date"] <= end], end=end)
    spend = GammaGamma(history[history["monetary_value"] > 0]).fit().expected_spend(history)
    value = (
        BGNBD(history)
        .fit()
        .lifetime_value(
            spend, margin=margin, discount_rate_per_year=discount_rate_per_year, years=years
        )
    )
    return value.rename("lifetime_value")


def _mean(values: pd.Series, truth: bool, level: float) -> tuple[int, float, float, float]:
    number = len(values)
    if number == 0:
        return 0, np.nan, np.nan, np.nan
    mean = float(values.astype(float).mean())
    if truth:
        low, high = proportion_confint(
            int(values.astype(bool).sum()), number, alpha=1 - level, method="wilson"
        )
        return number, mean, float(low), float(high)
    if number == 1:
        return 1, mean, np.nan, np.nan
    half = stats.t.ppf((1 + level) / 2, number - 1) * values.std() / np.sqrt(number)
    return number, mean, mean - half, mean + half


def _with_wilson(counts: pd.DataFrame, part: str, whole: str, level: float) -> pd.DataFrame:
    known = counts[whole] > 0
    number = counts[whole].where(known)
    low, high = proportion_confint(
        counts[part].to_numpy(dtype=float), number.to_numpy(dtype=float), alpha=1 - level,
        method="wilson",
    )  # fmt: skip
    return counts.assign(probability=counts[part] / number, lower=low, upper=high)


def _tiers(tier: pd.Series) -> pd.Series:
    """The tiers as a category with an order: as given, as in TIERS, or as they first appear."""
    missing = tier.index[tier.isna()]
    if len(tier) == 0:
        raise ValueError(_("The table is empty: there is nobody to look at."))
    if len(missing):
        raise ValueError(
            _("{number} customers have no tier, for example {first!r}.").format(
                number=len(missing), first=missing[0]
            )
        )
    if isinstance(tier.dtype, pd.CategoricalDtype):
        return tier
    seen = list(pd.unique(tier))
    order = TIERS if set(seen) <= set(TIERS) else seen
    return tier.astype(pd.CategoricalDtype(order, ordered=True))


def _numbers(values: pd.Series, name: str) -> pd.Series:
    if not isinstance(values, pd.Series):
        values = pd.Series(values)
    if values.empty:
        raise ValueError(_("The table is empty: there is nobody to look at."))
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        raise ValueError(
            _("{name} holds no numbers, but {kind}. Give one number per customer.").format(
                name=name, kind=values.dtype
            )
        )
    missing = values.index[values.isna()]
    if len(missing):
        raise ValueError(
            _(
                "{name} is missing for {number} customers, for example {first!r}. Who bought "
                "nothing has 0: fill it in with fillna(0)."
            ).format(name=name, number=len(missing), first=missing[0])
        )
    return values


def _matched(values: pd.Series, index: pd.Index, name: str) -> pd.Series:
    """The values in the order of ``index``, or an error where a customer has none."""
    absent = index.difference(values.index)
    if len(absent):
        raise ValueError(
            _(
                "{name} has no row for {number} customers, for example {first!r}. Keep those who "
                "bought nothing: they belong to the lowest tier."
            ).format(name=name, number=len(absent), first=absent[0])
        )
    return values.reindex(index)


def _require_cuts(cuts: Sequence[float], names: Sequence[str]) -> None:
    edges = [0.0, *cuts, 1.0]
    rising = all(low <= high for low, high in pairwise(edges))
    if not cuts or not rising or cuts[0] <= 0:
        raise ValueError(
            _(
                "cuts are {cuts}; expected rising shares between 0 and 1, such as "
                "(0.01, 0.20, 0.50) for 1%, 19%, 30% and 50%."
            ).format(cuts=tuple(cuts))
        )
    if len(names) != len(cuts) + 1 or len(set(names)) < len(names):
        raise ValueError(
            _("{cuts} cuts make {tiers} tiers; expected as many different names, got {names}.")
            .format(cuts=len(cuts), tiers=len(cuts) + 1, names=", ".join(map(str, names)))
        )  # fmt: skip
