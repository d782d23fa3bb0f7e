"""Audit cases of the Kano, service quality and complaint studies, and of the two rival firms."""

import numpy as np
import pandas as pd
import statsmodels.api as sm

from crmlib.world import World
from crmlib.world.complaints import STATES, normal_scores, states
from crmlib.world.servqual import DIMENSIONS
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap
from tests.helpers.audit_surveys import estimates, hinges, share
from tests.helpers.limited import interval_fit, weighted_logit


def kano_noise(world: World) -> dict[str, Estimate]:
    """Of the answers that a class leaves no choice, four in five noisy ones are another."""
    frame = world.table("survey_kano").merge(world.table("truth/survey_kano"))
    kind = frame["kano_class"]
    fixed = [
        frame.loc[kind.isin(["O", "A"]), "functional"] != 1,
        frame.loc[kind.isin(["O", "M"]), "dysfunctional"] != 5,
    ]
    wrong = np.concatenate(fixed)
    truth = world.parameters["survey_kano.noise"]
    error = np.sqrt(0.8 * truth * (1 - 0.8 * truth) / len(wrong)) / 0.8
    return {"Kano noise": Estimate(wrong.mean() / 0.8, error, truth)}


def _servqual(world: World) -> pd.DataFrame:
    factors = world.table("truth/survey_servqual").add_prefix("true_")
    return pd.concat([world.table("survey_servqual"), factors], axis=1)


def loadings(world: World) -> dict[str, Estimate]:
    """Mean loading and mean score of each dimension's items, one interval regression an item."""
    p, frame = world.parameters, _servqual(world)
    found = {}
    for kind in ("expected", "perceived"):
        for dimension in DIMENSIONS:
            truth = p["survey_servqual.loadings"][dimension]
            loading, mean = [], []
            for number in range(1, len(truth) + 1):
                columns = {"mean": 1.0, "slope": frame[f"true_{kind}_{dimension}"]}
                fit = interval_fit(frame[f"{kind}_{dimension}_{number}"], columns, 1, 7)
                (slope, sd), error = fit.loc[["slope", "sd"], "value"], fit["standard_error"]
                size = np.hypot(slope, sd)
                spread = np.hypot(sd**2 * error["slope"], slope * sd * error["sd"]) / size**3
                loading.append((slope / size, spread))
                mean.append(fit.loc["mean"])
            lead = f"{kind} {dimension}"
            found[f"{lead}: loading"] = _mean_of(loading, np.mean(truth))
            true_mean = p[f"survey_servqual.{kind}_mean"][dimension]
            found[f"{lead}: mean"] = _mean_of(mean, true_mean)
    return found


def _mean_of(pairs: list, truth: float) -> Estimate:
    value, error = np.array([list(pair) for pair in pairs]).T
    return Estimate(value.mean(), np.sqrt((error**2).sum()) / len(pairs), truth)


