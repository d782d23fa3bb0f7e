"""Audit cases of what holds customers: loyalty_cards, club_panel, hostage_panel."""

import numpy as np
import pandas as pd
import statsmodels.api as sm
from scipy import special

from crmlib.world import World, rivals
from crmlib.world.cards import CUPS, GIVEN
from crmlib.world.club import MONTHS
from tests.helpers import estimators
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap
from tests.helpers.audit_campaigns import maximised


def waits(world: World) -> pd.DataFrame:
    """The waits for stamps, with the progress that the card shows and whether it is a gift."""
    table = world.table("loyalty_cards")
    gift = table["card_type"] != "10"
    earned = table["stamp_no"] - 1
    shown = np.where(gift, (earned + GIVEN) / (CUPS + GIVEN), earned / CUPS)
    return table.assign(gift=gift.astype(float), progress=shown)


def cards(world: World) -> dict[str, Estimate]:
    """Holders' paces are Gamma: the likelihood of a holder's cups, before and with the cards."""
    p, table = world.parameters, waits(world)
    holder = table["holder_id"].to_numpy() - 1
    progress, gift = table["progress"].to_numpy(), table["gift"].to_numpy()
    gaps, stamped = table["gap_days"].to_numpy(), table["stamped"].to_numpy()
    before = table.groupby("holder_id")["cups_before"].first().to_numpy()
    cups = np.bincount(holder, stamped) + before

    def log_likelihood(at: dict[str, float]) -> float:
        pull = at["slope"] * progress + at["illusion"] * gift
        exposure = np.bincount(holder, gaps * np.exp(pull)) + p["loyalty_cards.days_before"]
        shape = np.exp(at["log shape"])
        rate = shape / np.exp(at["log mean"])
        return (stamped * pull).sum() + (
            special.gammaln(shape + cups)
            - special.gammaln(shape)
            + shape * np.log(rate)
            - (shape + cups) * np.log(rate + exposure)
        ).sum()

    start = {"slope": 0.3, "illusion": 0.0, "log mean": -2.0, "log shape": 0.5}
    truth = {name: p[f"loyalty_cards.{name}"] for name in ("slope", "illusion")}
    truth["log mean"] = np.log(p["loyalty_cards.pace_mean"])
    truth["log shape"] = np.log(p["loyalty_cards.pace_shape"])
    return maximised(log_likelihood, start, truth)


def late_stamps(world: World) -> Numbers:
    """Slope of the log pace in progress: naive over all waits, right within holders."""
    table = waits(world)
    x = sm.add_constant(table[["progress", "gift"]])
    pooled = sm.GLM(
        table["stamped"].astype(float),
        x,
        family=sm.families.Poisson(),
        offset=np.log(table["gap_days"]),
    ).fit()
    right = cards(world)["slope"]
    return Numbers(pooled.params["progress"], right.value, right.truth)


def months(world: World, column: str) -> np.ndarray:
    """A column of the club panel, a row a customer and a column a month."""
    return world.table("club_panel")[column].to_numpy().reshape(-1, len(MONTHS))


def two_ways(values: np.ndarray) -> np.ndarray:
    """What neither the customer nor the month explains."""
    rows, columns = values.mean(axis=1, keepdims=True), values.mean(axis=0, keepdims=True)
    return (values - rows - columns + values.mean()).ravel()


def club(world: World) -> dict[str, Estimate]:
    """Difference-in-differences of log spending, with a mean for each customer and month."""
    p = world.parameters
    spend = np.log(months(world, "spend"))
    heavy, member = months(world, "buyer") == "heavy", months(world, "member")
    x = np.column_stack([two_ways((member & (heavy == one)).astype(float)) for one in (0, 1)])
    y = two_ways(spend)
    fit = sm.OLS(y, x).fit()
    n, t = spend.shape
    # the customers' and months' means take degrees of freedom
    free = n * t - n - t - 1
    error = fit.bse * np.sqrt(fit.df_resid / free)
    found = {
        buyer: Estimate(fit.params[place], error[place], np.log1p(p["club_panel.effect"][buyer]))
        for place, buyer in enumerate(("light", "heavy"))
    }
    month_sd = np.sqrt((fit.resid**2).sum() / free)
    true = p["club_panel.month_sd"]
    return found | {"month sd": Estimate(month_sd, month_sd / np.sqrt(2 * free), true)}


