"""How long contracts last: Kaplan-Meier, for contracts of which many have not ended yet.

The subtle point: a contract that still runs is not a missing value. It says "longer than this", and
leaving it out makes every contract look short.
"""

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.duration.survfunc import SurvfuncRight

from crmlib.core.i18n import gettext as _
from crmlib.core.tables import need_columns
from crmlib.lifecycle.panels import need_level

MONTHS_PER_YEAR = 12


def contract_months(contracts: pd.DataFrame, last_day: str | pd.Timestamp) -> pd.DataFrame:
    """Months that each contract has lasted, and whether it ended or still runs.

    Parameters
    ----------
    contracts : DataFrame
        One row a contract: ``start`` and ``end``; no end where the contract still runs.
    last_day : date
        Last day of observation. An end after it is not known yet, and counts as still running.

    Returns
    -------
    DataFrame
        Same index; ``months`` (whole calendar months from start to end, or to ``last_day``; 0
        where a contract began in the last month and it is not over) and ``ended`` (bool).

    Examples
    --------
    >>> contracts = pd.DataFrame({"start": pd.to_datetime(["2023-01-01", "2023-11-01"]),
    ...                           "end": pd.to_datetime(["2023-03-31", None])})
    >>> contract_months(contracts, "2023-12-31").to_dict("list")
    {'months': [3, 2], 'ended': [True, False]}
    """
    need_columns(contracts, "start", "end")
    last = pd.Timestamp(last_day)
    ended = contracts["end"].notna() & (contracts["end"] <= last)
    # the day after: a contract from the first to the last day of a month lasts one month
    stop = contracts["end"].where(ended, last) + pd.Timedelta(1, "D")
    start = contracts["start"]
    whole = MONTHS_PER_YEAR * (stop.dt.year - start.dt.year) + stop.dt.month - start.dt.month
    months = whole - (stop.dt.day < start.dt.day)
    wrong = start.isna() | (start > stop)
    if wrong.any():
        row = contracts.index[wrong][0]
        raise ValueError(
            _(
                "{number} contracts have no start, or one after their end or after the last day, "
                "for example row {row}. Drop or repair them."
            ).format(number=int(wrong.sum()), row=row)
        )
    return pd.DataFrame({"months": months.astype(int), "ended": ended}, index=contracts.index)


def kaplan_meier(months: pd.Series, ended: pd.Series, level: float = 0.95) -> pd.DataFrame:
    r"""Share of contracts that last longer than t, contracts still running included.

    .. math:: \hat S(t) = \prod_{s \le t} \left(1 - \frac{d_s}{n_s}\right)

    with :math:`d_s` contracts that ended at ``s`` out of :math:`n_s` that had lasted until then.
    Intervals are of the form log(-log S), which stays between 0 and 1. (Kaplan & Meier 1958;
    computed by statsmodels.)

    Parameters
    ----------
    months : Series
        How long each contract has lasted, 0 or more, in any unit.
    ended : Series of bool
        Whether it ended then; False means that it still runs.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        Index ``month``: 0 and each time at which a contract ended; ``at_risk`` and ``ended``
        (counts), ``survival`` (0 to 1), ``lower`` and ``upper``.

    Examples
    --------
    >>> months, ended = pd.Series([1, 2, 2, 3]), pd.Series([True, True, False, False])
    >>> kaplan_meier(months, ended)[["at_risk", "ended", "survival"]]
           at_risk  ended  survival
    month
    0            4      0      1.00
    1            4      1      0.75
    2            3      1      0.50
    """
    need_level(level)
    length, over = np.asarray(months, dtype=float), np.asarray(ended).astype(bool)
    if len(length) == 0 or len(length) != len(over):
        raise ValueError(
            _("months has {a} values and ended {b}; expected as many, at least one.").format(
                a=len(length), b=len(over)
            )
        )
    if not (length >= 0).all():
        raise ValueError(_("months must be 0 or more, without gaps."))
    if not over.any():
        raise ValueError(_("No contract has ended: there is nothing to estimate."))
    found = SurvfuncRight(length, over)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_log = np.log(-np.log(found.surv_prob))
        half = stats.norm.ppf((1 + level) / 2) * found.surv_prob_se
        half = half / (found.surv_prob * np.abs(np.log(found.surv_prob)))
        lower, upper = np.exp(-np.exp(log_log + half)), np.exp(-np.exp(log_log - half))
    inside = (found.surv_prob > 0) & (found.surv_prob < 1)
    table = pd.DataFrame(
        {
            "at_risk": found.n_risk.astype(int),
            "ended": found.n_events.astype(int),
            "survival": found.surv_prob,
            "lower": np.where(inside, lower, found.surv_prob),
            "upper": np.where(inside, upper, found.surv_prob),
        },
        index=pd.Index(found.surv_times, name="month"),
    )
    table = table[table["ended"] > 0]
    if table.index[0] > 0:
        first = pd.DataFrame(
            {"at_risk": len(length), "ended": 0, "survival": 1.0, "lower": 1.0, "upper": 1.0},
            index=pd.Index([0.0], name="month"),
        )
        table = pd.concat([first, table])
    if (table.index == table.index.astype(int)).all():
        table.index = table.index.astype(int)
    return table


def ended_only(months: pd.Series, ended: pd.Series) -> pd.Series:
    """Share that lasts longer than t among *ended* contracts only: the mistake to show.

    Returns
    -------
    Series
        Index ``month``: 0 and each time at which a contract ended; falls to 0.

    Examples
    --------
    >>> ended_only(pd.Series([1, 2, 3]), pd.Series([True, True, False])).to_dict()
    {0: 1.0, 1: 0.5, 2: 0.0}
    """
    over = pd.Series(np.asarray(ended).astype(bool), index=months.index)
    return kaplan_meier(months[over], over[over])["survival"]
