"""Audit cases of the business accounts: what visits bring, what trust makes and saves."""

import numpy as np
import pandas as pd
import statsmodels.api as sm

from crmlib.world import World, business, business_trust
from tests.helpers import estimators
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap

SCORES = list(business_trust.SCORES)


def accounts(world: World) -> dict[str, Estimate]:
    """Industries, sizes, ages, and potential from industry and size."""
    p, table = world.parameters, world.table("b2b_accounts")
    size, potential = p["b2b_accounts.log_employees"], p["b2b_accounts.log_potential"]
    employees = np.log(table["employees"])
    age = business_trust.standard_age(p, table["since"])
    columns = {"const": 1.0, "employees": employees}
    columns |= {name: (table["industry"] == name) * 1.0 for name in business.INDUSTRIES[1:]}
    truth = {"const": potential["intercept"], "employees": potential["per_log_employees"]}
    larger = p["b2b_accounts.industry_log_potential"]
    truth |= {name: larger[name] for name in business.INDUSTRIES[1:]}
    x, y = pd.DataFrame(columns, index=table.index), np.log(table["potential"])
    residual = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    # as if all degrees of freedom were left
    residual = residual * np.sqrt(len(x) / (len(x) - x.shape[1]))
    return {
        **estimators.shares(table["industry"], p["b2b_accounts.industry_shares"], "industry"),
        **estimators.mean(employees, size["mean"], "log employees"),
        **estimators.deviation(employees, size["sd"], "sd of log employees"),
        **estimators.mean(age, 0.0, "age of the relation"),
        **estimators.deviation(age, 1.0, "sd of the age"),
        **estimators.ols(y, columns, truth, "log potential"),
        **estimators.deviation(residual, potential["sd"], "sd of log potential"),
    }


def by_account(world: World) -> tuple[np.ndarray, np.ndarray]:
    """Log odds of the share, and log (1 + visits): a row an account, a column a quarter."""
    quarters, potential = world.table("b2b_quarters"), world.table("b2b_accounts")["potential"]
    revenue, visits = (
        quarters[name].to_numpy(dtype=float).reshape(-1, len(business.QUARTERS))
        for name in ("revenue", "visits")
    )
    share = revenue / (potential.to_numpy()[:, None] / business.QUARTERS_PER_YEAR)
    return np.log(share / (1 - share)), np.log1p(visits)


def within(world: World) -> tuple[float, float, float]:
    """Slope of the response when each account is compared with itself, its error, the scatter."""
    y, x = (table - table.mean(axis=1, keepdims=True) for table in by_account(world))
    slope = (x * y).sum() / (x**2).sum()
    left = y.size - len(y) - 1
    scatter = np.sqrt(((y - slope * x) ** 2).sum() / left)
    return slope, scatter / np.sqrt((x**2).sum()), scatter


def response(world: World) -> dict[str, Estimate]:
    """The response curve by fixed effects; then the effects by potential."""
    p, (y, x) = world.parameters, by_account(world)
    slope, error, scatter = within(world)
    effects, visits = (y - slope * x).mean(axis=1), x.mean(axis=1)
    potential = world.table("b2b_accounts")["potential"] / business.USUAL_POTENTIAL
    design = sm.add_constant(np.log(potential.to_numpy()))
    fit, of_visits = sm.OLS(effects, design).fit(), sm.OLS(visits, design).fit()
    # a slope that is too high lowers every effect by as much as there are visits
    errors = np.sqrt(fit.bse**2 + (of_visits.params * error) ** 2)
    truth, left = p["b2b_quarters.openness"], y.size - len(y) - 1
    noise = scatter**2 / y.shape[1]
    spread = np.sqrt(fit.scale - noise)
    return {
        "response": Estimate(slope, error, p["b2b_quarters.response"]),
        "quarter_sd": Estimate(scatter, scatter / np.sqrt(2 * left), p["b2b_quarters.quarter_sd"]),
        "openness: intercept": Estimate(fit.params[0], errors[0], truth["intercept"]),
        "openness: potential": Estimate(fit.params[1], errors[1], truth["per_log_potential"]),
        "openness_sd": Estimate(
            spread, fit.scale / spread / np.sqrt(2 * len(y)), p["b2b_quarters.openness_sd"]
        ),
    }


