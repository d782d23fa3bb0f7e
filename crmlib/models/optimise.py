"""The search for the most likely parameters, and the curvature where it ends.

Two ways lead up: where a model gives its exact curvature, Newton's method, which needs some six
steps; else, and wherever that does not arrive inside the bounds, scipy's bounded search with
gradients, polished with Newton's steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy import optimize

Objective = Callable[[np.ndarray], tuple[float, np.ndarray]]
Curvature = Callable[[np.ndarray], np.ndarray]


@dataclass(frozen=True)
class Maximum:
    """Where a search ended.

    Attributes
    ----------
    place : ndarray
        The place in search coordinates.
    value : float
        The log-likelihood there.
    covariance : ndarray or None
        Inverse of the curvature; None where the likelihood is flat in some direction.
    converged : bool
        Whether what a further step could still gain is nothing.
    """

    place: np.ndarray
    value: float
    covariance: np.ndarray | None
    converged: bool


def maximise(
    objective: Objective,
    start: np.ndarray,
    bounds: np.ndarray,
    scale: float,
    curvature: Curvature | None = None,
) -> Maximum:
    """Find the minimum of ``objective``, the *negative* log-likelihood.

    Parameters
    ----------
    objective : callable
        From a place to the negative log-likelihood and its gradient.
    start : ndarray
        Where to begin.
    bounds : ndarray of shape (n, 2)
        Lowest and highest value of each coordinate.
    scale : float
        Number of customers: gradients are small or large against it.
    curvature : callable, optional
        From a place to the exact second derivatives of ``objective``.
    """
    if curvature is not None:
        found = _by_newton(objective, curvature, start, bounds)
        if found is not None:
            return found
    found = optimize.minimize(
        objective,
        start,
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"maxiter": 2000, "maxfun": 4000, "ftol": 1e-11, "gtol": 1e-8 * scale},
    )
    return _polished(found.x, found.fun, found.jac, objective, bounds)


def _by_newton(
    objective: Objective, curvature: Curvature, start: np.ndarray, bounds: np.ndarray
) -> Maximum | None:
    """Newton's method with halved steps; None where it does not arrive at a peak inside.

    scipy's "trust-exact" takes as many steps, but spends more time around them than our models
    need for a step.
    """
    place = start
    with np.errstate(all="ignore"):  # a long step may try absurd parameters, and is taken back
        value, gradient = objective(place)
        for _step in range(40):
            second = curvature(place)
            if not np.isfinite(second).all():
                return None
            bend, axes = np.linalg.eigh(second)
            # where the curvature points the wrong way, its size still says how far to go
            step = -axes @ ((axes.T @ gradient) / np.maximum(np.abs(bend), 1e-3))
            # what the step can still gain, in units of log-likelihood
            if -gradient @ step < 1e-10:
                covariance = _covariance(second)
                return None if covariance is None else Maximum(place, -value, covariance, True)
            step /= max(1.0, np.abs(step).max())
            for _halving in range(8):
                further, further_gradient = objective(place + step)
                if further <= value + 1e-10 * abs(value):
                    break
                step /= 2
            else:
                return None
            place, value, gradient = place + step, further, further_gradient
            if not ((place > bounds[:, 0]).all() and (place < bounds[:, 1]).all()):
                return None
    return None


def _polished(
    place: np.ndarray, value: float, gradient: np.ndarray, objective: Objective, bounds: np.ndarray
) -> Maximum:
    """A few Newton steps as long as they still gain; also the covariance where they end."""
    covariance = _covariance(_second_derivatives(place, objective))
    for _step in range(10):
        if covariance is None:
            return Maximum(place, -value, None, False)
        step = -covariance @ gradient
        # the decrement is twice what a step can still gain, in units of log-likelihood
        decrement = -gradient @ step
        if decrement < 1e-16 or np.abs(step).max() > 1:
            break
        inside = (place + step >= bounds[:, 0]).all() and (place + step <= bounds[:, 1]).all()
        if not inside:
            break
        new_value, new_gradient = objective(place + step)
        if not new_value <= value + 1e-10 * abs(value):
            break
        place, value, gradient = place + step, new_value, new_gradient
        if decrement > 1e-8:  # else the curvature at the old place serves at the new one
            covariance = _covariance(_second_derivatives(place, objective))
    converged = covariance is not None and gradient @ covariance @ gradient < 1e-6
    return Maximum(place, -value, covariance, bool(converged))


def _second_derivatives(place: np.ndarray, objective: Objective, step: float = 1e-4) -> np.ndarray:
    """Second derivatives by differences of analytic gradients."""
    rows = []
    for move in np.eye(len(place)) * step:
        _up, above = objective(place + move)
        _down, below = objective(place - move)
        rows.append((above - below) / (2 * step))
    found = np.array(rows)
    return (found + found.T) / 2


def _covariance(curvature: np.ndarray) -> np.ndarray | None:
    """Inverse of the curvature; None where the likelihood is flat in some direction."""
    if not np.isfinite(curvature).all():
        return None
    # a direction in which a factor of e^30 in a parameter costs nothing is flat for our purpose
    if np.linalg.eigvalsh(curvature).min() <= 1e-3:
        return None
    return np.linalg.inv(curvature)
