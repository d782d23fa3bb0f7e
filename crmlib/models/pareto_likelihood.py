r"""The log-likelihood of the Pareto/NBD, its slopes and its curvature.

Of one customer, with the odds of having left from :mod:`crmlib.models.pareto_quadrature`:

.. math:: \log L = \log\frac{\Gamma(r+x)}{\Gamma(r)} + r\log\frac{\alpha}{\alpha+T}
          - x\log(\alpha+T) + s\log\frac{\beta}{\beta+T}
          + \log\left(1 + \frac{P(\text{left})}{P(\text{alive})}\right)

What stands before the last term is the likelihood to be still alive. The logarithm of the odds
has as its slope the mean slope of the integrand over the moment of leaving, and as its curvature
the mean curvature plus the covariances of the slopes.
"""

import numpy as np
from scipy import special

from crmlib.models.buying import Histories
from crmlib.models.numerics import Parameter, digamma_rise, log_rising, trigamma_rise
from crmlib.models.pareto_quadrature import Leaving


def by_row(
    data: Histories, left: Leaving, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter
) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
    """Log-likelihood of each distinct history, and its slopes in r, α, s and β."""
    x, T = data.x, data.T
    log_time = T.map(lambda alpha, T: np.log(alpha + T), alpha)
    log_stay = T.map(lambda alpha, T: np.log1p(T / alpha), alpha)
    log_leave = T.map(lambda beta, T: np.log1p(T / beta), beta)
    value = (
        x.map(log_rising, r) - r * log_stay - x.rows * log_time
        - s * log_leave + np.logaddexp(0, left.log_odds)
    )  # fmt: skip
    share = special.expit(left.log_odds)
    by_r, by_alpha, by_s, by_beta = _slopes_of_log_odds(data, left, r, alpha, s, beta)
    slopes = (
        x.map(digamma_rise, r) - log_stay + share * by_r,
        (r * T.rows / alpha - x.rows) / (alpha + T.rows) + share * by_alpha,
        -log_leave + share * by_s,
        s * T.rows / (beta * (beta + T.rows)) + share * by_beta,
    )
    return value, slopes


def second_derivatives(
    data: Histories, weights: np.ndarray, left: Leaving,
    r: float, alpha: float, s: float, beta: float,
) -> np.ndarray:  # fmt: skip
    """Second derivatives of the log-likelihood of all customers, in r, α, s and β."""
    x, T = data.x, data.T.rows
    share = special.expit(left.log_odds)
    slopes = _slopes_of_log_odds(data, left, r, alpha, s, beta)
    # log(1 + odds) bends by share · (how the log odds bend) + share · (1 - share) · slope · slope
    found = _bends_of_log_odds(data, weights * share, left, r, alpha, s, beta)
    found += (slopes * (weights * share * (1 - share))) @ slopes.T
    mixed = np.zeros((4, 4))
    mixed[0, 1] = weights @ (T / (alpha * (alpha + T)))
    mixed[2, 3] = weights @ (T / (beta * (beta + T)))
    alone = [
        weights @ x.map(trigamma_rise, r),
        weights @ ((r + x.rows) / (alpha + T) ** 2 - r / alpha**2),
        0.0,
        weights @ (s / (beta + T) ** 2 - s / beta**2),
    ]
    return found + mixed + mixed.T + np.diag(alone)


def _slopes_of_log_odds(
    data: Histories, left: Leaving, r: Parameter, alpha: Parameter, s: Parameter, beta: Parameter
) -> np.ndarray:
    x, tx, T = data.x.rows, data.tx, data.T.rows
    log_alpha, share_alpha, log_beta, share_beta = left.means
    return np.stack(
        [
            left.gaps[0] - log_alpha,
            (r + x) * (share_alpha - (T - tx) / (alpha + T)) / (alpha + tx),
            1 / s + left.gaps[1] - log_beta,
            ((s + 1) * share_beta - 1 - s * (T - tx) / (beta + T)) / (beta + tx),
        ]
    )


def _bends_of_log_odds(
    data: Histories, weights: np.ndarray, left: Leaving,
    r: float, alpha: float, s: float, beta: float,
) -> np.ndarray:  # fmt: skip
    x, tx, T = data.x.rows, data.tx, data.T.rows
    _log_alpha, share_alpha, _log_beta, share_beta = left.means
    minus = -np.ones(len(tx))
    sizes = np.stack([minus, (r + x) / (alpha + tx), minus, (s + 1) / (beta + tx)])
    of_slopes = np.einsum("ijn,in,jn->ij", left.covariances, sizes, sizes * weights)
    # means of 1/(α+T) - 1/(α+u) and of 1/(α+u)², and the same of β
    alpha_gap = (share_alpha - (T - tx) / (alpha + T)) / (alpha + tx)
    beta_gap = (share_beta - (T - tx) / (beta + T)) / (beta + tx)
    alpha_square = ((1 - share_alpha) ** 2 + left.covariances[1, 1]) / (alpha + tx) ** 2
    beta_square = ((1 - share_beta) ** 2 + left.covariances[3, 3]) / (beta + tx) ** 2
    mixed = np.zeros((4, 4))
    mixed[0, 1], mixed[2, 3] = weights @ alpha_gap, weights @ beta_gap
    alone = [
        0.0,
        weights @ ((r + x) * (alpha_square - 1 / (alpha + T) ** 2)),
        -weights.sum() / s**2,
        weights @ ((s + 1) * beta_square - s / (beta + T) ** 2),
    ]
    return of_slopes + mixed + mixed.T + np.diag(alone)
