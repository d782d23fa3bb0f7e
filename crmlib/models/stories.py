"""The mathematics of BG/BB: all the stories behind a history, and how long customers stay.

A history is x purchases at n opportunities, the last at t_x. It does not say when the customer
left, so it has several *stories*: the customer survived t_x opportunities and left before the
next, or survived t_x + 1, …, or survived all n and is still here. The probability of the history
is the sum over its stories.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from crmlib.core.i18n import mark as N_
from crmlib.models import sbg
from crmlib.models.distinct import Column, distinct_column
from crmlib.models.edges import ALMOST_ZERO, Edge, no_chance, same_chance, two_kinds
from crmlib.models.numerics import Parameter, digamma_rise, log_rising, trigamma_rise


@dataclass(frozen=True)
class Stories:
    """All stories of all histories, those of one history next to each other, the last one alive.

    Attributes
    ----------
    x : Column
        Purchases; one entry per history, as ``first`` and ``alive``.
    first, alive : ndarray of int
        Places of the first story of each history and of the one in which the customer is alive.
    of : ndarray of int
        Which history; one entry per story, as all that follow.
    survived, missed, tossed : Column
        Opportunities survived, those of them without a purchase, and coins tossed: one more than
        survived where the customer has left.
    left : ndarray
        1 where the customer has left, 0 where he or she is alive.
    """

    x: Column
    first: np.ndarray
    alive: np.ndarray
    of: np.ndarray
    survived: Column
    missed: Column
    tossed: Column
    left: np.ndarray

    def spread(self, values: Parameter) -> Parameter:
        """From one entry per history to one per story; one number stays one."""
        return values[self.of] if np.ndim(values) else values

    def log_chances(
        self, alpha: Parameter, beta: Parameter, gamma: Parameter, delta: Parameter
    ) -> np.ndarray:
        r"""Log probability of each story in which k opportunities are survived.

        .. math:: \log\frac{B(\alpha+x,\,\beta+k-x)}{B(\alpha,\beta)} + \log\begin{cases}
                  B(\gamma,\,\delta+n)/B(\gamma,\delta) & \text{alive, with } k=n \\
                  B(\gamma+1,\,\delta+k)/B(\gamma,\delta) & \text{left} \end{cases}
        """
        buying, leaving = self.spread(alpha + beta), self.spread(gamma + delta)
        return (
            self.x.map(log_rising, alpha)[self.of] + self.missed.map(log_rising, self.spread(beta))
            - self.survived.map(log_rising, buying)
            + self.left * np.log(self.spread(gamma))
            + self.survived.map(log_rising, self.spread(delta))
            - self.tossed.map(log_rising, leaving)
        )  # fmt: skip

    def log_total(self, logs: np.ndarray) -> np.ndarray:
        """Log probability of each history: of the sum of its stories."""
        highest = np.maximum.reduceat(logs, self.first)
        return highest + np.log(self.total(np.exp(logs - highest[self.of])))

    def total(self, values: np.ndarray) -> np.ndarray:
        """Sum over the stories of each history, along the last axis."""
        return np.add.reduceat(values, self.first, axis=-1)

    def slopes(
        self, alpha: Parameter, beta: Parameter, gamma: Parameter, delta: Parameter
    ) -> np.ndarray:
        """Slope of each story's log probability in the four parameters, one row each.

        What all stories of a history share, the purchases' slope in α, is left out.
        """
        buying = self.survived.map(digamma_rise, self.spread(alpha + beta))
        leaving = self.tossed.map(digamma_rise, self.spread(gamma + delta))
        return np.stack(
            [
                -buying,
                self.missed.map(digamma_rise, self.spread(beta)) - buying,
                self.left / self.spread(gamma) - leaving,
                self.survived.map(digamma_rise, self.spread(delta)) - leaving,
            ]
        )

    def curvature(
        self, weights: np.ndarray, alpha: float, beta: float, gamma: float, delta: float
    ) -> np.ndarray:
        """Second derivatives of the stories' log probabilities, summed with one weight a story."""
        buying = -weights @ self.survived.map(trigamma_rise, alpha + beta)
        leaving = -weights @ self.tossed.map(trigamma_rise, gamma + delta)
        second = np.zeros((4, 4))
        second[:2, :2], second[2:, 2:] = buying, leaving
        second[0, 0] += weights @ self.x.map(trigamma_rise, alpha)[self.of]
        second[1, 1] += weights @ self.missed.map(trigamma_rise, beta)
        second[2, 2] -= weights @ self.left / gamma**2
        second[3, 3] += weights @ self.survived.map(trigamma_rise, delta)
        return second


