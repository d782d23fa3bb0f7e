"""Simple estimators for answers on a scale, and for samples that need weights."""

import numpy as np
import pandas as pd
from scipy import optimize, special

NEWTON_STEPS = 25
STEP = 1e-4


def interval_fit(
    answer: np.ndarray, columns: dict, low: float, high: float, half: float = 0.5
) -> pd.DataFrame:
    """Fit a normal regression to rounded answers on a scale with two ends.

    An answer says that the value lies within `half` of it; the lowest and the highest answer are
    open to the outside. One row a column of `columns`, and "sd"; `value`, `standard_error`.
    """
    answer = np.asarray(answer, dtype=float)
    x = _matrix(columns)
    lower = np.where(answer <= low, -np.inf, answer - half)
    upper = np.where(answer >= high, np.inf, answer + half)

    def loss(parameters: np.ndarray) -> tuple[float, np.ndarray]:
        mean, sd = x @ parameters[:-1], np.exp(parameters[-1])
        below, above = (lower - mean) / sd, (upper - mean) / sd
        inside = np.maximum(special.ndtr(above) - special.ndtr(below), 1e-300)
        density = [np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi) for z in (below, above)]
        by_mean = (density[0] - density[1]) / inside / sd
        edges = [np.where(np.isfinite(z), z, 0) for z in (below, above)]
        by_log_sd = (edges[0] * density[0] - edges[1] * density[1]) / inside
        return -np.log(inside).sum(), -np.append(x.T @ by_mean, by_log_sd.sum())

    slopes = np.linalg.lstsq(x, answer, rcond=None)[0]
    start = np.append(slopes, np.log(np.std(answer - x @ slopes) + 0.1))
    n = len(answer)
    found = optimize.minimize(
        lambda parameters: tuple(part / n for part in loss(parameters)),
        start,
        jac=True,
        method="BFGS",
        options={"gtol": 1e-6},
    ).x
    steps = STEP * np.eye(len(found))
    curvature = [(loss(found + one)[1] - loss(found - one)[1]) / (2 * STEP) for one in steps]
    error = np.sqrt(np.diag(np.linalg.inv(curvature)))
    # the divisor of an unbiased variance: without it many columns make sd too small
    sd = np.exp(found[-1]) * np.sqrt(n / (n - x.shape[1]))
    return _table([*columns, "sd"], [*found[:-1], sd], [*error[:-1], sd * error[-1]])


def weighted_logit(
    yes: np.ndarray, columns: dict, weights: np.ndarray, groups: np.ndarray
) -> pd.DataFrame:
    """Fit a logistic regression with weights; rows of one group may depend on each other."""
    yes, weights = np.asarray(yes, dtype=float), np.asarray(weights, dtype=float)
    x = _matrix(columns)
    slopes = np.zeros(x.shape[1])
    for _step in range(NEWTON_STEPS):
        fitted = special.expit(x @ slopes)
        curvature = x.T @ (x * (weights * fitted * (1 - fitted))[:, None])
        slopes += np.linalg.solve(curvature, x.T @ (weights * (yes - fitted)))
    scores = x * (weights * (yes - special.expit(x @ slopes)))[:, None]
    by_group = pd.DataFrame(scores).groupby(np.asarray(groups)).sum().to_numpy()
    inverse = np.linalg.inv(curvature)
    error = np.sqrt(np.diag(inverse @ (by_group.T @ by_group) @ inverse))
    return _table(list(columns), slopes, error)


def _matrix(columns: dict) -> np.ndarray:
    length = max(np.size(column) for column in columns.values())
    return np.column_stack(
        [np.broadcast_to(np.asarray(column, dtype=float), length) for column in columns.values()]
    )


def _table(names: list, values: list, errors: list) -> pd.DataFrame:
    return pd.DataFrame(
        {"value": np.asarray(values), "standard_error": np.asarray(errors)}, index=names
    )
