r"""Penalty and reward: what a need costs when it is not met, and what it brings when it is.

penalty_reward  the weights on staying (hinge logit), or the classical dummy regression
reliability     how much of the differences in a score is real (Cronbach's alpha)
true_terms      the terms of the hinge logit with the noise of the items taken out
remedies        what mending basics, or one more point of surprise, would bring in each market

The hinge logit has a bend where basic needs are met (:math:`B = 5`), so that both sides get
weights of their own:

.. math:: \log\frac{P}{1-P} = c + u \max(5-B, 0) + m \max(B-5, 0) + l\,(L - 3.6)

The subtle point: a score made of a few rounded answers is not the satisfaction itself. Its noise
makes weights too small (attenuation), and most of all where few stand on one side of the bend.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import special, stats

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.trap import fitting
from crmlib.trap.tables import need, need_both, need_yes_or_no, parts, weights
from crmlib.trap.theory import items_of

NEED, CENTRE = 5.0, 3.6
TERMS = (N_("unmet basic"), N_("met basic"), N_("latent"))
METHODS = ("hinge", "dummies")
MIDDLE = {"basic": 5, "latent": 4}  # the rounded score that is neither low nor high


def penalty_reward(
    table: pd.DataFrame,
    by: str | None = "market",
    method: str = "hinge",
    outcome: str = "later_retained",
    *,
    corrected: bool = False,
    also: Sequence[str] = (),
    basic_need: float = NEED,
) -> pd.DataFrame:
    """Penalty and reward of basic satisfaction, and the weight of latent satisfaction.

    Parameters
    ----------
    table : DataFrame
        One row per answer, with the scores ``basic`` and ``latent``, 1 to 7.
    by : str, optional
        Column of the markets; the first part, "all", pools them.
    method : {"hinge", "dummies"}
        The hinge logit of the module's docstring, for an outcome of yes and no; or the classical
        penalty-reward contrast (commonly attributed to Brandt 1987): a straight-line regression
        on two dummies a score, low and high, for any outcome. A basic score is low if it rounds
        to 4 or less and high from 6 on; a latent one to 3 or less, and from 5 on.
    outcome : str
        Column to explain.
    corrected : bool
        Take the noise of the items out first (:func:`true_terms`; hinge only).
    also : sequence of str
        Further columns to hold fixed.
    basic_need : float
        Where the bend is, in points (hinge only).

    Returns
    -------
    DataFrame
        Index: part and term; ``estimate``, ``standard_error``, ``lower``, ``upper``. Hinge: log
        odds per point, terms "unmet basic" (per point below the need: a penalty is negative),
        "met basic" (per point above), "latent". Dummies: in units of the outcome, terms "low
        basic", "high basic", "low latent", "high latent", against the middle answers.

    Raises
    ------
    ValueError
        If the outcome is the same for everybody in a part, or terms cannot be told apart.

    Examples
    --------
    >>> random = np.random.default_rng(2)
    >>> scores = random.normal([5.5, 4], 1.3, (20000, 2))
    >>> answers = pd.DataFrame(scores, columns=["basic", "latent"])
    >>> index = hinges(answers) @ [-1.3, 0.0, 0.9]
    >>> answers["stays"] = random.random(20000) < special.expit(index)
    >>> weights = penalty_reward(answers, by=None, outcome="stays")["estimate"].loc["all"]
    >>> weights.round(1).abs().to_dict()
    {'unmet basic': 1.3, 'met basic': 0.0, 'latent': 0.9}
    """
    need(table, "basic", "latent", outcome, *also)
    if method not in METHODS or (corrected and method != "hinge"):
        raise ValueError(
            _(
                'method is {method!r}; expected "hinge" or "dummies". Only the hinge can be '
                "corrected for noise."
            ).format(method=method)
        )
    table = table.reset_index(drop=True)  # rows are matched by label below
    if method == "hinge":
        need_yes_or_no(table, outcome)
        terms = true_terms(table, by, basic_need) if corrected else hinges(table, basic_need)
    else:
        terms = dummies(table)
    terms = terms.join(table[list(also)])
    fits = {
        name: _fit(part, outcome, terms.loc[part.index], method, name)
        for name, part in parts(table, by)
    }
    tables = {name: fit.table().drop("intercept") for name, fit in fits.items()}
    return pd.concat(tables, names=[by or "part", "term"])


def hinges(table: pd.DataFrame, basic_need: float = NEED) -> pd.DataFrame:
    """The three terms of the hinge logit, from the scores taken at their word.

    Examples
    --------
    >>> hinges(pd.DataFrame({"basic": [4.0, 6.5], "latent": [2.6, 5.6]})).round(1).values.tolist()
    [[1.0, 0.0, -1.0], [0.0, 1.5, 2.0]]
    """
    gap = table["basic"] - basic_need
    values = {
        "unmet basic": (-gap).clip(lower=0),
        "met basic": gap.clip(lower=0),
        "latent": table["latent"] - CENTRE,
    }
    return pd.DataFrame(values, index=table.index)


def dummies(table: pd.DataFrame) -> pd.DataFrame:
    """Two columns of 0 and 1 a score: low and high, against the middle answers."""
    values = {}
    for kind, middle in MIDDLE.items():
        rounded = np.floor(table[kind] + 0.5)
        values[f"low {kind}"] = (rounded < middle).astype(float)
        values[f"high {kind}"] = (rounded > middle).astype(float)
    return pd.DataFrame(values, index=table.index)


def reliability(items: pd.DataFrame) -> float:
    r"""Cronbach's alpha: the share of the differences in a mean of items that is not noise.

    .. math:: \alpha = \frac{k}{k-1}\left(1 - \frac{\sum_i \sigma_i^2}{\sigma_\text{sum}^2}\right)

    Parameters
    ----------
    items : DataFrame
        One row per answer, one column per item, two or more.

    Returns
    -------
    float
        At most 1; below 0 if the items go against each other.

    Examples
    --------
    >>> reliability(pd.DataFrame({"one": [1, 2, 3], "other": [1, 3, 2]})).__round__(2)
    0.67
    """
    count = items.shape[1]
    spread = items.sum(axis=1).var()
    if count < 2 or not spread > 0:
        raise ValueError(
            _(
                "The reliability needs two items or more, and answers that differ; this table has "
                "{items} items and {rows} rows."
            ).format(items=count, rows=len(items))
        )
    return float(count / (count - 1) * (1 - items.var().sum() / spread))


def true_terms(
    table: pd.DataFrame, by: str | None = "market", basic_need: float = NEED
) -> pd.DataFrame:
    r"""The three terms as they are to be expected, given noisy items (regression calibration).

    Of a score that lies far from its market's mean, a part is chance. So it is drawn back to the
    mean by the reliability: :math:`\hat B = \bar b + \alpha (b - \bar b)`. What remains uncertain
    has the standard deviation :math:`s = \sigma_b\sqrt{\alpha(1-\alpha)}`, and the mean shortfall
    over it is, with :math:`z = (5 - \hat B)/s`,

    .. math:: E[\max(5-B, 0)] = s\,(z\,\Phi(z) + \varphi(z))

    It takes noise and satisfaction as normal within each market. Clipped scales break that a
    little: weights come back to within about a tenth. Intervals of weights fitted with these terms
    leave out that the reliability is itself an estimate.

    Parameters
    ----------
    table : DataFrame
        From :func:`~crmlib.trap.theory.prepare`: items, scores, markets.
    by : str, optional
        Column of the markets; the correction is made within each.
    basic_need : float
        Where the bend is, in points.

    Returns
    -------
    DataFrame
        "unmet basic", "met basic" and "latent", with the index of the table.
    """
    need(table, "basic", "latent")
    found = []
    for _name, part in parts(table.reset_index(drop=True), by, pooled=False):
        basic, spread = _drawn_back(part, "basic")
        latent, _spread = _drawn_back(part, "latent")
        z = (basic_need - basic) / spread
        shortfall = spread * (z * special.ndtr(z) + stats.norm.pdf(z))
        found.append(
            pd.DataFrame(
                {
                    "unmet basic": shortfall,
                    "met basic": shortfall + basic - basic_need,
                    "latent": latent - CENTRE,
                }
            )
        )
    return pd.concat(found).sort_index().set_axis(table.index)


def _drawn_back(part: pd.DataFrame, kind: str) -> tuple[pd.Series, float]:
    items = part[items_of(part, kind)]
    score, alpha = items.mean(axis=1), reliability(items)
    if not 0 < alpha < 1:
        raise ValueError(
            _(
                "The items of {kind} do not measure one thing (reliability {alpha:.2f}; expected "
                "between 0 and 1). Look at each of them before you use their mean."
            ).format(kind=kind, alpha=alpha)
        )
    mean = np.average(score, weights=weights(part))
    return mean + alpha * (score - mean), float(score.std() * np.sqrt(alpha * (1 - alpha)))


def remedies(
    table: pd.DataFrame,
    by: str = "market",
    outcome: str = "later_retained",
    step: float = 1.0,
    worth: float = 100.0,
) -> pd.DataFrame:
    """What two remedies would bring in each market, if the hinge logit is right and causal.

    The first mends every basic need that is not met; the second raises latent satisfaction of
    everybody by ``step`` points. Noise of the items is taken out first.

    Parameters
    ----------
    table : DataFrame
        From :func:`~crmlib.trap.theory.prepare`.
    by, outcome : str
        Columns of the markets, and of yes or no.
    step : float
        Points of latent satisfaction.
    worth : float
        What a customer is worth who stays and would have left, in yuan.

    Returns
    -------
    DataFrame
        Index: market and remedy ("mend basics", "surprise"); ``gain`` (percentage points of
        customers who stay, over all customers of the market) with ``lower`` and ``upper``;
        ``stay_before`` (share), ``reached`` (share of the customers whom the remedy reaches: for
        the first, those with a score below the need), and ``spend_at_most`` (yuan for each customer
        reached, at which the remedy just pays).
    """
    need_yes_or_no(table, outcome)
    table = table.reset_index(drop=True)
    terms, rows = true_terms(table, by), {}
    for market, part in parts(table, by, pooled=False):
        now = terms.loc[part.index]
        fit, weight = _fit(part, outcome, now, "hinge", market), weights(part)
        below = float(np.average(part["basic"] < NEED, weights=weight))
        then = {
            "mend basics": (now.assign(**{"unmet basic": 0.0}), below),
            "surprise": (now.assign(latent=now["latent"] + step), 1.0),
        }
        for remedy, (after, reached) in then.items():
            gain, error = _gain(fit, now, after, weight)
            rows[market, remedy] = {
                "gain": 100 * gain,
                "lower": 100 * (gain - stats.norm.ppf(0.975) * error),
                "upper": 100 * (gain + stats.norm.ppf(0.975) * error),
                "stay_before": float(np.average(part[outcome].astype(float), weights=weight)),
                "reached": reached,
                "spend_at_most": gain * worth / reached if reached else np.nan,
            }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis([by, "remedy"])


def _gain(
    fit: fitting.Fit, now: pd.DataFrame, after: pd.DataFrame, weight: np.ndarray
) -> tuple[float, float]:
    """Mean rise of the chance to stay and its standard error, by the delta method."""
    mean, slope = 0.0, 0.0
    for sign, terms in ((1, after), (-1, now)):
        x = np.column_stack([np.ones(len(terms)), terms.to_numpy()])
        chance = special.expit(x @ fit.estimate.to_numpy())
        mean = mean + sign * np.average(chance, weights=weight)
        by_weight = chance * (1 - chance)
        slope = slope + sign * np.average(x * by_weight[:, None], axis=0, weights=weight)
    return float(mean), float(np.sqrt(slope @ fit.covariance.to_numpy() @ slope))


def _fit(
    part: pd.DataFrame, outcome: str, terms: pd.DataFrame, method: str, name: object
) -> fitting.Fit:
    if method == "dummies":
        return fitting.line(part, outcome, terms)
    need_both(part[outcome].to_numpy(bool), outcome, name)
    return fitting.logit(part, outcome, terms)