def stories_of(x: np.ndarray, tx: np.ndarray, n: np.ndarray) -> Stories:
    """List all stories of each history.

    Examples
    --------
    >>> two = stories_of(np.array([1.0, 2.0]), np.array([1.0, 3.0]), np.array([3.0, 3.0]))
    >>> two.survived.rows, two.left
    (array([1., 2., 3., 3.]), array([1., 1., 0., 0.]))
    """
    number = (n - tx + 1).astype("int64")
    alive = np.cumsum(number) - 1
    first = alive - number + 1
    of = np.repeat(np.arange(len(number)), number)
    survived = tx[of] + (np.arange(len(of)) - first[of])
    left = (survived < n[of]).astype(float)
    return Stories(
        x=distinct_column(x),
        first=first,
        alive=alive,
        of=of,
        survived=distinct_column(survived),
        missed=distinct_column(survived - x[of]),
        tossed=distinct_column(survived + left),
        left=left,
    )


def survivals_ahead(
    ahead: ArrayLike, gamma: ArrayLike, delta: ArrayLike, discount_rate: float = 0.0
) -> np.ndarray:
    r"""Number of the next opportunities at which a customer alive now will still be one.

    .. math:: \sum_{k=1}^{m} \frac{1}{(1+d)^k}\,\frac{B(\gamma,\,\delta+k)}{B(\gamma,\,\delta)}

    Parameters
    ----------
    ahead : array_like
        Opportunities :math:`m` ahead, whole numbers of 0 or more; or one ``inf`` for all the
        future, which may be infinite without a discount.
    gamma, delta : array_like
        Parameters of the chance to leave, as they are now: δ + n after n opportunities.
    discount_rate : float
        Rate :math:`d` per opportunity; 0 for none.

    Examples
    --------
    >>> float(survivals_ahead(2, gamma=1.0, delta=1.0).round(6))  # 1/2 + 1/3
    0.833333
    >>> float(survivals_ahead(np.inf, gamma=2.0, delta=3.0))
    3.0
    """
    if np.ndim(ahead) == 0 and np.isinf(ahead):
        # leaving is that of sBG, whose next renewal is not discounted
        renewals = sbg.expected_residual_lifetime(0, discount_rate, alpha=gamma, beta=delta)
        return renewals / (1 + discount_rate)
    ahead, gamma, delta = np.broadcast_arrays(
        *(np.asarray(values, float) for values in (ahead, gamma, delta))
    )
    total, alive = np.zeros(ahead.shape), np.ones(ahead.shape)
    for k in range(int(ahead.max(initial=0))):
        alive = alive * (delta + k) / ((gamma + delta + k) * (1 + discount_rate))
        total += np.where(k < ahead, alive, 0.0)
    return total[()]


# At the edge -------------------------------------------------------------------------------------


NO_DROPOUT = no_chance(
    "no_dropout",
    N_("the beta-binomial, which has no dropout"),
    N_(
        "The best fit is a shop that nobody leaves. At the observed opportunities silence can be "
        "explained by seldom buying alone; do not read P(alive) as evidence of loyalty."
    ),
    "gamma",
    "delta",
)
SAME_DROPOUT = same_chance(
    "same_dropout",
    N_("one chance to leave for all"),
    N_(
        "The best fit gives everybody the same chance to leave ({ratio:.3f} before each "
        "opportunity): the data show no difference between customers in loyalty."
    ),
    "gamma",
    "delta",
)
ALL_OR_NOTHING = two_kinds(
    "all_or_nothing",
    N_("two kinds of customers, those who leave at once and those who never leave"),
    N_(
        "The best fit divides the shop into customers who leave at once ({ratio:.1%}) and "
        "customers who never leave. Check the table for two kinds of customers, for example "
        "private and business buyers."
    ),
    "gamma",
    "delta",
)
ALWAYS_BUYS = Edge(
    code="always_buys",
    model=N_("sBG, in which customers buy at every opportunity until they leave"),
    text=N_(
        "The best fit lets customers buy at every opportunity until they leave: who is silent once "
        "has left. That is a contract in all but name; a model of retention (SBG) is enough."
    ),
    near=lambda params: params["beta"] / (params["alpha"] + params["beta"]) < 0.03,
    at_edge=lambda _params: {"alpha": 1.0, "beta": ALMOST_ZERO},
    held=("alpha", "beta"),
    becomes={"alpha": np.nan, "beta": 0.0},
    ratio=("alpha / (alpha + beta)", lambda _params: 1.0),
    # who never buys looks like one who left at once: so the dropout starts again, too
    inside=lambda _params: {"alpha": 0.05, "beta": 0.05, "gamma": 0.7, "delta": 2.5},
)
SAME_BUYING = same_chance(
    "same_buying",
    N_("one chance to buy for all"),
    N_(
        "The best fit gives all customers the same chance to buy ({ratio:.3f} at each "
        "opportunity): the data show no difference between heavy and light buyers."
    ),
    "alpha",
    "beta",
)
ALWAYS_OR_NEVER = two_kinds(
    "always_or_never",
    N_("two kinds of customers, those who buy at every opportunity and those who never do"),
    N_(
        "The best fit divides the shop into customers who buy at every opportunity until they "
        "leave ({ratio:.1%}) and customers who never buy. Set those who never bought aside."
    ),
    "alpha",
    "beta",
)
EDGES = (ALWAYS_BUYS, NO_DROPOUT, SAME_DROPOUT, ALL_OR_NOTHING, SAME_BUYING, ALWAYS_OR_NEVER)