def verdict(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, _servqual(world)
    effect = p["survey_servqual.overall"]
    columns = {"mean": 1.0} | {name: frame[f"true_perceived_{name}"] for name in DIMENSIONS}
    weights = p["survey_servqual.weights"]
    expected = sum(weights[name] * frame[f"true_expected_{name}"] for name in DIMENSIONS)
    columns["expectation"] = expected
    fit = interval_fit(frame["overall"], columns, 1, 7)
    truth = {name: effect["per quality"] * weight for name, weight in weights.items()}
    truth |= {
        "mean": effect["mean"],
        "expectation": effect["per expectation"],
        "sd": p["survey_servqual.overall_sd"],
    }
    return estimates(fit, truth, "verdict")


def shared(world: World) -> dict[str, Estimate]:
    frame = _servqual(world)
    truth = world.parameters["survey_servqual.shared"]
    basic = world.table("truth/customers")["basic_satisfaction"]
    standardised = ((basic - basic.mean()) / basic.std()).iloc[frame["customer_id"] - 1]
    slopes = []
    for name in DIMENSIONS:
        fit = sm.OLS(
            frame[f"true_perceived_{name}"].to_numpy(), sm.add_constant(standardised.to_numpy())
        ).fit()
        slopes.append((fit.params[1], fit.bse[1]))
    return {"perceived dimension on basic satisfaction": _mean_of(slopes, truth)}


def failing_and_complaining(world: World) -> dict[str, Estimate]:
    p = world.parameters
    frame = world.table("truth/complaints")
    latent = world.table("truth/customers")
    unmet = np.maximum(5 - latent["basic_satisfaction"], 0)
    rows = np.arange(len(frame))
    columns = {"intercept": 1.0, "per unmet point": unmet}
    fit = weighted_logit(frame["failed"], columns, np.ones(len(frame)), rows)
    found = estimates(fit, p["complaints.failure"], "failure")
    failed = frame["failed"].to_numpy()
    columns = {
        "intercept": 1.0,
        "per grade": frame.loc[failed, "severity"].astype(float) - 2,
        "per loyalty": normal_scores(latent["loyalty"].to_numpy())[failed],
    }
    here = rows[failed]
    fit = weighted_logit(frame.loc[failed, "complained"], columns, np.ones(len(here)), here)
    found |= estimates(fit, p["complaints.voice"], "voice")
    grades = frame.loc[failed, "severity"].to_numpy(dtype=int)
    for grade, truth in enumerate(p["complaints.severity_shares"], start=1):
        found[f"share of severity {grade}"] = share(grades == grade, truth)
    silent = frame.loc[~frame["complained"], "customer_id"]
    asked = silent.isin(world.table("complaints")["customer_id"])
    found["asked share"] = share(asked, p["complaints.asked_share"])
    return found


def handling(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, world.table("complaints").query("complained")
    truth, sd = p["complaints.justice"], p["complaints.justice_sd"]
    days = frame["handled_days"].to_numpy(dtype=float)
    paid = frame["compensation"].to_numpy()
    models = {
        "procedural": {"procedural": 1.0, "per day": days},
        "distributive": {"distributive": 1.0, "per 10 CNY": paid / 10},
        "interactional": {"interactional": np.ones(len(frame))},
    }
    found = {}
    for kind, columns in models.items():
        fit = interval_fit(frame[f"justice_{kind}"].to_numpy(dtype=float), columns, 1, 7)
        wanted = {name: truth[name] for name in columns} | {"sd": sd}
        found |= estimates(fit, wanted, f"justice, {kind}")
    error = days.std() / np.sqrt(len(days))
    found["handled days"] = Estimate(days.mean(), error, p["complaints.handled_days_mean"])
    found["compensated share"] = share(paid > 0, p["complaints.compensated_share"])
    amount = paid[paid > 0]
    error = amount.std() / np.sqrt(len(amount))
    found["compensation"] = Estimate(amount.mean(), error, p["complaints.compensation_mean"])
    return found


def recovering(world: World) -> dict[str, Estimate]:
    """What is felt afterwards, and who buys again, by what happened."""
    p, frame = world.parameters, world.table("complaints")
    state = states(frame, p["complaints.just_from"])
    happened = {name: state == name for name in STATES}
    columns = {**happened, "before": frame["sat_before"]}
    fit = interval_fit(frame["sat_after"], columns, 1, 7, half=0.05)
    truth = p["complaints.satisfaction_change"] | {"before": 1.0}
    found = estimates(fit, truth | {"sd": p["complaints.satisfaction_change_sd"]}, "satisfaction")
    for name, here in happened.items():
        found[f"rebought: {name}"] = share(
            frame.loc[here, "rebought"], p["complaints.rebought"][name]
        )
    loyalty = world.table("truth/customers")["loyalty"].to_numpy()[frame["customer_id"] - 1]
    score = np.zeros(len(frame))
    for here in happened.values():
        score[here] = normal_scores(loyalty[here])
    matrix = pd.DataFrame({**happened, "loyalty": score}).astype(float)
    fit = sm.Probit(frame["rebought"].astype(float), matrix).fit(disp=0)
    tie = p["complaints.rebought_on_loyalty"]
    found["rebought on loyalty (probit)"] = Estimate(
        fit.params["loyalty"], fit.bse["loyalty"], tie / np.sqrt(1 - tie**2)
    )
    return found


def rivals(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, world.table("rival_firms")
    names = ("intercept", "unmet basic", "met basic", "latent")
    found = {}
    for firm, here in frame.groupby("firm"):
        columns = hinges(here["basic"], here["latent"])
        rows = here["respondent_id"]
        fit = weighted_logit(here["retained"], columns, np.ones(len(here)), rows)
        loyal, satisfied = (
            dict(zip(names, p[f"rival_firms.{what}"][firm], strict=True))
            for what in ("loyalty", "satisfaction")
        )
        found |= estimates(fit, _signed(loyal), f"{firm}: staying")
        fit = interval_fit(here["satisfaction"], columns, 1, 7)
        truth = _signed(satisfied) | {"sd": p["rival_firms.satisfaction_sd"]}
        found |= estimates(fit, truth, f"{firm}: satisfaction")
    return found


def _signed(weights: dict[str, float]) -> dict[str, float]:
    """A fall per point is a negative weight."""
    return weights | {"unmet basic": -weights["unmet basic"]}


def just_handling(world: World) -> Numbers:
    """A just handling against a poor one, and against no failure at all."""
    frame = world.table("complaints")
    state = states(frame, world.parameters["complaints.just_from"])
    rebought = frame.groupby(state)["rebought"].mean()
    truth = world.parameters["complaints.rebought"]
    return Numbers(
        naive=rebought["justly handled"] - rebought["poorly handled"],
        right=rebought["justly handled"] - rebought["no failure"],
        truth=truth["justly handled"] - truth["no failure"],
    )


CASES = (
    Recovery("Kano: noise", kano_noise),
    Recovery("service quality: items, interval regression", loadings),
    Recovery("service quality: verdict, interval regression", verdict),
    Recovery("service quality: what perceptions share", shared),
    Recovery("complaints: what goes wrong, who complains, logit", failing_and_complaining),
    Recovery("complaints: handling and justice, interval regression", handling),
    Recovery("complaints: satisfaction and buying afterwards", recovering),
    Recovery("rival firms: hinge logit, interval regression", rivals),
    Trap("a failure well handled is no advantage", just_handling, 0.15, 0.09, 1),
)
