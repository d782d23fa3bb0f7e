"""Audit cases of leaving, keeping and winning back: churn_panel, retention_rct, winback_rct."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import optimize, special, stats
from statsmodels.tools.numdiff import approx_hess

from crmlib.world import World, winback
from crmlib.world.churn import BOXES_PER_QUARTER, QUARTERS
from tests.helpers import estimators
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap


def maximised(log_likelihood, start: dict[str, float], truth: dict) -> dict[str, Estimate]:
    """Estimate by maximum likelihood, with errors from the curvature at the top."""
    names = list(start)

    def minus(place: np.ndarray) -> float:
        return -log_likelihood(dict(zip(names, place, strict=True)))

    best = optimize.minimize(minus, list(start.values()), method="BFGS").x
    errors = np.sqrt(np.diag(np.linalg.inv(approx_hess(best, minus))))
    return {
        name: Estimate(value, error, truth[name])
        for name, value, error in zip(names, best, errors, strict=True)
    }


def features(table: pd.DataFrame) -> dict[str, pd.Series]:
    columns = ["boxes_skipped", "complaint", "app_sessions", "autopay"]
    return {name: table[name].astype(float) for name in columns} | {
        "large_plan": (table["plan"] == "large").astype(float)
    }


def changed(world: World, table: pd.DataFrame) -> pd.Series:
    return table["quarter"] >= QUARTERS[world.parameters["churn_panel.first_changed_quarter"] - 1]


def churn(world: World) -> dict[str, Estimate]:
    table, found = world.table("churn_panel"), {}
    later = changed(world, table)
    for name, rows in (("before", table[~later]), ("after", table[later])):
        truth = dict(world.parameters[f"churn_panel.{name}"])
        truth["const"] = truth.pop("intercept")
        # tenure itself has no effect: 0 is in the truth, too
        columns = features(rows) | {"tenure": rows["tenure_quarters"]}
        found |= estimators.logit(rows["churned"], columns, truth | {"tenure": 0.0}, name)
    return found


def behaviour(world: World) -> dict[str, Estimate]:
    """Traits of new subscribers; what they do, of all."""
    p, table = world.parameters, world.table("churn_panel")
    new = table[table["tenure_quarters"] == 0]
    autopay = {True: p["churn_panel.autopay_share"]}
    complaint = {True: p["churn_panel.complaint_probability"]}
    sessions = new["app_sessions"]
    negative = sm.NegativeBinomial(sessions, np.ones(len(new))).fit(disp=0)
    spread = Estimate(
        negative.params["alpha"], negative.bse["alpha"], 1 / p["churn_panel.app_shape"]
    )
    return {
        **estimators.shares(new["plan"], p["churn_panel.plan_shares"], "plan"),
        **estimators.shares(new["autopay"], autopay, "autopay"),
        **estimators.shares(table["complaint"], complaint, "complaint"),
        **skipping(new["boxes_skipped"], p["churn_panel.skip_shapes"]),
        **estimators.mean(sessions, p["churn_panel.app_mean"], "app: mean"),
        "app: 1 / shape": spread,
    }


def skipping(skipped: pd.Series, shapes: tuple[float, float]) -> dict[str, Estimate]:
    """Shapes of the Beta distribution of the chance to skip: beta-binomial, in logarithms."""
    boxes = np.arange(BOXES_PER_QUARTER + 1)
    count = np.bincount(skipped, minlength=len(boxes))

    def log_likelihood(at: dict[str, float]) -> float:
        return count @ stats.betabinom.logpmf(boxes, BOXES_PER_QUARTER, *np.exp([*at.values()]))

    truth = dict(zip(("skipping: log a", "skipping: log b"), np.log(shapes), strict=True))
    return maximised(log_likelihood, dict.fromkeys(truth, 0.0), truth)


def drift_in_a_coefficient(world: World) -> Numbers:
    """Effect of a session in the app after the change: from all quarters, and from those after."""
    table = world.table("churn_panel")

    def effect(rows: pd.DataFrame) -> float:
        x = sm.add_constant(pd.DataFrame(features(rows)))
        return sm.Logit(rows["churned"].astype(float), x).fit(disp=0).params["app_sessions"]

    truth = world.parameters["churn_panel.after"]["app_sessions"]
    return Numbers(effect(table), effect(table[changed(world, table)]), truth)


def drift_in_lift(world: World) -> Numbers:
    """How many times as often the riskiest fifth leave as all, by a model of quarters 1 to 4.

    Naive: as tested on quarter 5. Right: as seen in quarters 6 to 8. Truth: by their chances.
    """
    key = ["subscriber_id", "quarter"]
    table = world.table("churn_panel").merge(world.table("truth/churn_panel"), on=key)
    x = sm.add_constant(pd.DataFrame(features(table)))
    training = table["quarter"] < QUARTERS[4]
    fit = sm.Logit(table.loc[training, "churned"].astype(float), x[training]).fit(disp=0)
    table["score"] = fit.predict(x)

    def lift(rows: pd.DataFrame, outcome: str) -> float:
        top = rows.nlargest(int(np.ceil(0.2 * len(rows))), "score")
        return top[outcome].mean() / rows[outcome].mean()

    later = table[changed(world, table)]
    tested = table[table["quarter"] == QUARTERS[4]]
    return Numbers(
        lift(tested, "churned"), lift(later, "churned"), lift(later, "churn_probability")
    )


def experiment(world: World) -> dict[str, Estimate]:
    """Baseline of those without an offer; effects where nothing cuts them.

    At a risk score above -0.2 and an openness score within 1 of 0, no effect is cut to what the
    baseline leaves room for, so that it is linear: differences of two regressions.
    """
    p, table = world.parameters, world.table("retention_rct")
    alone = table[~table["offer"]]
    baseline = p["retention_rct.baseline"]
    truth = {"const": baseline["intercept"], "risk": baseline["risk"]}
    found = estimators.logit(alone["churned"], {"risk": alone["risk_score"]}, truth, "baseline")
    uncut = table[(table["risk_score"] > -0.2) & (table["openness_score"].abs() < 1)]
    risk = uncut["risk_score"]
    columns = pd.DataFrame(
        {
            "everybody": 1.0,
            "openness": uncut["openness_score"],
            "restless": (risk > p["retention_rct.restless_above"]).astype(float),
            "undecided": (risk.abs() < p["retention_rct.undecided_within"]).astype(float),
        }
    )
    withheld = columns.mul(~uncut["offer"], axis=0)
    design = {**withheld, **columns.add_prefix("all: ")}
    saved = estimators.ols(
        uncut["churned"].astype(float), design, p["retention_rct.effect"], "effect"
    )
    shares = {True: p["retention_rct.offer_share"]}
    return found | saved | estimators.shares(table["offer"], shares, "offer")


def difference(rows: pd.DataFrame) -> float:
    """By how much fewer of those with an offer leave."""
    left = rows.groupby("offer")["churned"].mean()
    return left[False] - left[True]


def average_effect(world: World) -> dict[str, Estimate]:
    """Effects by difference of means: no model at all."""
    table = world.table("retention_rct")
    saved = world.table("truth/retention_rct")["effect"]
    riskiest = table["risk_score"].nlargest(int(np.ceil(0.2 * len(table)))).index
    found = {}
    for name, rows in (("everybody", table), ("top risk fifth", table.loc[riskiest])):
        arms = rows.groupby("offer")["churned"].agg(["var", "size"])
        error = np.sqrt((arms["var"] / arms["size"]).sum())
        found[name] = Estimate(difference(rows), error, saved[rows.index].mean())
    return found


def risk_is_not_response(world: World) -> Numbers:
    """Effect of the offer on the top fifth by risk; naive: the average effect holds there too."""
    found = average_effect(world)
    riskiest = found["top risk fifth"]
    return Numbers(found["everybody"].value, riskiest.value, riskiest.truth)


def average_and_marginal_cost(world: World) -> Numbers:
    """Customers kept with the money that acquires one.

    Naive: by what is spent a year and subscriber. Right: by those who stay because of an offer.
    """
    p = world.parameters
    acquisition = p["subscriptions.acquisition_cost"]
    effect = average_effect(world)["everybody"]
    offers = acquisition / p["retention_rct.offer_cost"]
    naive = acquisition / p["subscriptions.retention_spend"]
    return Numbers(naive, effect.value * offers, effect.truth * offers)


def winback_design(world: World) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The table, and the columns that act: upgrade, discount, both, log first tenure, reason."""
    table = world.table("winback_rct")
    columns = pd.DataFrame(
        {
            "const": 1.0,
            "upgrade": table["offer"].isin(["upgrade", "both"]).astype(float),
            "per_discount": table["discount"],
            "log_first_tenure": np.log(table["first_tenure"] / winback.USUAL_FIRST_TENURE),
        }
    )
    return table, columns


