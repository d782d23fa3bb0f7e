"""Who is satisfied, who stays, and why the two come apart.

prepare              the survey with scores for both kinds of satisfaction, and weights
correlation          satisfaction with staying, over all customers and in each market
loyalty_curve        share that stays, by satisfaction: one curve a market
quadrants            apostles, mercenaries, hostages, defectors
retained_by          share that stays among any groups of customers
intent_vs_behaviour  what customers say they will do, and what they do
explained            how much a column tells about who stays

The subtle point: what holds over all customers need not hold in any market, and the other way
round. Therefore most functions give the whole first ("all"), and then each market.

One row is one answer. Where a table has the columns ``weight`` and ``customer_id``, answers count
by their weight, and intervals count persons, not answers.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.trap import fitting
from crmlib.trap.tables import (
    need,
    need_yes_or_no,
    parts,
    persons,
    persons_counted,
    weights,
)

SATISFIED = 6  # from this answer on a customer counts as satisfied: the top two of seven
KINDS = ("basic", "latent")
TRAITS = ("app_user", "recent_order", "complained")
QUADRANTS = (N_("apostles"), N_("mercenaries"), N_("hostages"), N_("defectors"))


def prepare(answers: pd.DataFrame, invited: pd.DataFrame | None = None) -> pd.DataFrame:
    """Add to each answer the scores ``basic`` and ``latent``, and its ``weight``.

    A score is the mean of the items ``basic_1``, ``basic_2`` … (or ``latent_1`` …). The weight is
    one divided by the chance that this customer was invited, and once more by the share that
    answered among the invited with the same three recorded traits (app, recent order, complaint).

    Parameters
    ----------
    answers : DataFrame
        One row per answered questionnaire, such as the table ``survey_sat``.
    invited : DataFrame, optional
        One row per invitation, such as ``survey_invited``; without it no weight is added.

    Returns
    -------
    DataFrame
        The answers with two or three more columns, in the same order.

    Examples
    --------
    >>> answers = pd.DataFrame({"basic_1": [5], "basic_2": [6], "latent_1": [3]})
    >>> prepare(answers)[["basic", "latent"]]
       basic  latent
    0    5.5     3.0
    """
    if answers.empty:
        raise ValueError(_("The table is empty: there is nobody to look at."))
    scored = answers.assign(**{kind: answers[items_of(answers, kind)].mean(axis=1)
                               for kind in KINDS})  # fmt: skip
    if invited is None:
        return scored
    need(scored, "invitation_id")
    need(invited, "invitation_id", "invited_share", "answered", *TRAITS)
    answering = invited.groupby(list(TRAITS))["answered"].transform("mean")
    weight = pd.Series(
        1 / (invited["invited_share"] * answering).to_numpy(), index=invited["invitation_id"]
    )
    scored["weight"] = scored["invitation_id"].map(weight)
    need(scored, "weight")
    return scored


def items_of(answers: pd.DataFrame, kind: str) -> list[str]:
    """The columns that hold the items of one kind: ``basic_1``, ``basic_2`` and so on."""
    found = [name for name in answers.columns if str(name).removeprefix(f"{kind}_").isdigit()]
    found = [name for name in found if str(name).startswith(f"{kind}_")]
    if not found:
        raise ValueError(
            _(
                "The table has no items {kind}_1, {kind}_2 … Each holds one answer on a scale, for "
                "example 1 to 7."
            ).format(kind=kind)
        )
    return found


def correlation(
    table: pd.DataFrame,
    x: str = "satisfaction",
    y: str = "later_retained",
    by: str | None = "market",
    level: float = 0.95,
) -> pd.DataFrame:
    r"""Correlation of two columns over all answers, then in each market, with intervals.

    The standard error adds up, person by person, what each answer does to the coefficient:

    .. math:: \psi = z_x z_y - \tfrac{r}{2}(z_x^2 + z_y^2)

    Parameters
    ----------
    table : DataFrame
        One row per answer.
    x, y : str
        Two columns of numbers, or of yes and no.
    by : str, optional
        Column of the groups; None for the whole table only.
    level : float
        Confidence level of the intervals.

    Returns
    -------
    DataFrame
        Index "all" and the groups; ``answers``, ``correlation`` (-1 to 1; NaN where a column does
        not vary), ``lower`` and ``upper``.

    Examples
    --------
    >>> table = pd.DataFrame({"market": list("AAABBB"), "satisfaction": [2, 2, 3, 5, 6, 7],
    ...                       "later_retained": [0, 1, 1, 0, 0, 1]})
    >>> correlation(table)["correlation"].round(2).to_dict()
    {'all': -0.09, 'A': 0.5, 'B': 0.87}
    """
    need(table, x, y)
    rows = {}
    for name, part in parts(table, by):
        w, one, other = weights(part), part[x].to_numpy(float), part[y].to_numpy(float)
        z, v = _standardised(one, w), _standardised(other, w)
        r = float(np.average(z * v, weights=w))
        influence = w * (z * v - r / 2 * (z**2 + v**2))
        error = np.sqrt((np.bincount(persons(part), influence) ** 2).sum()) / w.sum()
        half = stats.norm.ppf((1 + level) / 2) * error
        rows[name] = {"answers": len(part), "correlation": r, "lower": r - half, "upper": r + half}
    frame = pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)
    return frame.astype({"answers": int})


def _standardised(values: np.ndarray, w: np.ndarray) -> np.ndarray:
    centred = values - np.average(values, weights=w)
    deviation = np.sqrt(np.average(centred**2, weights=w))
    return centred / (deviation if deviation > 0 else np.nan)


def retained_by(
    table: pd.DataFrame,
    by: str | Sequence[str] | pd.Series,
    outcome: str = "later_retained",
    level: float = 0.95,
) -> pd.DataFrame:
    """Share that stays in each group, with Wilson intervals.

    Parameters
    ----------
    table : DataFrame
        One row per answer.
    by : str, several, or Series
        Column or columns of the groups, or the groups themselves with the table's index.
    outcome : str
        Column of yes or no.
    level : float
        Confidence level of the intervals; their width counts persons, not answers.

    Returns
    -------
    DataFrame
        Index: the groups; ``answers``, ``persons``, ``share`` (0 to 1), ``lower``, ``upper``.

    Examples
    --------
    >>> table = pd.DataFrame({"market": list("AABB"), "later_retained": [1, 1, 0, 1]})
    >>> retained_by(table, "market")[["answers", "share"]]
            answers  share
    market
    A             2    1.0
    B             2    0.5
    """
    need_yes_or_no(table, outcome)
    if isinstance(by, str):
        need(table, by)
    elif not isinstance(by, pd.Series):
        need(table, *by)
        by = list(by)
    rows = {}
    for name, part in table.groupby(by, observed=True):
        share = float(np.average(part[outcome].astype(float), weights=weights(part)))
        alike = persons_counted(part)
        lower, upper = proportion_confint(share * alike, alike, 1 - level, method="wilson")
        rows[name] = {
            "answers": len(part),
            "persons": int(persons(part).max()) + 1,
            "share": share,
            "lower": float(lower),
            "upper": float(upper),
        }
    frame = pd.DataFrame.from_dict(rows, orient="index")
    frame.index = frame.index.set_names([by] if isinstance(by, str) else
                                        by if isinstance(by, list) else [by.name])  # fmt: skip
    return frame.astype({"answers": int, "persons": int})


def loyalty_curve(
    table: pd.DataFrame,
    by: str = "market",
    x: str = "satisfaction",
    outcome: str = "later_retained",
    fewest: int = 30,
) -> pd.DataFrame:
    """Share that stays at each level of satisfaction, one curve a market.

    Parameters
    ----------
    table : DataFrame
        One row per answer.
    by, x, outcome : str
        Columns of the market, of the level (numbers; other than whole ones are rounded), and of
        yes or no.
    fewest : int
        Levels with fewer answers are left out: they would be drawn from chance.

    Returns
    -------
    DataFrame
        Index ``by`` and ``x``; the columns of :func:`retained_by`.

    Examples
    --------
    >>> table = pd.DataFrame({"market": ["A"] * 3, "satisfaction": [6, 6, 7],
    ...                       "later_retained": [1, 0, 1]})
    >>> loyalty_curve(table, fewest=2)["share"].to_dict()
    {('A', 6): 0.5}
    """
    need(table, by, x)
    level = table[x].round().astype(int).rename(x)
    curve = retained_by(table.assign(**{x: level}), [by, x], outcome)
    return curve[curve["answers"] >= fewest]


def quadrants(
    table: pd.DataFrame,
    by: str = "market",
    x: str = "satisfaction",
    outcome: str = "later_retained",
    satisfied: float = SATISFIED,
) -> pd.DataFrame:
    """Shares of the four kinds of customers of Jones & Sasser (1995), in each market.

    Apostles are satisfied and stay, mercenaries are satisfied and leave, hostages are not
    satisfied and stay, defectors are not satisfied and leave.

    Parameters
    ----------
    table : DataFrame
        One row per answer.
    by, x, outcome : str
        Columns of the market, of satisfaction, and of yes or no.
    satisfied : float
        From this answer on a customer counts as satisfied.

    Returns
    -------
    DataFrame
        Index: the markets; the shares ``apostles``, ``mercenaries``, ``hostages`` and
        ``defectors``, which add up to 1, and ``leave_if_satisfied``: of the satisfied, the share
        that leaves (NaN where nobody is satisfied).

    Examples
    --------
    >>> table = pd.DataFrame({"market": ["A"] * 4, "satisfaction": [7, 6, 2, 1],
    ...                       "later_retained": [1, 0, 1, 0]})
    >>> quadrants(table).loc["A"].to_list()
    [0.25, 0.25, 0.25, 0.25, 0.5]
    """
    need(table, by, x)
    need_yes_or_no(table, outcome)
    happy, stays = (table[x] >= satisfied).to_numpy(), table[outcome].to_numpy(bool)
    kind = np.select([happy & stays, happy, stays], QUADRANTS[:3], QUADRANTS[3])
    weight = pd.Series(weights(table), index=table.index)
    total = pd.crosstab(table[by], kind, values=weight, aggfunc="sum", normalize="index")
    share = total.reindex(columns=list(QUADRANTS)).fillna(0.0).rename_axis(columns=None)
    pleased = share["apostles"] + share["mercenaries"]
    return share.assign(leave_if_satisfied=share["mercenaries"] / pleased.where(pleased > 0))


def intent_vs_behaviour(
    table: pd.DataFrame,
    by: str = "market",
    x: str = "satisfaction",
    intent: str = "intent",
    outcome: str = "later_retained",
    highest: float = 10,
    fewest: int = 30,
) -> pd.DataFrame:
    """Stated chance to stay and the share that stayed, at each level of satisfaction.

    Parameters
    ----------
    table : DataFrame
        One row per answer.
    by, x, intent, outcome : str
        Columns of the market, of satisfaction, of the stated chance, and of yes or no.
    highest : float
        The stated chance that means "certainly": 10, if asked for chances in ten.
    fewest : int
        Levels with fewer answers are left out.

    Returns
    -------
    DataFrame
        Index ``by`` and ``x``; ``answers``, ``said`` and ``done`` (0 to 1), ``lower`` and
        ``upper`` of what was done.
    """
    need(table, by, x, intent)
    curve = loyalty_curve(table, by, x, outcome, fewest).rename(columns={"share": "done"})
    weight = pd.Series(weights(table), index=table.index)
    keys = [table[by], table[x].round().astype(int).rename(x)]
    said = (weight * table[intent] / highest).groupby(keys).sum() / weight.groupby(keys).sum()
    curve.insert(1, "said", said.reindex(curve.index))
    return curve[["answers", "said", "done", "lower", "upper"]]


def explained(
    table: pd.DataFrame,
    columns: Mapping[str, Sequence[str]],
    outcome: str = "later_retained",
    by: str | None = "market",
) -> pd.DataFrame:
    """How much groups of columns tell about who stays, each group in a model of its own.

    Parameters
    ----------
    table : DataFrame
        One row per answer.
    columns : mapping of str to sequence of str
        Names of the groups, and the columns in each: numbers, or yes and no.
    outcome : str
        Column of yes or no.
    by : str, optional
        Column of the markets.

    Returns
    -------
    DataFrame
        Index "all" and the markets, one column a group: the share of the deviance that a logistic
        regression takes away (McFadden's R², 0 to 1). It always looks small for yes and no.
    """
    need(table, *[name for group in columns.values() for name in group])
    need_yes_or_no(table, outcome)
    rows = {
        name: {
            group: fitting.logit(part, outcome, part[list(found)]).deviance_explained
            for group, found in columns.items()
        }
        for name, part in parts(table, by)
    }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)