def work(world: World) -> dict[str, Estimate]:
    """Where managers go, and the hours that visits and disputes take."""
    p, latent, table = (
        world.parameters,
        world.table("truth/b2b_accounts"),
        world.table("b2b_quarters"),
    )
    unvisited = business.expected_revenue(p, latent, np.zeros(len(latent)))
    design = sm.add_constant(np.log(unvisited / business.USUAL_REVENUE))
    total = table.groupby("account_id")["visits"].sum().to_numpy()
    quarters = np.log(np.full(len(total), len(business.QUARTERS)))
    fit = sm.GLM(total, design, family=sm.families.Poisson(), offset=quarters).fit()
    truth = p["b2b_quarters.visits"]
    hours = {name: p[f"b2b_quarters.hours_per_{name}"] for name in ("visit", "dispute")}
    columns = {"visit": table["visits"] * 1.0, "dispute": table["disputes"] * 1.0}
    # one visit and no dispute: a single Gamma
    single = table["hours"][(table["visits"] == 1) & (table["disputes"] == 0)]
    shape = (single.mean() / single.std()) ** 2
    # of the moment estimator of a Gamma's shape
    error = np.sqrt(2 * shape * (shape + 1) / len(single))
    return {
        "visits: intercept": Estimate(fit.params[0], fit.bse[0], truth["intercept"]),
        "visits: revenue": Estimate(fit.params[1], fit.bse[1], truth["per_log_revenue"]),
        **estimators.ols(table["hours"], columns, hours, "hours"),
        "hours_shape": Estimate(shape, error, p["b2b_quarters.hours_shape"]),
    }


def answers(world: World) -> pd.DataFrame:
    """One row an account: the scores of the buyer and of the user, and the age of the relation."""
    table = world.table("b2b_trust").pivot_table(SCORES, "account_id", "role")
    table.columns = [f"{score} of {role}" for score, role in table.columns]
    listed = world.table("b2b_accounts").set_index("account_id")
    scale = world.parameters["b2b_trust.scale"]
    # in standard deviations of the traits
    table = (table - scale["mean"]) / scale["sd"]
    return table.assign(age=business_trust.standard_age(world.parameters, listed["since"]))


def instrumented(
    y: np.ndarray, table: pd.DataFrame, scores: list[str], exact: list[str]
) -> tuple[dict[str, float], dict[str, float]]:
    """Regress on the buyer's scores with the user's as instruments; coefficients and errors.

    The two answer about one relation with errors of their own: what they share is no error.
    """
    known = [np.ones(len(table)), *(table[name] for name in exact)]
    x = np.column_stack([*(table[f"{score} of buyer"] for score in scores), *known])
    z = np.column_stack([*(table[f"{score} of user"] for score in scores), *known])
    inverse = np.linalg.inv(z.T @ x)
    params = inverse @ z.T @ y
    moments = z * (y - x @ params)[:, None]
    errors = np.sqrt(np.diag(inverse @ (moments.T @ moments) @ inverse.T))
    names = [*scores, "const", *exact]
    return dict(zip(names, params, strict=True)), dict(zip(names, errors, strict=True))


def mean_score(table: pd.DataFrame, score: str) -> np.ndarray:
    return table[[f"{score} of buyer", f"{score} of user"]].mean(axis=1).to_numpy()


def paths(world: World) -> dict[str, Estimate]:
    """Communication to trust to commitment, each cleared of the informants' errors."""
    p, table = world.parameters, answers(world)
    found = {}
    for name, causes in (("trust", ["communication"]), ("commitment", ["trust", "communication"])):
        params, errors = instrumented(mean_score(table, name), table, causes, ["age"])
        for cause, true in p[f"b2b_trust.{name}"].items():
            found[f"{cause} to {name}"] = Estimate(params[cause], errors[cause], true)
    return found


def errors_of_informants(world: World) -> dict[str, Estimate]:
    """Mean and scale of the scores, the error of one person, and what is left unexplained."""
    p, table = world.parameters, answers(world)
    scale, latent = p["b2b_trust.scale"], world.table("truth/b2b_relations")
    unlike = np.concatenate([table[f"{s} of buyer"] - table[f"{s} of user"] for s in SCORES])
    mean = mean_score(table, "communication")
    shared = table["communication of buyer"] * table["communication of user"]
    on = p["b2b_trust.commitment"]
    age = world.table("truth/b2b_accounts")["age_score"]
    causes = {
        "trust": p["b2b_trust.trust"]["communication"] * latent["communication"]
        + p["b2b_trust.trust"]["age"] * age,
        "commitment": on["trust"] * latent["trust"]
        + on["communication"] * latent["communication"]
        + on["age"] * age,
    }
    found = {
        **estimators.mean(mean, 0.0, "mean score"),
        # the covariance of two informants is the variance of the trait: 1
        **estimators.mean(shared, 1.0, "points per standard deviation"),
        **estimators.deviation(
            unlike / np.sqrt(2), scale["informant_sd"] / scale["sd"], "informant_sd"
        ),
    }
    for name, explained in causes.items():
        residual, true = latent[name] - explained, p["b2b_trust.residual_sd"][name]
        found |= estimators.deviation(residual, true, f"residual_sd: {name}")
    return found


