r"""BG/BB: who is still a customer where buying has its occasions, and how often they will buy.

The story. Once a year the charity writes to its donors; every month the club meets. Buying can
happen only at such opportunities, and at each a customer buys or does not. While alive, a
customer buys at an opportunity with a chance of his or her own. Before every opportunity a coin
is tossed, the customer's own, and on the wrong side he or she leaves for good, in silence. The
chances to buy differ between customers as a Beta(α, β) distribution, the coins as a Beta(γ, δ).

The one thing to remember: a customer is known by *how many* purchases and by *how long ago* the
last one was. In which of the opportunities before it he or she bought does not matter.
"""

from typing import ClassVar

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import special

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models import sbg
from crmlib.models.buying import Formulas
from crmlib.models.checks import FitError, refuse_bad_parameters
from crmlib.models.covariates import MeanLink
from crmlib.models.fit import Model
from crmlib.models.numerics import Parameter, digamma_rise, log_beta_ratio
from crmlib.models.opportunities import refuse_impossible_occasions, simulate_at_opportunities
from crmlib.models.opportunity_result import OpportunityResult
from crmlib.models.simulation import Simulation
from crmlib.models.stories import EDGES, Stories, stories_of, survivals_ahead


def probability_alive(
    ahead: ArrayLike, frequency: ArrayLike, recency: ArrayLike, n: ArrayLike,
    *, alpha: float, beta: float, gamma: float, delta: float,
) -> np.ndarray:  # fmt: skip
    r"""Probability that a customer with this history is still one ``ahead`` opportunities later.

    .. math:: P(\text{alive at } n+k) = \frac{1}{L}\,
              \frac{B(\alpha+x,\,\beta+n-x)}{B(\alpha,\beta)}\,
              \frac{B(\gamma,\,\delta+n+k)}{B(\gamma,\delta)}

    with L the probability of the history: that the customer is alive, plus that he or she left
    before any of the opportunities after :math:`t_x`.

    Parameters
    ----------
    ahead : array_like
        0 asks for the last opportunity observed; 1 for the next, the figure that Fader, Hardie
        and Shang print: the coin before opportunity n + 1 must be survived, too.
    frequency, recency, n : array_like
        Opportunities with a purchase :math:`x`, the last of them :math:`t_x` (0 without any) and
        opportunities observed, all whole numbers.
    alpha, beta, gamma, delta : float
        Parameters of the model, all positive.

    Returns
    -------
    ndarray or float
        Between 0 and 1.

    References
    ----------
    Fader, Hardie & Shang (2010), Customer-base analysis in a discrete-time noncontractual
    setting, Marketing Science 29(6), 1086-1108.

    Examples
    --------
    >>> donors = {"alpha": 1.2035, "beta": 0.7497, "gamma": 0.6567, "delta": 2.7834}
    >>> probability_alive(1, [0, 2, 6], [0, 4, 6], 6, **donors).round(3)
    array([0.108, 0.59 , 0.93 ])
    """
    arrays = (ahead, frequency, recency, n, alpha, beta, gamma, delta)
    arrays = np.broadcast_arrays(*(np.asarray(values, float) for values in arrays))
    later, x, tx, observed, *params = (values.ravel() for values in arrays)
    stories = stories_of(x, tx, observed)
    logs = stories.log_chances(*params)
    alive = np.exp(logs[stories.alive] - stories.log_total(logs))
    stays = survival(later, gamma=params[2], delta=params[3] + observed)
    return np.minimum(alive * stays, 1.0).reshape(arrays[0].shape)[()]


