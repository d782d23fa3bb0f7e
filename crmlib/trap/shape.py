"""Straight, bent or curved? What the shape of a relation tells, and what it takes to see it.

line_or_hinge   is a point of basic satisfaction worth the same below and above the need?
answers_needed  how many answers it takes to see the bend
curvature       does a curve predict better than a straight line?
market_model    the weights of each market, and how free its customers are to leave
market_shares   in which markets customers with such alternatives and switching costs are found
staying         the chance to stay that the model gives to a customer

The subtle point: a straight line that is not refuted is not proved. With few answers no bend is
ever seen.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import special, stats

from crmlib.core.i18n import gettext as _
from crmlib.trap import fitting
from crmlib.trap.contrasts import CENTRE, NEED, TERMS, hinges, true_terms
from crmlib.trap.tables import need, need_both, need_yes_or_no, parts, weights

LEVEL = 0.95
MOVING = ("alternatives", "switching_cost")
SMALLEST_SPREAD = 0.1


def line_or_hinge(
    table: pd.DataFrame, by: str = "firm", outcome: str = "retained", basic_need: float = NEED
) -> pd.DataFrame:
    """Tell a two-factor firm from a straight one by penalty and reward of basic satisfaction.

    Straight means that a point is worth the same on both sides of the need. Two-factor means that
    above the need it is worth nothing.

    Parameters
    ----------
    table : DataFrame
        One row per customer: ``basic``, ``latent``, and the two columns named here.
    by, outcome : str
        Columns of the firm or market, and of yes or no.
    basic_need : float
        Where the bend may be, in points.

    Returns
    -------
    DataFrame
        Index: the firms; ``answers``; ``penalty`` (log odds lost per point below the need) and
        ``reward`` (log odds won per point above), each with ``_lower`` and ``_upper``; ``bend``
        (penalty minus reward; 0 is straight) with its ends; ``aic_line`` and ``aic_hinge`` (the
        smaller fits better, for its number of terms; without weights).
    """
    need(table, by, "basic", "latent")
    need_yes_or_no(table, outcome)
    rows = {}
    for name, part in parts(table, by, pooled=False):
        need_both(part[outcome].to_numpy(bool), outcome, name)
        bent = hinges(part, basic_need)
        straight = pd.DataFrame({"basic": part["basic"], "latent": part["latent"]})
        hinge, line = (fitting.logit(part, outcome, terms) for terms in (bent, straight))
        row = {"answers": len(part)}
        asked = {
            "penalty": {"unmet basic": -1.0},
            "reward": {"met basic": 1.0},
            "bend": {"unmet basic": -1.0, "met basic": -1.0},
        }
        for label, sum_of in asked.items():
            value, error = hinge.combination(sum_of)
            half = stats.norm.ppf((1 + LEVEL) / 2) * error
            row |= {label: value, f"{label}_lower": value - half, f"{label}_upper": value + half}
        row |= {"aic_line": 2 * 3 - 2 * line.llf, "aic_hinge": 2 * 4 - 2 * hinge.llf}
        rows[name] = row
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by).astype({"answers": int})


def answers_needed(
    table: pd.DataFrame,
    sizes: Sequence[int],
    by: str = "firm",
    outcome: str = "retained",
    draws: int = 60,
    seed: int = 9,
) -> pd.DataFrame:
    """How often a survey of each size would see the bend, by drawing smaller surveys from a large.

    Parameters
    ----------
    table : DataFrame
        One row per customer: ``basic``, ``latent``, firm and outcome.
    sizes : sequence of int
        Answers of each smaller survey, 50 or more, and no more than each firm has.
    by, outcome : str
        Columns of the firm, and of yes or no.
    draws : int
        Surveys drawn for each size.
    seed : int
        Of the random numbers.

    Returns
    -------
    DataFrame
        Index: the sizes, one column a firm: share of the surveys in which the interval of the bend
        leaves out 0 (0 to 1). In a straight firm about one in twenty does, by chance.
    """
    need(table, by, "basic", "latent")
    need_yes_or_no(table, outcome)
    smallest = int(table[by].value_counts().min())
    if min(sizes, default=0) < 50 or max(sizes) > smallest:
        raise ValueError(
            _("The sizes must lie between 50 and {most}, the answers of the smallest firm.").format(
                most=smallest
            )
        )
    random = np.random.default_rng(seed)
    found = pd.DataFrame(0.0, index=pd.Index(list(sizes), name="answers"),
                         columns=sorted(table[by].unique()))  # fmt: skip
    for firm, part in parts(table, by, pooled=False):
        x = sm.add_constant(hinges(part)).to_numpy(float)
        yes = part[outcome].to_numpy(float)
        for size in sizes:
            chosen = [random.permutation(len(part))[:size] for _draw in range(draws)]
            found.loc[size, firm] = np.mean([_sees_a_bend(yes[one], x[one]) for one in chosen])
    return found


def _sees_a_bend(yes: np.ndarray, x: np.ndarray) -> bool:
    """Whether the interval of the bend, minus the first two weights, leaves out 0."""
    fit = sm.Logit(yes, x).fit(disp=0, warn_convergence=False)
    bend = np.array([0.0, -1.0, -1.0, 0.0])
    error = np.sqrt(bend @ fit.cov_params() @ bend)
    return abs(bend @ fit.params) > stats.norm.ppf((1 + LEVEL) / 2) * error


def curvature(
    table: pd.DataFrame,
    x: str,
    outcome: str = "later_retained",
    by: str | None = "market",
    *,
    scale: str = "shares",
    also: Sequence[str] = (),
) -> pd.DataFrame:
    """Does the effect of ``x`` grow or fade on its way up? The weight of its square says so.

    Parameters
    ----------
    table : DataFrame
        One row per answer.
    x, outcome : str
        A column of numbers, and the column to explain.
    by : str, optional
        Column of the markets.
    scale : {"shares", "log odds"}
        Whether the straight line is drawn in plain shares (or means), or in log odds.
    also : sequence of str
        Further columns to hold fixed.

    Returns
    -------
    DataFrame
        Index "all" and the markets; ``slope`` (per point, at the mean of x), ``curvature`` (below
        0: fading, above: growing) with ``lower`` and ``upper``.
    """
    need(table, x, outcome, *also)
    if scale not in ("shares", "log odds"):
        raise ValueError(
            _('scale is {scale!r}; expected "shares" or "log odds".').format(scale=scale)
        )
    fitted, rows = fitting.line if scale == "shares" else fitting.logit, {}
    for name, part in parts(table.reset_index(drop=True), by):
        centred = part[x] - part[x].mean()
        terms = pd.DataFrame({"slope": centred, "curvature": centred**2}).join(part[list(also)])
        found = fitted(part, outcome, terms).table()
        rows[name] = {"slope": found.loc["slope", "estimate"],
                      "curvature": found.loc["curvature", "estimate"],
                      **found.loc["curvature", ["lower", "upper"]].to_dict()}  # fmt: skip
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis(by)


def market_model(table: pd.DataFrame, outcome: str = "later_retained") -> pd.DataFrame:
    """Weights of each market, and what its customers have in alternatives and switching costs.

    Parameters
    ----------
    table : DataFrame
        From :func:`~crmlib.trap.theory.prepare`, with ``market``, ``alternatives`` (number of
        other suppliers, 0 or more) and ``switching_cost`` (0 to 100).
    outcome : str
        Column of yes or no.

    Returns
    -------
    DataFrame
        Index: the markets; "intercept", "unmet basic", "met basic" and "latent" (log odds, noise
        of the items taken out), ``size`` (share of the customers), and mean and standard deviation
        of the root of alternatives and of switching costs.
    """
    need(table, "market", "basic", "latent", *MOVING)
    need_yes_or_no(table, outcome)
    if table["alternatives"].min() < 0:
        raise ValueError(_("Column alternatives counts suppliers; it must be 0 or more."))
    table = table.reset_index(drop=True)
    terms, rows = true_terms(table), {}
    for market, part in parts(table, "market", pooled=False):
        need_both(part[outcome].to_numpy(bool), outcome, market)
        fit, weight = fitting.logit(part, outcome, terms.loc[part.index]), weights(part)
        row = fit.estimate.to_dict() | {"size": weight.sum()}
        for name, values in (("alternatives", np.sqrt(part["alternatives"])),
                             ("switching_cost", part["switching_cost"])):  # fmt: skip
            mean = float(np.average(values, weights=weight))
            spread = float(np.sqrt(np.average((values - mean) ** 2, weights=weight)))
            row |= {f"{name}_mean": mean, f"{name}_sd": max(spread, SMALLEST_SPREAD)}
        rows[market] = row
    model = pd.DataFrame.from_dict(rows, orient="index").rename_axis("market")
    return model.assign(size=model["size"] / model["size"].sum())


def market_shares(model: pd.DataFrame, alternatives: float, switching_cost: float) -> pd.Series:
    """In which markets customers with such alternatives and switching costs are found.

    By Bayes' rule, with normal distributions in each market.

    Parameters
    ----------
    model : DataFrame
        From :func:`market_model`.
    alternatives : float
        Number of other suppliers within reach, 0 or more.
    switching_cost : float
        0 to 100 points.

    Returns
    -------
    Series
        One share a market, adding up to 1.
    """
    z = (np.sqrt(alternatives) - model["alternatives_mean"]) / model["alternatives_sd"]
    v = (switching_cost - model["switching_cost_mean"]) / model["switching_cost_sd"]
    spread = model["alternatives_sd"] * model["switching_cost_sd"]
    height = np.log(model["size"] / spread) - (z**2 + v**2) / 2
    return pd.Series(special.softmax(height), index=model.index, name="share")


def staying(
    model: pd.DataFrame, basic: np.ndarray, latent: np.ndarray, shares: pd.Series | None = None
) -> np.ndarray:
    """Chance to stay, in each market or for a mixture of markets.

    Parameters
    ----------
    model : DataFrame
        From :func:`market_model`.
    basic, latent : array_like
        Satisfaction in points; one of them may be a single number.
    shares : Series, optional
        From :func:`market_shares`; mixes the markets.

    Returns
    -------
    ndarray
        Chances (0 to 1): a row for each market, or one row for the mixture.
    """
    gap, more = np.broadcast_arrays(np.atleast_1d(basic) - NEED, np.atleast_1d(latent) - CENTRE)
    # the terms of contrasts.hinges, without the cost of a table: a slider calls this often
    terms = np.stack([np.maximum(-gap, 0), np.maximum(gap, 0), more])
    chance = special.expit(model[list(TERMS)].to_numpy() @ terms + model[["intercept"]].to_numpy())
    return chance if shares is None else shares.reindex(model.index).to_numpy() @ chance
