"""The tables of a holdout report: each sets the model beside naive rules.

The rules are the ones a shop can use without any model:

- "past rate": every customer goes on as before, frequency / T purchases per unit of time
- "shop average": all customers buy at the rate of the whole shop
- "last quarter": every customer buys as in the last 13 weeks before the holdout
- "recent buyers": who bought lately will buy again, nobody else
- "three purchases": who bought three times or more will buy again, nobody else
- "nobody": nobody buys again
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from crmlib.models.buying_result import BuyingResult
from crmlib.models.holdout.cases import Cases
from crmlib.models.holdout.measures import (
    area_under_curve,
    mean_of,
    rank_correlation,
    share_chosen,
    standard_error_of_mean,
    wilson_interval,
)
from crmlib.models.values import UNITS_PER_PERIOD

MODEL = "model"
QUARTER_IN_WEEKS = 13
# A count is told when its probabilities sum to 1 up to this.
UNTOLD = 1e-6
# For how many customers the variance of purchases is worked out.
VARIANCES = 1000


@dataclass(frozen=True)
class Forecasts:
    """What the model and the rules say about each case, before the holdout began.

    Attributes
    ----------
    purchases : dict of str to ndarray
        Expected purchases in the holdout, by forecast ("model" first, then rules).
    buys : ndarray
        The model's probability of at least one purchase.
    probability : dict of str to ndarray
        Probability of the number of purchases that came, by forecast.
    alive : ndarray
        The model's P(alive) at the end of the calibration.
    """

    purchases: dict[str, np.ndarray]
    buys: np.ndarray
    probability: dict[str, np.ndarray]
    alive: np.ndarray


def make_forecasts(result: BuyingResult, cases: Cases) -> Forecasts:
    """Ask the model, and work out the rules."""
    table, t = cases.table, cases.t
    x, T = table["frequency"].to_numpy(), table["T"].to_numpy()
    rate_of_shop = cases.total(x) / cases.total(T) if T.any() else 0.0
    observed = np.where(T > 0, T, 1.0)
    purchases = {
        MODEL: result.expected_purchases(t, table).to_numpy(),
        "past rate": np.where(T > 0, x / observed, 0.0) * t,
        "shop average": np.full(len(table), rate_of_shop * t),
    }
    if "last_quarter" in table:
        quarter = QUARTER_IN_WEEKS * UNITS_PER_PERIOD[cases.unit]["week"]
        purchases["last quarter"] = table["last_quarter"].to_numpy() * t / quarter
    # as if each had made one purchase more at the pace of the shop: so no rate is 0
    smoothed = t * rate_of_shop * (x + 1) / (rate_of_shop * T + 1)
    y = cases.actual
    histogram = np.bincount(y.astype(int), cases.weights) / cases.customers
    probability = {
        MODEL: result.predictive_probability(y, t, table).to_numpy(),
        "past rate": np.exp(special.xlogy(y, smoothed) - smoothed - special.gammaln(y + 1)),
        "histogram afterwards": histogram[y.astype(int)],
    }
    none = result.predictive_probability(0, t, table).to_numpy()
    alive = result.probability_alive(table).to_numpy()
    return Forecasts(purchases, 1 - none, probability, alive)


def variance_by_chance(result: BuyingResult, cases: Cases, expected: np.ndarray) -> float:
    """Variance of the sum of all purchases that the model leaves to chance.

    Customers are independent, so their variances add up. They are worked out for customers evenly
    spread over the *expected purchases*, and carried over to all by variance per purchase: a shop
    of millions takes no longer than one of a thousand.
    """
    order = np.argsort(expected, kind="stable")
    upto = np.cumsum((expected * cases.weights)[order])
    evenly = (np.arange(VARIANCES) + 0.5) / VARIANCES * upto[-1]
    places, times = np.unique(np.searchsorted(upto, evenly), return_counts=True)
    drawn = order[places]
    variance = predictive_variance(result, cases.table.iloc[drawn], cases.t)
    return float(upto[-1] * np.average(variance / expected[drawn], weights=times))


def predictive_variance(result: BuyingResult, table: pd.DataFrame, t: float) -> np.ndarray:
    """Variance of the purchases of each customer in the next ``t``, by the model.

    The chances of 0, 1, 2, … purchases are added up until nearly all is told.
    """
    params = result.model.parameters_of(result.params.to_numpy(), table)
    history = [table[name].to_numpy() for name in result.model.columns]
    chance = result.model.formulas.predictive_probability
    told, mean, square = np.zeros((3, len(table)))
    still, y = np.arange(len(table)), 0
    furthest = 20 * result.expected_purchases(t, table).max() + 200
    while len(still) and y <= furthest:
        of_these = {name: v[still] if np.ndim(v) else v for name, v in params.items()}
        p = chance(y, t, *(column[still] for column in history), **of_these)
        told[still] += p
        mean[still] += y * p
        square[still] += y**2 * p
        still, y = still[told[still] < 1 - UNTOLD], y + 1
    return np.maximum(square - mean**2, 0.0)


def has_standard_errors(result: BuyingResult) -> bool:
    """Whether the fit says how uncertain any of its estimates is."""
    return bool(np.isfinite(result.bse).any())


def totals(
    result: BuyingResult, cases: Cases, forecasts: Forecasts, level: float
) -> tuple[pd.DataFrame, float]:
    """All purchases together; and the standard error of their sum that chance alone makes."""
    actual = cases.total(cases.actual)
    rows = {"actual": actual} | {
        name: cases.total(each) for name, each in forecasts.purchases.items()
    }
    table = pd.DataFrame({"purchases": rows})
    table["difference"] = table["purchases"] - actual
    table["bias"] = table["difference"] / actual if actual else np.nan
    table[["standard_error", "lower", "upper"]] = np.nan
    by_chance = np.sqrt(variance_by_chance(result, cases, forecasts.purchases[MODEL]))
    by_estimation = 0.0
    if has_standard_errors(result):
        found = result.interval(
            lambda fit: cases.total(fit.expected_purchases(cases.t, cases.table))
        )
        by_estimation = found["standard_error"]
    expected, error = rows[MODEL], np.hypot(by_chance, by_estimation)
    half = special.ndtri((1 + level) / 2) * error
    table.loc[MODEL, ["standard_error", "lower", "upper"]] = [
        error, expected * np.exp(-half / expected), expected * np.exp(half / expected),
    ]  # fmt: skip
    return table.rename_axis("forecast"), float(by_chance)


def errors(cases: Cases, forecasts: Forecasts) -> pd.DataFrame:
    """How far forecasts are off customer by customer."""
    rows = {}
    for name, forecast in forecasts.purchases.items():
        miss = forecast - cases.actual
        rows[name] = {
            "mae": cases.mean(np.abs(miss)),
            "rmse": np.sqrt(cases.mean(miss**2)),
            "bias_per_customer": cases.mean(miss),
            "rank_correlation": rank_correlation(forecast, cases.actual, cases.weights),
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("forecast")


def who_buys(cases: Cases, forecasts: Forecasts, recent: float | None) -> pd.DataFrame:
    """Who buys at all: the model beside rules that call some customers and not the others."""
    bought, w = cases.actual > 0, cases.weights
    rows = {
        MODEL: {
            "called": w[forecasts.buys >= 0.5].sum(),
            "found_right": cases.mean((forecasts.buys >= 0.5) == bought),
            "came_back": mean_of(bought[forecasts.buys >= 0.5], w[forecasts.buys >= 0.5]),
            "area_under_curve": area_under_curve(forecasts.buys, bought, w),
        }
    }
    for name, called in rules_of_who_buys(cases, recent).items():
        chosen = share_chosen(forecasts.buys, w, w[called].sum()) * w
        rows[name] = {
            "called": w[called].sum(),
            "found_right": cases.mean(called == bought),
            "came_back": mean_of(bought[called], w[called]),
            "came_back_of_models_choice": mean_of(bought, chosen),
            "area_under_curve": area_under_curve(called, bought, w),
        }
    for name, forecast in forecasts.purchases.items():
        if name != MODEL:
            rows[name] = {"area_under_curve": area_under_curve(forecast, bought, w)}
    columns = [
        *("called", "found_right", "came_back", "came_back_of_models_choice"),
        "area_under_curve",
    ]
    table = pd.DataFrame.from_dict(rows, orient="index").reindex(columns=columns)
    return table.rename_axis("forecast")


def rules_of_who_buys(cases: Cases, recent: float | None) -> dict[str, np.ndarray]:
    """Whom each rule calls a customer who will buy again."""
    table = cases.table
    x, silence = table["frequency"].to_numpy(), (table["T"] - table["recency"]).to_numpy()
    # whole days, divided by 7, may end a hair beside the border: it counts as reached
    rules = {} if recent is None else {"recent buyers": silence < recent * (1 - 1e-9)}
    return rules | {"three purchases": x >= 2, "nobody": np.zeros(len(x), dtype=bool)}


def scores(cases: Cases, forecasts: Forecasts) -> pd.DataFrame:
    """Mean logarithm of the probability that a forecast gave to what came; nearer 0 is better."""
    rows = {name: cases.mean(log_probability(forecasts, name)) for name in forecasts.probability}
    return pd.DataFrame({"log_score": rows}).rename_axis("forecast")


def log_probability(forecasts: Forecasts, name: str) -> np.ndarray:
    """Log probability of what came, case by case; what was called impossible gets about -745."""
    return np.log(np.maximum(forecasts.probability[name], np.finfo(float).smallest_subnormal))


def by_frequency(cases: Cases, forecasts: Forecasts, cap: int) -> pd.DataFrame:
    """Mean purchases, actual and forecast, by the number of repeat purchases before."""
    group = np.minimum(cases.table["frequency"].to_numpy(), cap).astype(int)
    rows = {}
    for frequency in np.unique(group):
        here = group == frequency
        w = cases.weights[here]
        rows[int(frequency)] = {
            "customers": w.sum(),
            "actual": mean_of(cases.actual[here], w),
            "standard_error": standard_error_of_mean(cases.actual[here], w),
        } | {name: mean_of(each[here], w) for name, each in forecasts.purchases.items()}
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("frequency")


def alive_calibration(cases: Cases, forecasts: Forecasts, bands: int) -> pd.DataFrame:
    """How many customers of each band of P(alive) bought again, which only the living can.

    Customers with a P(alive) of exactly 1 are left out: there the model does not estimate, it
    says so by definition (as BG/NBD does of everybody who bought once).
    """
    band = np.minimum(np.floor(forecasts.alive * bands), bands - 1).astype(int)
    rows = []
    for number in range(bands):
        here = (band == number) & (forecasts.alive < 1)
        w = cases.weights[here]
        if not len(w):
            continue
        bought = (cases.actual[here] > 0) @ w
        low, high = wilson_interval(bought, w.sum())
        rows.append(
            {
                "from": number / bands, "to": (number + 1) / bands, "customers": w.sum(),
                "probability_alive": mean_of(forecasts.alive[here], w),
                "probability_to_buy": mean_of(forecasts.buys[here], w),
                "bought": bought / w.sum(), "lower": low, "upper": high,
            }
        )  # fmt: skip
    columns = [
        *("from", "to", "customers", "probability_alive", "probability_to_buy"),
        *("bought", "lower", "upper"),
    ]
    return pd.DataFrame(rows, columns=columns)