def expected_purchases(
    n_more: ArrayLike, frequency: ArrayLike, recency: ArrayLike, n: ArrayLike,
    discount_rate: float = 0.0, *, alpha: float, beta: float, gamma: float, delta: float,
) -> np.ndarray:  # fmt: skip
    r"""Purchases to be expected at the next ``n_more`` opportunities, given the history.

    .. math:: E = P(\text{alive at } n)\,\frac{\alpha+x}{\alpha+\beta+n}\,
              \sum_{k=1}^{m} \frac{1}{(1+d)^k}\,
              \frac{B(\gamma,\,\delta+n+k)}{B(\gamma,\,\delta+n)}

    Fader, Hardie & Shang (2010) give the sum in closed form, without a discount (eq. 13) and
    for all the future with one (eq. 14, DERT: discounted expected residual transactions). We add
    it up, so that it keeps its digits near γ = 1 and for huge parameters.

    Parameters
    ----------
    n_more : array_like
        Opportunities ahead, whole numbers of 0 or more; or one ``inf`` for all the future.
    frequency, recency, n, alpha, beta, gamma, delta
        As in :func:`probability_alive`.
    discount_rate : float
        Rate :math:`d` per opportunity; the next one is discounted once.

    Returns
    -------
    ndarray or float
        0 or more; infinite for all the future where γ is 1 or less and nothing is discounted.

    Examples
    --------
    >>> donors = {"alpha": 1.2035, "beta": 0.7497, "gamma": 0.6567, "delta": 2.7834}
    >>> expected_purchases(10, [0, 4], [0, 5], 6, **donors).round(3)
    array([0.13 , 3.628])
    >>> float(expected_purchases(np.inf, 4, 5, 6, discount_rate=0.1, **donors).round(2))
    3.2
    """
    x, n = np.asarray(frequency, float), np.asarray(n, float)
    alive = probability_alive(0, x, recency, n, alpha=alpha, beta=beta, gamma=gamma, delta=delta)
    buys = (alpha + x) / (np.asarray(alpha) + beta + n)
    return alive * buys * survivals_ahead(n_more, gamma, delta + n, discount_rate)


def unconditional_purchases(
    n: ArrayLike, *, alpha: float, beta: float, gamma: float, delta: float
) -> np.ndarray:
    r"""Purchases to be expected of a new customer at the first ``n`` opportunities.

    .. math:: E[X(n)] = \frac{\alpha}{\alpha+\beta}
              \sum_{k=1}^{n} \frac{B(\gamma,\,\delta+k)}{B(\gamma,\,\delta)}

    Examples
    --------
    >>> donors = {"alpha": 1.2035, "beta": 0.7497, "gamma": 0.6567, "delta": 2.7834}
    >>> float(unconditional_purchases(10, **donors).round(2))
    3.18
    """
    return alpha / (np.asarray(alpha) + beta) * survivals_ahead(n, gamma, delta)


def probability_of(
    x: ArrayLike, n: ArrayLike, *, alpha: float, beta: float, gamma: float, delta: float
) -> np.ndarray:
    """Probability that a new customer buys at exactly ``x`` of the first ``n`` opportunities.

    Fader, Hardie & Shang (2010, eq. 7): between 0 and 1; over x = 0, 1, … n the sum is 1.

    Examples
    --------
    >>> donors = {"alpha": 1.2035, "beta": 0.7497, "gamma": 0.6567, "delta": 2.7834}
    >>> probability_of([0, 3, 6], 6, **donors).round(3)
    array([0.311, 0.1  , 0.113])
    """
    arrays = (x, n, alpha, beta, gamma, delta)
    x, n, alpha, beta, gamma, delta = np.broadcast_arrays(
        *(np.asarray(values, float) for values in arrays)
    )
    total = np.zeros(x.shape)
    for survived in range(int(n.max(initial=0)) + 1):
        possible = (x <= survived) & (survived <= n)
        bought, left = np.minimum(x, survived), (survived < n).astype(float)
        ways = special.gammaln(survived + 1) - special.gammaln(bought + 1)
        ways = ways - special.gammaln(survived - bought + 1)
        chance = (
            ways + log_beta_ratio(alpha, beta, bought, survived - bought)
            + log_beta_ratio(gamma, delta, left, survived)
        )  # fmt: skip
        total += np.where(possible, np.exp(chance), 0.0)
    return total[()]


def predictive_probability(
    y: ArrayLike, n_more: ArrayLike, frequency: ArrayLike, recency: ArrayLike, n: ArrayLike,
    *, alpha: float, beta: float, gamma: float, delta: float,
) -> np.ndarray:  # fmt: skip
    """Probability of exactly ``y`` purchases at the next ``n_more`` opportunities.

    Who is alive after n opportunities goes on as a customer with the parameters α + x, β + n - x,
    γ and δ + n; who has left buys nothing.

    Examples
    --------
    >>> donors = {"alpha": 1.2035, "beta": 0.7497, "gamma": 0.6567, "delta": 2.7834}
    >>> predictive_probability(0, 5, [0, 2, 6], [0, 4, 6], 6, **donors).round(3)
    array([0.952, 0.519, 0.077])
    """
    x, n = np.asarray(frequency, float), np.asarray(n, float)
    alive = probability_alive(0, x, recency, n, alpha=alpha, beta=beta, gamma=gamma, delta=delta)
    if_alive = probability_of(
        y, n_more, alpha=alpha + x, beta=beta + n - x, gamma=gamma, delta=delta + n
    )
    return np.where(np.asarray(y) == 0, 1 - alive, 0.0) + alive * if_alive