def regaining(world: World) -> dict[str, Estimate]:
    p = world.parameters
    table, columns = winback_design(world)
    truth = dict(p["winback_rct.regain"])
    truth["const"] = truth.pop("intercept")
    for reason, effect in p["winback_rct.regain_by_reason"].items():
        if effect:
            columns[reason] = (table["reason"] == reason).astype(float)
            truth[reason] = effect
    found = estimators.logit(table["regained"], columns.drop(columns="const"), truth, "regain")
    return found | estimators.shares(table["reason"], p["winback_rct.reason_shares"], "reason")


def second_life(world: World) -> dict[str, Estimate]:
    """Lognormal tenure, cut by the end of 2025; margin by plan, discount and upgrade."""
    p = world.parameters
    table, columns = winback_design(world)
    columns["both"] = columns["upgrade"] * (table["discount"] > 0)
    back = table["regained"]
    table, columns = table[back], columns[back]
    truth = dict(p["winback_rct.log_second_tenure"])
    truth["const"] = truth.pop("intercept")
    truth["log_sd"] = np.log(p["winback_rct.log_second_tenure_sd"])
    found = censored_lognormal(table["second_tenure"], table["second_ended"], columns, truth)
    price = table["contract_id"].map(world.table("subscriptions").set_index("contract_id")["price"])
    design = {"price": price, "off": price * table["discount"], "upgrade": columns["upgrade"]}
    margin = {"price": p["products.margin"], "off": -1.0, "upgrade": -p["winback_rct.upgrade_cost"]}
    fit = sm.OLS(table["second_margin"], pd.DataFrame(design)).fit()
    return (
        found
        | estimators.ols(table["second_margin"], design, margin, "margin")
        | estimators.deviation(fit.resid, p["winback_rct.margin_sd"], "margin: sd")
    )


