"""Audit cases of growth: leads, quotes, cross-selling, referrals, and several channels."""

from functools import lru_cache

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import optimize, special

from crmlib.world import World, crosssell, referrals
from crmlib.world.leads import by_method
from crmlib.world.leads_parameters import CRITERIA, METHODS, OTHER_TYPES, SIGNALS, TYPES
from crmlib.world.quotes import SEGMENTS, TOP_TIERS
from tests.helpers import estimators
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap

POINTS, WEIGHTS = np.polynomial.hermite_e.hermegauss(9)


def log_mean(values: pd.Series, truth: float, name: str) -> dict[str, Estimate]:
    """Estimate the logarithm of a mean of skewed values, which is nearer to normal."""
    error = values.std() / np.sqrt(len(values)) / values.mean()
    return {f"{name} (log)": Estimate(np.log(values.mean()), error, np.log(truth))}


def funnel(world: World) -> dict[str, Estimate]:
    p, leads = world.parameters, world.table("leads")
    found = estimators.shares(leads["method"], p["leads.method_shares"], "method")
    for method, group in leads.groupby("method"):
        reached, offered = group["reached_date"].notna(), group["offered_date"].notna()
        truth = {True: p["leads.reached"][method]}
        found |= estimators.shares(reached, truth, f"reached, {method}")
        truth = {True: p["leads.offered"][method]}
        found |= estimators.shares(offered[reached], truth, f"offered, {method}")
        found |= log_mean(group["cost"], p["leads.cost"][method], f"cost, {method}")
        share = p["leads.partnership"][method]
        found |= estimators.mean(group["partnership"], 1 + 4 * share, f"partnership, {method}")
    known = leads["buyer_type"].dropna()
    return found | estimators.shares(known, p["leads.buyer_type_shares"], "type")


def winning(world: World) -> dict[str, Estimate]:
    p, leads = world.parameters, world.table("leads")
    offers = leads[leads["offered_date"].notna()]
    columns = pd.get_dummies(offers["method"], dtype=float)[list(METHODS)]
    columns = columns.join(pd.get_dummies(offers["buyer_type"], dtype=float)[list(OTHER_TYPES)])
    columns["demand"] = offers["demand"] - 3.0
    fit = sm.Logit(offers["converted"].astype(float), columns).fit(disp=0)
    truth = {
        **p["leads.purchase"],
        **p["leads.buyer_type_effect"],
        "demand": p["leads.purchase_per_demand"],
    }
    return {name: Estimate(fit.params[name], fit.bse[name], true) for name, true in truth.items()}


def value(world: World) -> dict[str, Estimate]:
    """Margin and staying of the customers won, by method and criteria."""
    p, leads = world.parameters, world.table("leads")
    won = leads[leads["converted"]]
    columns = pd.get_dummies(won["method"], dtype=float)[list(METHODS)]
    for criterion in CRITERIA:
        columns[criterion] = won[criterion] - 3.0
    margin = sm.OLS(np.log(won["margin_12m"]), columns).fit()
    stay = sm.Logit(won["active_12m"].astype(float), columns).fit(disp=0)
    found = estimators.deviation(
        margin.resid * np.sqrt(len(won) / margin.df_resid), p["leads.margin_sd"], "margin sd"
    )
    for name in METHODS:
        true = np.log(p["leads.margin"][name])
        found[f"margin, {name} (log)"] = Estimate(margin.params[name], margin.bse[name], true)
        found[f"stay, {name}"] = Estimate(stay.params[name], stay.bse[name], p["leads.stay"][name])
    for name in CRITERIA:
        for fit, kind in ((margin, "margin"), (stay, "stay")):
            true = p[f"leads.{kind}_per_point"][name]
            found[f"{kind} per {name}"] = Estimate(fit.params[name], fit.bse[name], true)
    return found


def signals(world: World) -> dict[str, Estimate]:
    p, leads = world.parameters, world.table("leads")
    offers = leads[leads["offered_date"].notna()]
    won, found = offers["converted"], {}
    for signal in SIGNALS:
        shown = offers[signal].astype(bool)
        without = {True: p["leads.signal_without_order"][signal]}
        found |= estimators.shares(shown[~won], without, signal)
        yes, no = shown[won].mean(), shown[~won].mean()
        error = np.sqrt((1 - yes) / (yes * won.sum()) + (1 - no) / (no * (~won).sum()))
        true = np.log(p["leads.signal_ratio"][signal])
        found[f"{signal}: ratio (log)"] = Estimate(np.log(yes / no), error, true)
    return found