def spending(world: World) -> dict[str, Estimate]:
    """Growth and season of those who never join; levels and joining by the latent table."""
    p, latent = world.parameters, world.table("truth/club_panel")
    table = world.table("club_panel")
    never = table[table["customer_id"].isin(latent.loc[~latent["joins"], "customer_id"])]
    own_mean = np.log(never["spend"]).groupby(never["customer_id"]).transform("mean")
    month = never["month"]
    season = np.cos(2 * np.pi * month / 12)
    columns = {"growth": month - month.mean(), "season": season - season.mean()}
    truth = {name: p[f"club_panel.{name}"] for name in columns}
    found = estimators.ols(np.log(never["spend"]) - own_mean, columns, truth, "months")
    log_spend = np.log(latent["typical_spend"] / p["club_panel.typical_spend"])
    join = {
        "const": p["club_panel.join"]["intercept"],
        "log_spend": p["club_panel.join"]["per_log_spend"],
    }
    found |= estimators.logit(latent["joins"], {"log_spend": log_spend}, join, "join")
    orders = world.table("transactions")
    revenue = orders[orders["date"].dt.year == 2023].groupby("customer_id")["amount"].sum()
    revenue = latent["customer_id"].map(revenue)
    log_revenue = np.log(revenue.fillna(revenue.min()))
    columns = {"const": np.ones(len(latent)), "revenue": log_revenue - log_revenue.median()}
    level = {"const": 0.0, "revenue": p["club_panel.per_log_revenue"]}
    fit = sm.OLS(log_spend, pd.DataFrame(columns)).fit()
    scatter = estimators.deviation(fit.resid, p["club_panel.customer_sd"], "customer sd")
    return found | estimators.ols(log_spend, columns, level, "level") | scatter


def lead(world: World, in_months: pd.Series) -> tuple[float, float]:
    """Mean spending of members and of the others in those months."""
    mean = world.table("club_panel")[in_months].groupby("member")["spend"].mean()
    return mean[True], mean[False]


def members_and_others(world: World) -> Numbers:
    """By what share the club raises its members' spending; naive: members against others."""
    table = world.table("club_panel")
    members, others = lead(world, table["month"] > 0)
    return Numbers(members / others - 1, effect_on_members(world), true_effect(world))


def before_and_after(world: World) -> Numbers:
    """The same; naive: the members' spending after joining against before."""
    table, latent = world.table("club_panel"), world.table("truth/club_panel")
    joins = table["customer_id"].isin(latent.loc[latent["joins"], "customer_id"])
    after, before = lead(world, joins)
    return Numbers(after / before - 1, effect_on_members(world), true_effect(world))


def effect_on_members(world: World) -> float:
    """The effects found on light and heavy buyers, by their shares among those who join."""
    found, table = club(world), world.table("club_panel")
    members = table[table["member"]].drop_duplicates("customer_id")["buyer"]
    effect = {buyer: np.expm1(found[buyer].value) for buyer in ("light", "heavy")}
    return members.map(effect).mean()


def true_effect(world: World) -> float:
    latent = world.table("truth/club_panel")
    return latent.loc[latent["joins"], "effect"].mean()


def top_of_a_month(world: World) -> Numbers:
    """Change of spending of a top fifth, against everybody's, before there is a club.

    Naive: the fifth that is at the top in the first month, from this month to the next. Right: the
    same people from the second month to the third.
    """
    spend = months(world, "spend")
    first = spend[:, 0]
    top = first >= np.quantile(first, 0.8)
    relative = spend[top].mean(axis=0) / spend.mean(axis=0)
    return Numbers(relative[1] / relative[0] - 1, relative[2] / relative[1] - 1, 0.0)


def at_risk(world: World) -> pd.DataFrame:
    """The months in which captive customers could leave, and whether they did."""
    table = world.table("hostage_panel")
    earlier = table.groupby("customer_id")["active"].shift(fill_value=True)
    return table[earlier].assign(left=lambda rows: ~rows["active"])


def hostages(world: World) -> dict[str, Estimate]:
    p, rows = world.parameters, at_risk(world)
    leaving, enough = p["hostage_panel.leaving"], p["hostage_panel.enough"]
    rival, points = rows["rival_open"].astype(float), rows["satisfaction"] - enough
    columns = {
        "per_point": points,
        "rival_satisfied": rival,
        "rival_per_point": rival * np.maximum(-points, 0),
    }
    truth = {name: leaving[name] for name in columns} | {"const": leaving["intercept"]}
    return estimators.logit(rows["left"], columns, truth, "leaving")


def staying_is_not_loyalty(world: World) -> Numbers:
    """Share of the dissatisfied (4 points and below) who leave in a month with a rival.

    Naive: as they left without one. Right: as those in the rival's district left. Truth: by the
    chances of the latter.
    """
    rows = at_risk(world)
    rows = rows[rows["satisfaction"] <= 4]
    rate = rows.groupby("rival_open")["left"].mean()
    exposed = rows[rows["rival_open"]]
    odds = rivals.leaving_log_odds(
        world.parameters, exposed["satisfaction"].to_numpy(), exposed["rival_open"].to_numpy()
    )
    return Numbers(rate[False], rate[True], special.expit(odds).mean())


CASES = (
    Recovery("cards: pace and pull", cards),
    Recovery("club: difference-in-differences", club),
    Recovery("club: spending and joining", spending),
    Recovery("hostages: logit of leaving", hostages),
    Trap("T3 members spent more before", members_and_others, 0.2, 0.03, +1),
    Trap("T3 after the club is after growth", before_and_after, 0.04, 0.03, +1),
    Trap("T4 late stamps are those of fast holders", late_stamps, 0.15, 0.15, +1),
    Trap("T8 the top of a month falls by itself", top_of_a_month, 0.12, 0.1, -1),
    Trap("staying is not loyalty", staying_is_not_loyalty, 0.04, 0.04, -1),
)
