"""Audit cases of the shop: orders, and the traps that a list of orders holds."""

import numpy as np
import pandas as pd
import statsmodels.api as sm

from crmlib import rfm
from crmlib.models import BGNBD, GammaGamma
from crmlib.world import World, clock, retention
from crmlib.world.customers import AGE_BANDS
from crmlib.world.purchases import CHANNELS, DISCOUNTS
from tests.helpers import estimators
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap

HALF_YEAR, QUARTER = pd.Timedelta(182, "D"), pd.Timedelta(91, "D")
CUT = clock.LAST_DAY - HALF_YEAR


def summary(world: World) -> pd.DataFrame:
    return rfm.summarize(world.table("transactions"), end=clock.LAST_DAY)


def buying(world: World) -> dict[str, Estimate]:
    return estimators.fitted(BGNBD(summary(world)).fit(), world.parameters, "purchases")


def spending(world: World) -> dict[str, Estimate]:
    return estimators.fitted(GammaGamma(summary(world)).fit(), world.parameters, "purchases")


def orders(world: World) -> dict[str, Estimate]:
    p, table = world.parameters, world.table("transactions")
    app = table["customer_id"].map(world.table("customers").set_index("customer_id")["app_user"])
    rate = (table["discount"] / table["amount"]).round(2)
    named = {
        "discount": (rate, dict(zip(DISCOUNTS, p["purchases.discount_shares"], strict=True))),
        "returned": (table["returned"], {True: p["purchases.return_share"]}),
        "channel of app users": (
            table["channel"][app],
            dict(zip(CHANNELS, p["purchases.channel_shares"]["app user"], strict=True)),
        ),
        "channel of others": (
            table["channel"][~app],
            dict(zip(CHANNELS, p["purchases.channel_shares"]["other"], strict=True)),
        ),
    }
    return {
        key: estimate
        for name, (values, truth) in named.items()
        for key, estimate in estimators.shares(values, truth, name).items()
    }


def app_and_retention(world: World) -> Numbers:
    """App users against others, pooled and within markets, had everybody been asked."""
    latent = world.table("truth/customers")
    cells = latent.pivot_table("later_retained", "market", "app_user", ["mean", "count"])
    rate, count = cells["mean"], cells["count"]
    pooled = latent.groupby("app_user")["later_retained"].mean()
    # markets weighted by what they tell: few app users in A, few others in D
    weight = count[True] * count[False] / count.sum(axis=1)
    return Numbers(
        naive=pooled[True] - pooled[False],
        right=np.average(rate[True] - rate[False], weights=weight),
        truth=retention.within_markets(world),
    )


def consent_and_spend(world: World) -> Numbers:
    """Mean amount of an order among those who consent to marketing, as a share of everybody's.

    The right number weights those who consent by age and own amount.
    """
    customers = world.table("customers").set_index("customer_id")
    amount = world.table("transactions").groupby("customer_id")["amount"].mean()
    agreed = customers["consent_marketing"]
    place = {band: number for number, band in enumerate(AGE_BANDS)}
    columns = {"age": customers["age_band"].map(place), "amount": np.log(amount)}
    x = sm.add_constant(pd.DataFrame(columns))
    chance = sm.Logit(agreed.astype(float), x).fit(disp=0).predict(x)
    weighted = np.average(amount[agreed], weights=1 / chance[agreed])
    return Numbers(amount[agreed].mean() / amount.mean(), weighted / amount.mean(), 1.0)


def survivors(world: World) -> Numbers:
    """Share buying again within half a year: customers from over a year ago less new ones.

    Naive: among those who bought in the last quarter. Right: among all who ever came, each in the
    half year after the first order.
    """
    acquired = world.table("customers").set_index("customer_id")["acq_date"]
    orders = world.table("transactions")
    when = orders["date"]
    recent = orders["customer_id"][(when > CUT - QUARTER) & (when <= CUT)].unique()
    later = orders["customer_id"][when > CUT].unique()
    age = when - orders["customer_id"].map(acquired)
    again = orders["customer_id"][(age > pd.Timedelta(0)) & (age <= HALF_YEAR)].unique()

    def difference(bought: np.ndarray, among: pd.Series) -> float:
        share = pd.Series(among.index.isin(bought), index=among.index)
        old, new = among <= CUT - 2 * HALF_YEAR, among > CUT - QUARTER
        return share[old].mean() - share[new].mean()

    everybody = acquired[acquired <= CUT]
    return Numbers(
        naive=difference(later, acquired.loc[recent]),
        right=difference(again, everybody),
        truth=0.0,
    )


CASES = (
    Recovery("buying: BG/NBD", buying),
    Recovery("spending: Gamma-Gamma", spending),
    Recovery("orders: discounts, returns, channels", orders),
    Trap("T2 app users leave more, and less in every market", app_and_retention, 0.2, 0.05, -1),
    Trap("T3 who consents to marketing spends more", consent_and_spend, 0.07, 0.03, +1),
    Trap("T4 old customers who still buy are those who stayed", survivors, 0.07, 0.07, +1),
)