def survival(
    t: ArrayLike, *, gamma: float, delta: float, alpha: float | None = None,
    beta: float | None = None,
) -> np.ndarray:  # fmt: skip
    r"""Probability that a new customer is still one at opportunity ``t``: sBG's survival.

    .. math:: S(t) = \frac{B(\gamma,\,\delta+t)}{B(\gamma,\,\delta)}

    How often customers buy, α and β, does not matter.

    Examples
    --------
    >>> float(survival(6, gamma=0.6567, delta=2.7834).round(3))
    0.458
    """
    return sbg.survival(t, alpha=gamma, beta=delta)


def expected_lifetime(*, alpha: float, beta: float, gamma: float, delta: float) -> np.ndarray:
    r"""Opportunities at which a new customer is expected to be one: :math:`\delta/(\gamma-1)`.

    Infinite where :math:`\gamma \le 1`. How often customers buy, α and β, does not matter.

    Examples
    --------
    >>> float(expected_lifetime(alpha=1.0, beta=1.0, gamma=2.0, delta=6.0))
    6.0
    """
    return survivals_ahead(np.inf, gamma, delta)


def _survival_if_alive(
    t: ArrayLike, x: ArrayLike, _tx: ArrayLike, n: ArrayLike,
    *, alpha: float, beta: float, gamma: float, delta: float,
) -> np.ndarray:  # fmt: skip
    return sbg.survival(t, alpha=gamma, beta=delta + n)


def _lifetime_if_alive(
    x: ArrayLike, _tx: ArrayLike, n: ArrayLike,
    *, alpha: float, beta: float, gamma: float, delta: float,
) -> np.ndarray:  # fmt: skip
    return survivals_ahead(np.inf, gamma, delta + n)


class BGBBResult(OpportunityResult):
    """A fitted BG/BB; see :class:`crmlib.models.opportunity_result.OpportunityResult`."""

    def simulate(
        self, n: int, seed: int, opportunities: ArrayLike | None = None, holdout: int = 0
    ) -> Simulation:
        """Simulate ``n`` customers from the fitted parameters; see :func:`simulate`.

        By default they have as many opportunities as those of the fit, in turn.
        """
        if opportunities is None:
            table = self.model.summary["n"].to_numpy()
            opportunities = table[np.arange(n) % len(table)]
        params = self._new_parameters(n)
        return simulate(n, seed, opportunities=opportunities, holdout=holdout, **params)