def savings(world: World) -> dict[str, Estimate]:
    """What trust saves in hours, pages and disputes, and commitment in accounts."""
    p, listed, table = world.parameters, world.table("b2b_accounts"), answers(world)
    latent = world.table("truth/b2b_relations")
    found = {}
    for name in ("negotiation_hours", "contract_pages"):
        y, truth = np.log(listed[name].to_numpy(dtype=float)), p[f"b2b_accounts.log_{name}"]
        params, errors = instrumented(y, table, ["trust"], [])
        found[f"{name}: trust"] = Estimate(params["trust"], errors["trust"], truth["trust"])
        found[f"{name}: mean"] = Estimate(params["const"], errors["const"], truth["intercept"])
        residual = y - truth["intercept"] - truth["trust"] * latent["trust"]
        true = p["b2b_accounts.renewal_sd"][name]
        found |= estimators.deviation(residual, true, f"{name}: scatter")
    disputes = world.table("b2b_quarters").groupby("account_id")["disputes"].sum().to_numpy()
    design = sm.add_constant(latent["trust"].to_numpy())
    quarters = np.log(np.full(len(disputes), len(business.QUARTERS)))
    fit = sm.GLM(disputes, design, family=sm.families.Poisson(), offset=quarters).fit()
    truth = p["b2b_quarters.log_disputes"]
    left, leave = listed["left_2024"], p["b2b_accounts.leave"]
    return {
        **found,
        "disputes: mean": Estimate(fit.params[0], fit.bse[0], truth["intercept"]),
        "disputes: trust": Estimate(fit.params[1], fit.bse[1], truth["trust"]),
        **estimators.logit(
            left,
            {"commitment": latent["commitment"]},
            {"const": leave["intercept"], "commitment": leave["commitment"]},
            "leave",
        ),
    }


def visits_and_revenue(world: World) -> Numbers:
    """Slope of the response: over all rows, and with each account compared with itself."""
    y, x = by_account(world)
    pooled = np.polyfit(x.ravel(), y.ravel(), 1)[0]
    return Numbers(pooled, within(world)[0], world.parameters["b2b_quarters.response"])


def one_informant(world: World) -> Numbers:
    """Effect of trust on the log of negotiation hours: one person's score, and two persons'."""
    table, listed = answers(world), world.table("b2b_accounts")
    y = np.log(listed["negotiation_hours"].to_numpy())
    params, _errors = instrumented(y, table, ["trust"], [])
    truth = world.parameters["b2b_accounts.log_negotiation_hours"]["trust"]
    return Numbers(np.polyfit(table["trust of buyer"], y, 1)[0], params["trust"], truth)


def age_left_out(world: World) -> Numbers:
    """Effect of trust on commitment without and with the age of the relation."""
    table = answers(world)
    y, causes = mean_score(table, "commitment"), ["trust", "communication"]
    without, held = (instrumented(y, table, causes, exact)[0] for exact in ([], ["age"]))
    truth = world.parameters["b2b_trust.commitment"]["trust"]
    return Numbers(without["trust"], held["trust"], truth)


CASES = (
    Recovery("business accounts: size and potential", accounts),
    Recovery("business accounts: response to visits", response),
    Recovery("business accounts: the managers' work", work),
    Recovery("trust: communication, trust, commitment", paths),
    Recovery("trust: scale and errors of the informants", errors_of_informants),
    Recovery("trust: what it saves", savings),
    Trap("T3 managers visit where revenue is high", visits_and_revenue, 0.2, 0.08, +1),
    Trap("one informant's trust saves too little", one_informant, 0.04, 0.13, +1),
    Trap("the age of a relation passes for trust", age_left_out, 0.03, 0.25, +1),
)
