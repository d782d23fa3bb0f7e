"""Who wins: the model, or the best of the naive rules, measure by measure."""

import numpy as np
import pandas as pd
from scipy import special

from crmlib.models.holdout.cases import Cases
from crmlib.models.holdout.measures import mean_of, share_chosen, standard_error_of_mean
from crmlib.models.holdout.tables import MODEL, Forecasts, log_probability, rules_of_who_buys

# A difference beyond this many standard errors is taken for more than chance.
BEYOND_CHANCE = float(special.ndtri(0.975))


def contests(
    cases: Cases,
    forecasts: Forecasts,
    totals: pd.DataFrame,
    by_chance: float,
    errors: pd.DataFrame,
    who_buys: pd.DataFrame,
    scores: pd.DataFrame,
    recent: float | None,
) -> pd.DataFrame:
    """Set the model beside the strongest rule in each measure.

    Returns
    -------
    DataFrame
        Index ``measure``; ``model`` and ``rule_value`` (the measure), ``rule`` (the strongest),
        ``winner`` ("model", "rule" or "neither") and ``beyond_chance``: whether another sample of
        customers would hardly turn the result round (None where that is not known).
    """
    rows = {
        "total": _total(totals, by_chance),
        "rmse": _by_error(cases, forecasts, errors, "rmse", np.square),
        "mae": _by_error(cases, forecasts, errors, "mae", np.abs),
        "rank_correlation": _by_order(errors["rank_correlation"]),
        "area_under_curve": _by_order(who_buys["area_under_curve"]),
        "found_right": _found_right(cases, forecasts, who_buys, recent),
        "came_back": _came_back(cases, forecasts, recent),
        "log_score": _log_score(cases, forecasts, scores),
    }
    columns = ["model", "rule", "rule_value", "winner", "beyond_chance"]
    known = {name: row for name, row in rows.items() if row is not None}
    return pd.DataFrame.from_dict(known, orient="index", columns=columns).rename_axis("measure")


def _total(totals: pd.DataFrame, by_chance: float) -> list:
    miss = totals["difference"].drop("actual")
    rule = miss.drop(MODEL).abs().idxmin()
    lead = abs(miss[rule]) - abs(miss[MODEL])
    # the result turns round where the sum passes the middle of the two forecasts
    beyond = bool(abs(miss[MODEL] + miss[rule]) / 2 > BEYOND_CHANCE * by_chance)
    return [miss[MODEL], rule, miss[rule], _winner(lead), beyond]


def _by_error(
    cases: Cases, forecasts: Forecasts, errors: pd.DataFrame, name: str, loss: np.ufunc
) -> list:
    rule = errors[name].drop(MODEL).idxmin()
    lost = {who: loss(forecasts.purchases[who] - cases.actual) for who in (MODEL, rule)}
    lead = errors.loc[rule, name] - errors.loc[MODEL, name]
    beyond = _beyond_chance(lost[rule] - lost[MODEL], cases.weights)
    return [errors.loc[MODEL, name], rule, errors.loc[rule, name], _winner(lead), beyond]


def _by_order(found: pd.Series) -> list | None:
    rules = found.drop(MODEL).dropna()
    if rules.empty or np.isnan(found[MODEL]):
        return None
    rule = rules.idxmax()
    return [found[MODEL], rule, rules[rule], _winner(found[MODEL] - rules[rule]), None]


def _found_right(
    cases: Cases, forecasts: Forecasts, who_buys: pd.DataFrame, recent: float | None
) -> list:
    bought, rules = cases.actual > 0, rules_of_who_buys(cases, recent)
    found = who_buys["found_right"]
    rule = found[list(rules)].idxmax()
    right = [(called == bought).astype(float) for called in (forecasts.buys >= 0.5, rules[rule])]
    beyond = _beyond_chance(right[0] - right[1], cases.weights)
    return [found[MODEL], rule, found[rule], _winner(found[MODEL] - found[rule]), beyond]


def _came_back(cases: Cases, forecasts: Forecasts, recent: float | None) -> list | None:
    """Of as many customers as a rule calls, chosen by the rule and by the model."""
    bought, w, found = (cases.actual > 0).astype(float), cases.weights, []
    for rule, called in rules_of_who_buys(cases, recent).items():
        number = w[called].sum()
        if number in (0, cases.customers):
            continue
        more = share_chosen(forecasts.buys, w, number) - called
        lead = more * w @ bought / number
        # customers whom both choose cancel out; of the others each has the same chance
        apart = np.abs(more) * w
        share = mean_of(bought, apart) if apart.any() else 0.0
        error = np.sqrt(more**2 @ w * share * (1 - share)) / number
        of_rule = mean_of(bought[called], w[called])
        beyond = bool(abs(lead) > BEYOND_CHANCE * error)
        found.append([of_rule + lead, rule, of_rule, _winner(lead), beyond])
    return min(found, key=lambda row: row[0] - row[2], default=None)


def _log_score(cases: Cases, forecasts: Forecasts, scores: pd.DataFrame) -> list:
    rule = "past rate"  # the histogram is known only afterwards: it is no rival
    of = scores["log_score"]
    lead = log_probability(forecasts, MODEL) - log_probability(forecasts, rule)
    beyond = _beyond_chance(lead, cases.weights)
    return [of[MODEL], rule, of[rule], _winner(of[MODEL] - of[rule]), beyond]


def _winner(lead: float) -> str:
    if abs(lead) < 1e-9:
        return "neither"
    return "model" if lead > 0 else "rule"


def _beyond_chance(lead: np.ndarray, weights: np.ndarray) -> bool:
    error = standard_error_of_mean(lead, weights)
    return bool(abs(mean_of(lead, weights)) > BEYOND_CHANCE * error)