class BGBB(Model):
    """The beta-geometric/beta-binomial model of buying at given opportunities.

    Parameters
    ----------
    summary : DataFrame
        ``frequency`` (opportunities with a purchase), ``recency`` (the last of them, counted from
        1; 0 without any) and ``n`` (opportunities observed): whole numbers. The purchase that
        made somebody a customer is not counted.
    count : str, optional
        Column that says how many customers a row stands for.
    buying_covariates, dropout_covariates : list of str, optional
        Columns that do not change in time. They move the mean chance to buy, α/(α+β), or to
        leave, γ/(γ+δ), on the logit scale, with α + β or γ + δ the same for all. α, β, γ and δ
        are then those of a customer whose covariates are 0.

    Raises
    ------
    FitError
        When a row cannot be, or the data identify nothing (nobody bought, or everybody always).

    Examples
    --------
    >>> club = simulate(4000, seed=1, opportunities=12, alpha=1.2, beta=0.8, gamma=0.7, delta=2.8)
    >>> BGBB(club.summary).fit().params.round(1).to_dict()
    {'alpha': 1.1, 'beta': 0.7, 'gamma': 0.7, 'delta': 2.8}
    """

    title = "BG/BB"
    columns: ClassVar[tuple[str, ...]] = ("frequency", "recency", "n")
    source: ClassVar[str] = N_(
        "Count for each customer the opportunities to buy, those with a purchase, and the last "
        "of these."
    )
    parameter_names = ("alpha", "beta", "gamma", "delta")
    result_class = BGBBResult
    edges = EDGES
    links: ClassVar[dict] = {
        "buying": MeanLink("alpha", "beta"),
        "dropout": MeanLink("gamma", "delta"),
    }
    formulas = Formulas(
        probability_alive=probability_alive,
        expected_purchases=expected_purchases,
        unconditional_purchases=unconditional_purchases,
        probability_of=probability_of,
        predictive_probability=predictive_probability,
        survival=survival,
        survival_if_alive=_survival_if_alive,
        expected_lifetime=expected_lifetime,
        lifetime_if_alive=_lifetime_if_alive,
    )

    def _refuse(self, table: pd.DataFrame) -> None:
        refuse_impossible_occasions(table)
        x, n = table["frequency"].to_numpy(), table["n"].to_numpy()
        if not (n > 0).any():
            raise FitError(_("n is 0 for everybody: nobody has had an opportunity to buy."))
        if not (x > 0).any():
            raise FitError(
                _(
                    "Nobody bought at any opportunity, so the data say nothing about how often "
                    "customers buy. Observe longer, or check how the table was made."
                )
            )
        if (x == n).all():
            raise FitError(
                _(
                    "Everybody bought at every opportunity: nobody left, nobody hesitated, and "
                    "there is nothing to model."
                )
            )

    def _arrange(self, x: np.ndarray, tx: np.ndarray, n: np.ndarray) -> Stories:
        return stories_of(x, tx, n)

    def _start(self) -> np.ndarray:
        stories = self.data
        last = stories.survived.rows[stories.first]
        # up to the last purchase the customer was alive, so this is about the chance to buy
        buys = (self.weights @ stories.x.rows + 1) / (self.weights @ last + 2)
        return np.array([2 * buys, 2 * (1 - buys), 0.7, 2.5])

    def _by_row(self, alpha: Parameter, beta: Parameter, gamma: Parameter, delta: Parameter):
        params = (alpha, beta, gamma, delta)
        stories = self.data
        logs = stories.log_chances(*params)
        value = stories.log_total(logs)
        slopes = stories.total(np.exp(logs - value[stories.of]) * stories.slopes(*params))
        return value, (slopes[0] + stories.x.map(digamma_rise, alpha), *slopes[1:])

    def _second_derivatives(self, alpha: float, beta: float, gamma: float, delta: float):
        params = (alpha, beta, gamma, delta)
        stories, weights = self.data, self.weights
        logs = stories.log_chances(*params)
        chance = np.exp(logs - stories.log_total(logs)[stories.of])
        slopes = stories.slopes(*params)
        mean, weighted = stories.total(chance * slopes), chance * weights[stories.of]
        # the log of a mixture bends by the mean bend of its parts and by the variance of slopes
        variance = (slopes * weighted) @ slopes.T - (mean * weights) @ mean.T
        return variance + stories.curvature(weighted, *params)


def simulate(
    n: int, seed: int, *, opportunities: ArrayLike, holdout: int = 0,
    alpha: float, beta: float, gamma: float, delta: float,
) -> Simulation:  # fmt: skip
    """Simulate customers for whom the BG/BB story is true, so that its truth is known.

    Parameters
    ----------
    n, seed : int
        Number of customers; the same seed gives the same customers.
    opportunities : int or array of n
        Opportunities at which each customer is observed.
    holdout : int
        Further opportunities, after the observation ends.
    alpha, beta, gamma, delta : float
        Parameters, all positive. Each is one number, or an array with one per customer (as
        covariates make them).

    Returns
    -------
    Simulation
        ``summary`` (frequency, recency, n, holdout_purchases), ``purchases`` (customer_id and
        ``opportunity``; 0 is the purchase that made somebody a customer) and ``truth``
        (purchase_probability, dropout_probability, alive at the last opportunity observed).

    Examples
    --------
    >>> donors = {"alpha": 1.2, "beta": 0.75, "gamma": 0.66, "delta": 2.78}
    >>> simulate(3, seed=2, opportunities=6, holdout=5, **donors).summary
                 frequency  recency  n  holdout_purchases
    customer_id
    0                    1        4  6                  2
    1                    3        3  6                  0
    2                    5        6  6                  1
    """
    refuse_bad_parameters(alpha=alpha, beta=beta, gamma=gamma, delta=delta)
    random = np.random.default_rng(seed)
    buys, leaves = random.beta(alpha, beta, n), random.beta(gamma, delta, n)
    return simulate_at_opportunities(buys, leaves, opportunities, holdout, random)