def censored_lognormal(
    tenure: pd.Series, ended: pd.Series, columns: pd.DataFrame, truth: dict
) -> dict[str, Estimate]:
    log_tenure, ended = np.log(tenure.to_numpy()), ended.to_numpy(dtype=bool)

    def log_likelihood(at: dict[str, float]) -> float:
        mean = columns.to_numpy() @ np.array([at[name] for name in columns.columns])
        place = (log_tenure - mean) / np.exp(at["log_sd"])
        seen = stats.norm.logpdf(place) - at["log_sd"]
        return np.where(ended, seen, special.log_ndtr(-place)).sum()

    start = dict.fromkeys(columns.columns, 0.0)
    start |= {"const": log_tenure.mean(), "log_sd": np.log(log_tenure.std())}
    return maximised(log_likelihood, start, truth)


def what_regains_most(world: World) -> Numbers:
    """Value per person asked of "both", as a multiple of that of no offer.

    Naive: by the rates of coming back alone. Right: by rate, lifetime and margin.
    """
    table = world.table("winback_rct")
    rate, value = table.groupby("offer")["regained"].mean(), {}
    for offer in ("none", "both"):
        back = table[(table["offer"] == offer) & table["regained"]]
        fit = censored_lognormal(
            back["second_tenure"],
            back["second_ended"],
            pd.DataFrame({"const": np.ones(len(back))}),
            {"const": np.nan, "log_sd": np.nan},
        )
        lifetime = np.exp(fit["const"].value + np.exp(fit["log_sd"].value) ** 2 / 2)
        value[offer] = rate[offer] * lifetime * back["second_margin"].mean()
    true = winback.value_per_person_asked(world)
    both = np.mean([true[f"both, {discount:.0%} off"] for discount in winback.DISCOUNTS])
    return Numbers(
        rate["both"] / rate["none"], value["both"] / value["none"], both / true["none, 0% off"]
    )


CASES = (
    Recovery("churn: logit before and after the change", churn),
    Recovery("churn: what subscribers do", behaviour),
    Recovery("retention experiment: baseline and effects", experiment),
    Recovery("retention experiment: differences of means", average_effect),
    Recovery("win-back: who comes back", regaining),
    Recovery("win-back: the second life", second_life),
    Trap("T7 risk is not response", risk_is_not_response, 0.04, 0.065, +1),
    Trap("T9 drift in a coefficient", drift_in_a_coefficient, 0.08, 0.04, -1),
    Trap("T9 drift in lift", drift_in_lift, 0.6, 0.25, +1),
    Trap("T11 average and marginal cost of keeping", average_and_marginal_cost, 3, 0.35, +1),
    Trap("what regains most earns least", what_regains_most, 0.8, 0.35, +1),
)