def cheapest_method(world: World) -> Numbers:
    """Value per yuan of cost: of the method with the cheapest customers, and of the best one."""
    leads = world.table("leads")
    counted = leads.groupby("method").agg(
        cost=("cost", "sum"), won=("converted", "sum"), margin=("margin_12m", "mean")
    )
    cost = counted["cost"] / counted["won"]
    kept = leads["active_12m"].astype(float).groupby(leads["method"]).mean()
    yearly = 1 + world.parameters["leads.discount_rate"]
    ratio = np.log(counted["margin"] * yearly / (yearly - kept) / cost)
    truth = by_method(world)["ratio"]
    return Numbers(ratio[cost.idxmin()], ratio[truth.idxmax()], np.log(truth.max()))


def price_slopes(world: World) -> dict[str, Estimate]:
    """Maximum likelihood of a logit with one normal slope a customer."""
    p, quotes = world.parameters, world.table("quotes")
    truth = {f"intercept, {s}": p["quotes.intercept"][s] for s in SEGMENTS}
    truth |= {f"slope, {s}": p["quotes.price_slope"][s] for s in SEGMENTS}
    truth |= {"top tier": p["quotes.top_tier_slope"], "sd": p["quotes.price_slope_sd"]}
    each = _log_likelihoods(quotes)
    start = np.array(list(truth.values()))
    found = optimize.minimize(lambda values: -each(values).sum(), start, options={"gtol": 0.02}).x
    step = 1e-4 * np.eye(len(found))
    scores = np.array([(each(found + one) - each(found - one)) / 2e-4 for one in step])
    errors = np.sqrt(np.diag(np.linalg.inv(scores @ scores.T)))
    segment = world.table("truth/quotes")["segment"]
    shares = estimators.shares(segment, p["quotes.segment_shares"], "segment")
    return shares | {
        name: Estimate(value, error, true)
        for (name, true), value, error in zip(truth.items(), found, errors, strict=True)
    }


def _log_likelihoods(quotes: pd.DataFrame):
    """Return the log likelihoods of the customers as a function of the parameters."""
    quotes = quotes.sort_values("customer_id", kind="stable")
    log_price = np.log(quotes["price"] / quotes["list_price"]).to_numpy()
    segment = pd.Categorical(quotes["segment"], categories=SEGMENTS).codes
    top = quotes["tier"].isin(TOP_TIERS).to_numpy()
    sign = np.where(quotes["accepted"], 1.0, -1.0)
    starts = np.flatnonzero(~quotes["customer_id"].duplicated())

    def each(values: np.ndarray) -> np.ndarray:
        mean = values[3:6][segment] + values[6] * top
        slope = mean[:, None] + values[7] * POINTS
        odds = values[:3][segment][:, None] + slope * log_price[:, None]
        by_customer = np.add.reduceat(special.log_expit(sign[:, None] * odds), starts)
        return special.logsumexp(by_customer, b=WEIGHTS / WEIGHTS.sum(), axis=1)

    return each


@lru_cache(maxsize=3)
def cases(world: World, name: str) -> pd.DataFrame:
    """The cases with the score that all of the table's rules use, and what fits."""
    frame = world.table(name)
    # the score is that of all customers, also of those who hold every category
    held = crosssell.holdings(world).set_index("customer_id")
    score = crosssell.standard_log(held["past_margin"])
    fits = frame["main_category"].map(crosssell.GOES_WITH) == frame["category"]
    return frame.assign(score=frame["customer_id"].map(score), fits=fits)


