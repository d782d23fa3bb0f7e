"""Cohorts under contract: who renews, who is left, and how far the curve can be projected.

The one thing to remember: the retention rate of a cohort in its seventh year is the rate of *those
who are still there*. They are other people, on average, than those who began.

- ``contract_lifetimes``     contracts with a start and an end, as a table to fit
- ``retention_by_renewal``   retention rate and survival at each renewal, with intervals
- ``mixed_cohort``           a cohort of a few kinds of customers, each with a rate of its own
- ``remaining_churn``        the true chances to leave of those still there (known in Luxi only)
- ``project``                several models fitted to the first periods, and what came later
- ``all_alike``              the opposite story: all customers alike, and each changes with time
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import optimize
from statsmodels.duration.survfunc import SurvfuncRight
from statsmodels.stats.proportion import proportion_confint

from crmlib import models
from crmlib.core.i18n import gettext as _
from crmlib.core.tables import need_columns
from crmlib.models.contract import lifetimes_from_survivors

MODELS = ("Geometric", "SBG", "BdW")


def contract_lifetimes(contracts: pd.DataFrame, last_day: str | pd.Timestamp) -> pd.DataFrame:
    """Turn contracts that run in whole calendar months into lifetimes to fit.

    Parameters
    ----------
    contracts : DataFrame
        ``start`` and ``end`` (dates; no ``end`` where the contract had not ended), one row per
        contract.
    last_day : date
        Last day of observation, the end of a month.

    Returns
    -------
    DataFrame
        With the index of ``contracts``: ``tenure`` (months begun, 1 or more) and ``churned``
        (whether the contract ended with that month). ``attrs["unit"]`` is "M".

    Examples
    --------
    >>> contracts = pd.DataFrame({"start": pd.to_datetime(["2023-01-01", "2023-10-01"]),
    ...                           "end": pd.to_datetime(["2023-03-31", None])})
    >>> contract_lifetimes(contracts, "2023-12-31")
       tenure  churned
    0       3     True
    1       3    False
    """
    need_columns(contracts, "start", "end")
    last = pd.Timestamp(last_day)
    for name in ("start", "end"):
        if not pd.api.types.is_datetime64_any_dtype(contracts[name]):
            raise ValueError(
                _("Column '{name}' holds no dates: convert it with pd.to_datetime.").format(
                    name=name
                )
            )
    churned = contracts["end"].notna() & (contracts["end"] <= last)
    until = contracts["end"].where(churned, last)
    start = contracts["start"]
    wrong = start.isna() | (start > until)
    if wrong.any():
        raise ValueError(
            _(
                "{number} contracts begin after they end or after {last}, or have no start; see "
                "row {first!r}. Leave them out, or mend the dates."
            ).format(number=int(wrong.sum()), last=last.date(), first=contracts.index[wrong][0])
        )
    months = (until.dt.year - start.dt.year) * 12 + until.dt.month - start.dt.month + 1
    table = pd.DataFrame({"tenure": months.astype("int64"), "churned": churned})
    table.attrs["unit"] = "M"
    return table


def retention_by_renewal(lifetimes: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    r"""Retention rate and survival at each renewal, from contracts of all ages.

    .. math:: r_t = \frac{\text{renewed at } t}{\text{came to renewal } t}, \qquad
              S(t) = r_1 r_2 \cdots r_t

    Whose observation ends before renewal t says nothing about it and is not counted there; so S is
    the Kaplan-Meier estimate.

    Parameters
    ----------
    lifetimes : DataFrame
        ``tenure`` and ``churned``, as from :func:`contract_lifetimes`; a column ``count``, if there
        is one, says how many customers a row stands for.
    level : float
        Confidence level of the Wilson intervals of the rates, between 0 and 1.

    Returns
    -------
    DataFrame
        Index ``renewal`` (1, 2, …); ``at_risk`` and ``renewed`` (counts), ``retention_rate`` (0 to
        1) with ``lower`` and ``upper``, ``survival`` (0 to 1) and its ``standard_error``.

    Examples
    --------
    >>> lifetimes = pd.DataFrame({"tenure": [1, 2, 2, 2], "churned": [True, True, False, False]})
    >>> retention_by_renewal(lifetimes)[["at_risk", "renewed", "retention_rate"]].round(2)
             at_risk  renewed  retention_rate
    renewal
    1              4        3            0.75
    2              3        2            0.67
    """
    need_columns(lifetimes, "tenure", "churned")
    count = lifetimes["count"] if "count" in lifetimes else pd.Series(1, lifetimes.index)
    churned = lifetimes["churned"].astype(bool)
    renewals = pd.RangeIndex(1, int(lifetimes["tenure"].max()) + 1, name="renewal")
    if len(renewals) == 0:
        raise ValueError(_("The tenure is 0 for everybody: nobody has come to a renewal yet."))
    reached = count.groupby(lifetimes["tenure"]).sum().reindex(renewals, fill_value=0)
    lost = count.where(churned, 0).groupby(lifetimes["tenure"]).sum()
    table = pd.DataFrame({"at_risk": reached[::-1].cumsum()[::-1]}, index=renewals)
    table["renewed"] = table["at_risk"] - lost.reindex(renewals, fill_value=0)
    table["retention_rate"] = table["renewed"] / table["at_risk"]
    table["lower"], table["upper"] = proportion_confint(
        table["renewed"].to_numpy(), table["at_risk"].to_numpy(), alpha=1 - level, method="wilson"
    )
    curve = SurvfuncRight(lifetimes["tenure"], churned.astype(int), freq_weights=count)
    steps = pd.DataFrame(
        {"survival": curve.surv_prob, "standard_error": curve.surv_prob_se}, index=curve.surv_times
    )
    # statsmodels lists the renewals at which somebody left; between them nothing changes
    steps = steps.reindex(renewals).ffill()
    return table.join(steps.fillna({"survival": 1.0, "standard_error": 0.0}))


def mixed_cohort(kinds: Mapping[str, tuple[float, float]], periods: int = 8) -> pd.DataFrame:
    """Follow a cohort of a few kinds of customers whose own retention rates never change.

    Parameters
    ----------
    kinds : mapping
        For each kind: how many customers at the start, and their retention rate, 0 to 1.
    periods : int
        How many renewals to follow, 1 or more.

    Returns
    -------
    DataFrame
        Index ``renewal`` (0 to ``periods``); a column per kind with its expected survivors,
        ``together``, and ``retention_rate``: of all who were there before, the share that renewed
        (NaN at 0, and where nobody was left).

    Examples
    --------
    >>> mixed_cohort({"steady": (500, 0.9), "restless": (500, 0.5)}, 2).round(3)
             steady  restless  together  retention_rate
    renewal
    0         500.0     500.0    1000.0             NaN
    1         450.0     250.0     700.0           0.700
    2         405.0     125.0     530.0           0.757
    """
    if periods < 1:
        raise ValueError(_("periods is {n}; expected 1 or more.").format(n=periods))
    for name, (number, rate) in kinds.items():
        if not (number >= 0 and 0 <= rate <= 1):
            raise ValueError(
                _(
                    "{name}: {number} customers with a retention of {rate}; expected 0 customers "
                    "or more, and a rate from 0 to 1."
                ).format(name=name, number=number, rate=rate)
            )
    renewals = pd.RangeIndex(periods + 1, name="renewal")
    table = pd.DataFrame(
        {name: number * rate ** renewals.to_numpy(float) for name, (number, rate) in kinds.items()},
        index=renewals,
    )
    table["together"] = table.sum(axis=1)
    before = table["together"].shift()
    table["retention_rate"] = table["together"] / before.where(before > 0)
    return table


def remaining_churn(
    lifetimes: pd.DataFrame, churn_probability: pd.Series, renewals: Sequence[int]
) -> pd.DataFrame:
    """Look up the true chances to leave of those who came to each renewal.

    Only a made-up company knows them. Nobody's chance changes; the average does, because of who
    is left.

    Parameters
    ----------
    lifetimes : DataFrame
        ``tenure`` and ``churned``, one row per customer.
    churn_probability : Series
        Each customer's own chance to leave at a renewal, 0 to 1, with the same index.
    renewals : sequence of int
        Renewals to look at, 1 or more.

    Returns
    -------
    DataFrame
        Index ``renewal``; ``customers`` who came to it, ``mean_churn`` of theirs and
        ``mean_retention`` (0 to 1; NaN where nobody came).

    Examples
    --------
    >>> lifetimes = pd.DataFrame({"tenure": [1, 3], "churned": [True, False]})
    >>> remaining_churn(lifetimes, pd.Series([0.5, 0.1]), [1, 2])["mean_churn"].tolist()
    [0.3, 0.1]
    """
    need_columns(lifetimes, "tenure", "churned")
    own = churn_probability.reindex(lifetimes.index)
    if own.isna().any():
        raise ValueError(
            _(
                "churn_probability has no value for {number} customers, for example {first!r}."
            ).format(number=int(own.isna().sum()), first=lifetimes.index[own.isna()][0])
        )
    there = [own[lifetimes["tenure"] >= renewal] for renewal in renewals]
    table = pd.DataFrame(
        {
            "customers": [len(group) for group in there],
            "mean_churn": [group.mean() for group in there],
        },
        index=pd.Index(list(renewals), name="renewal"),
    )
    return table.assign(mean_retention=1 - table["mean_churn"])


def project(
    survival: pd.Series,
    seen: int,
    names: Sequence[str] = MODELS,
    *,
    cohort_size: float = 1000,
) -> pd.DataFrame:
    """Fit models to the first periods of a curve, and follow them as far as the curve goes.

    Parameters
    ----------
    survival : Series
        Share still there at 0, 1, 2, … renewals, from 1 down.
    seen : int
        The models see the curve up to this renewal.
    names : sequence of str
        Models of :mod:`crmlib.models`: "Geometric", "SBG", "BdW".
    cohort_size : float
        How many customers the cohort had; estimates do not depend on it, the likelihood does.

    Returns
    -------
    DataFrame
        Index ``renewal``; ``actual``, and a column per model (shares, 0 to 1). ``attrs["seen"]``,
        and ``attrs["llf"]``: the log-likelihood of each model.

    Examples
    --------
    >>> curve = pd.Series([1, 0.8, 0.7, 0.64, 0.6])
    >>> project(curve, 3, ["Geometric", "SBG"]).round(2).iloc[-1].to_dict()
    {'actual': 0.6, 'Geometric': 0.54, 'SBG': 0.6}
    """
    curve, lifetimes = _seen(survival, seen, cohort_size)
    fits = {name: getattr(models, name)(lifetimes, count="count").fit() for name in names}
    table = pd.DataFrame({"actual": curve})
    for name, fit in fits.items():
        table[name] = fit.survival(curve.index.to_numpy())
    table.attrs |= {"seen": seen, "llf": {name: fit.llf for name, fit in fits.items()}}
    return table


def all_alike(survival: pd.Series, seen: int, *, cohort_size: float = 1000) -> pd.DataFrame:
    r"""Fit the story opposite to sorting: all customers are alike, and each changes with time.

    .. math:: S(t) = q^{\,t^c}

    With c below 1 every customer becomes more loyal with time, with c above 1 less loyal; with 1
    nothing changes, and one retention rate q holds for all (the discrete Weibull distribution).

    Parameters
    ----------
    survival, seen, cohort_size
        As for :func:`project`.

    Returns
    -------
    DataFrame
        Index ``renewal``; ``actual`` and ``forecast`` (shares, 0 to 1). ``attrs["c"]``,
        ``attrs["q"]``, the retention rate of the first renewal, and ``attrs["llf"]``.

    Examples
    --------
    >>> curve = pd.Series([0.8 ** (t**0.7) for t in range(6)])
    >>> round(all_alike(curve, 5).attrs["c"], 3)
    0.7
    """
    curve, lifetimes = _seen(survival, seen, cohort_size)
    if seen < 2:
        raise ValueError(_("seen is 1; two renewals or more are needed to see a change."))
    tenure, churned, count = (
        lifetimes[name].to_numpy(float) for name in ("tenure", "churned", "count")
    )

    def log_likelihood(place: np.ndarray) -> float:
        pressure, c = np.exp(place)
        before = -pressure * (tenure - churned) ** c
        stays = -pressure * (tenure**c - (tenure - churned) ** c)
        left = np.where(churned == 1, -np.expm1(stays), 1.0)
        return float(count @ (before + np.log(left)))

    start = np.log([count @ churned / (count @ tenure), 1.0])
    options = {"xatol": 1e-9, "fatol": 1e-9}
    found = optimize.minimize(
        lambda place: -log_likelihood(place), start, method="Nelder-Mead", options=options
    )
    pressure, c = np.exp(found.x)
    table = pd.DataFrame({"actual": curve})
    table["forecast"] = np.exp(-pressure * curve.index.to_numpy(float) ** c)
    q = float(np.exp(-pressure))
    table.attrs |= {"c": float(c), "q": q, "llf": -float(found.fun), "seen": seen}
    return table


def _seen(survival: pd.Series, seen: int, cohort_size: float) -> tuple[pd.Series, pd.DataFrame]:
    """Return the whole curve, and the lifetimes that its first renewals show."""
    if not 0 < seen < len(survival):
        raise ValueError(
            _("seen is {seen}; expected a renewal from 1 to {last}, the end of the curve.").format(
                seen=seen, last=len(survival) - 1
            )
        )
    curve = pd.Series(np.asarray(survival, float), pd.RangeIndex(len(survival), name="renewal"))
    return curve, lifetimes_from_survivors(curve.iloc[: seen + 1], cohort_size)