def offering(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, cases(world, "crosssell_obs")
    weight = p["crosssell.offer"]
    truth = {"const": weight["intercept"], "margin": weight["past margin"]}
    columns = {"margin": frame["score"], "categories": frame["categories_held"] - 1.0}
    truth["categories"] = weight["categories"]
    trial = {True: p["crosssell.trial_share"]}
    return estimators.logit(frame["offered"], columns, truth, "offer") | estimators.shares(
        world.table("crosssell_rct")["offered"], trial, "trial"
    )


def buying(world: World) -> dict[str, Estimate]:
    p, frame = world.parameters, cases(world, "crosssell_rct")
    weight, columns = p["crosssell.purchase"], frame[["offered", "fits"]].astype(float)
    columns["past margin"] = frame["score"]
    truth = {"const": weight["intercept"], "offered": weight["offer"]}
    truth |= {name: weight[name] for name in ("fits", "past margin")}
    return estimators.logit(frame["bought"], columns, truth, "purchase")


def buyers(world: World) -> dict[str, Estimate]:
    """What the further category brings, of both kinds of customers."""
    p, latent = world.parameters, world.table("truth/crosssell")
    costs, found = p["crosssell.new_costs"], {}
    found |= estimators.shares(latent["costly"], {True: p["crosssell.costly_share"]}, "costly")
    both = pd.concat([world.table(name) for name in ("crosssell_obs", "crosssell_rct")])
    bought = both[both["bought"]].merge(latent)
    found |= log_mean(bought["new_margin"], p["crosssell.new_margin"], "new margin")
    for costly, group in bought.groupby("costly"):
        returns = costs["returns of the costly" if costly else "returns"]
        service = costs["service of these" if costly else "service"]
        found |= log_mean(group["new_returns"], returns, f"returns, costly {costly}")
        found |= log_mean(group["new_service"], service, f"service, costly {costly}")
    usual = {"past": both["past_margin"], "cost": -1.0}
    truth = {
        "past": p["crosssell.usual_margin_share"],
        "cost": p["crosssell.usual_cost"],
    }
    weight = 1 / (20.0 + both["past_margin"])  # the scatter grows with the past margin
    columns = pd.DataFrame(usual).mul(weight, axis=0)
    return found | estimators.ols(both["usual_profit"] * weight, columns, truth, "usual profit")


def cross_buyers(world: World) -> Numbers:
    """Profit of a further category: cross-buyers less others; by the experiment's offers."""
    seen, trial = world.table("crosssell_obs"), world.table("crosssell_rct")
    profit = seen.groupby("bought")["profit"].mean()
    # What was known before is taken out, and counts less where it scatters more: it says nothing
    # of the offer, which was drawn by chance.
    rest = trial["profit"] - world.parameters["crosssell.usual_margin_share"] * trial["past_margin"]
    weight = 1 / (40**2 + (0.4 * trial["past_margin"]) ** 2)
    lift = {}
    for name, values in (("profit", rest), ("bought", trial["bought"].astype(float))):
        sums = (values * weight).groupby(trial["offered"]).sum()
        mean = sums / weight.groupby(trial["offered"]).sum()
        lift[name] = mean[True] - mean[False]
    effect = lift["profit"] / lift["bought"]
    return Numbers(profit[True] - profit[False], effect, crosssell.mean_new_profit(world))


def losing_cross_buyers(world: World) -> Numbers:
    """Share of cross-buyers with whom the new category loses: by margin alone, by all costs."""
    frame, p = world.table("crosssell_obs"), world.parameters
    bought = frame[frame["bought"]]
    return Numbers(
        naive=(bought["new_margin"] < 0).mean(),
        right=(crosssell.new_profit(frame) < 0).mean(),
        truth=p["crosssell.costly_share"],
    )


def staying(world: World) -> dict[str, Estimate]:
    """Hazards from months at risk, of the recommended and of the others."""
    p, frame = world.parameters, world.table("referrals")
    sums = frame.groupby("referred")[["left", "months_active"]].sum()
    log = np.log(sums["left"] / sums["months_active"])
    variance = (1 - np.exp(log)) / sums["left"]
    base, ratio = p["referrals.monthly_hazard"], p["referrals.hazard_ratio"]
    return {
        "hazard (log)": Estimate(log[False], np.sqrt(variance[False]), np.log(base)),
        "ratio (log)": Estimate(log[True] - log[False], np.sqrt(variance.sum()), np.log(ratio)),
    }


def first_margins(world: World) -> dict[str, Estimate]:
    """Differences of log margins by period, among those active through the whole period."""
    p, frame = world.parameters, world.table("referrals")
    found = {}
    for first, last in referrals.PERIODS:
        whole = frame[frame["months_active"] >= last]
        log = np.log(whole[f"margin_{first}_{last}"].astype(float))
        columns = {"const": 1.0, "more": whole["referred"].astype(float)}
        month = np.arange(first, last + 1)
        true = {"more": np.log1p(referrals.advantage(p, month).mean())}
        found |= estimators.ols(log, columns, true, f"months {first} to {last} (log)")
    alone = frame[~frame["referred"] & (frame["months_active"] >= 6)]
    log = np.log(alone["margin_1_6"])
    # a mean of six months lies above their median; it scatters by a sixth of their variance
    between = np.exp(p["referrals.month_sd"] ** 2)
    scatter = np.log1p((between - 1) / 6)
    level = np.log(p["referrals.margin"]) + (p["referrals.month_sd"] ** 2 - scatter) / 2
    found |= estimators.mean(log, level, "margin of the others (log)")
    sd = np.sqrt(p["referrals.margin_sd"] ** 2 + scatter)
    return found | estimators.deviation(log, sd, "their sd")


def likeness(world: World) -> dict[str, Estimate]:
    p = world.parameters
    frame = world.table("referrals")
    frame = frame[frame["referred"]]
    amount = world.table("truth/customers").set_index("customer_id")["typical_amount"]
    log = np.log(amount)
    like = ((log - log.mean()) / log.std())[frame["referrer_id"].astype(int)].to_numpy()
    columns = {"const": 1.0, "like": pd.Series(like, index=frame.index)}
    truth = {"like": p["referrals.likeness"] * p["referrals.margin_sd"]}
    found = estimators.ols(np.log(frame["margin_1_6"]), columns, truth, "likeness")
    anyway = frame["would_have_come"].astype(bool)
    found |= estimators.shares(anyway, {True: p["referrals.would_have_come"]}, "anyway")
    rewarded = frame["reward"] > 0
    return found | estimators.shares(rewarded, {True: p["referrals.reward_share"]}, "rewarded")


def worth_and_recommending(world: World) -> dict[str, Estimate]:
    """Slope of the number of recommendations on log past margin: none; and their spread."""
    p, held = world.parameters, crosssell.holdings(world)
    count = world.table("referrals")["referrer_id"].value_counts()
    count = held["customer_id"].map(count).fillna(0).astype(float)
    columns = {"const": 1.0, "worth": crosssell.standard_log(held["past_margin"])}
    found = estimators.ols(count, columns, {"worth": 0.0}, "recommendations")
    extra = count * (count - 1) / count.mean() ** 2 - 1
    truth = 1 / p["referrals.intensity_shape"]
    return found | estimators.mean(extra, truth, "1 / shape of recommending")


def several_channels(world: World) -> Numbers:
    """Orders in 2023 of those who used several channels in 2022, against those who used one.

    Right: among customers with as many orders in 2022, app users and others apart.
    """
    orders = world.table("transactions")
    year = orders["date"].dt.year
    before, after = orders[year == 2022], orders[year == 2023]
    frame = before.groupby("customer_id").agg(
        channels=("channel", "nunique"), orders=("order_id", "size")
    )
    frame["several"] = frame["channels"] > 1
    frame["later"] = after.groupby("customer_id").size().reindex(frame.index, fill_value=0)
    naive = frame.groupby("several")["later"].mean()
    app = world.table("customers").set_index("customer_id")["app_user"]
    frame["app"] = app.reindex(frame.index)
    frame["orders"] = frame["orders"].clip(upper=12)
    cells = frame.pivot_table("later", ["orders", "app"], "several", ["mean", "count"]).dropna()
    mean, count = cells["mean"], cells["count"]
    weight = count[True] * count[False] / count.sum(axis=1)
    difference = np.average(mean[True] - mean[False], weights=weight)
    return Numbers(naive[True] - naive[False], difference, 0.0)


CASES = (
    Recovery("leads: methods, costs, types, the way to an offer", funnel),
    Recovery("leads: logit of the order", winning),
    Recovery("leads: margin and staying", value),
    Recovery("leads: buying signals", signals),
    Trap("leads: the cheapest method is not the best", cheapest_method, 0.9, 0.7, -1),
    Recovery("quotes: logit with a slope a customer", price_slopes),
    Recovery("cross-selling: who gets offers", offering),
    Recovery("cross-selling: who buys", buying),
    Recovery("cross-selling: margins and costs", buyers),
    Trap("T10 cross-buyers are good customers anyway", cross_buyers, 45, 36, +1),
    Trap("T10 margin hides who loses money", losing_cross_buyers, 0.15, 0.05, -1),
    Recovery("referrals: staying", staying),
    Recovery("referrals: margins", first_margins),
    Recovery("referrals: like refers like", likeness),
    Recovery("referrals: worth says nothing of recommending", worth_and_recommending),
    Trap("T3 who uses several channels bought more anyway", several_channels, 1.0, 0.6, +1),
)
assert set(TYPES) - set(OTHER_TYPES) == {"rational"}
