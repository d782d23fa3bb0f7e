"""The shop's orders: bought at one's own rate, until one leaves after an order.

BG/NBD: the first order is the acquisition; further orders follow at the customer's own rate, and
after each of these the customer leaves with his or her own chance. Gamma-Gamma: amounts scatter
around the customer's typical amount. Nothing else acts on when and how much.

The subtle point: orders have days, the model has moments. A moment becomes the nearest day, and a
day that has an order already is left for the next free one, so that a customer has at most one
order a day, and no order is lost when days are counted.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.parameters import Parameter

if TYPE_CHECKING:
    from crmlib.world.company import World

CHANNELS = ("shop", "app", "web")

PARAMETERS = (
    Parameter(
        "purchases.r",
        0.45,
        N_("shape of the Gamma distribution of buying rates (BG/NBD)"),
        "",
        "transactions",
        0.05,
        20,
    ),
    Parameter(
        "purchases.alpha",
        6.0,
        N_("inverse scale of the Gamma distribution of buying rates (BG/NBD)"),
        N_("weeks"),
        "transactions",
        0.5,
        200,
    ),
    Parameter(
        "purchases.a",
        0.9,
        N_("first shape of the Beta distribution of the chance to leave (BG/NBD)"),
        "",
        "transactions",
        0.05,
        50,
    ),
    Parameter(
        "purchases.b",
        3.2,
        N_("second shape of the Beta distribution of the chance to leave (BG/NBD)"),
        "",
        "transactions",
        0.05,
        200,
    ),
    Parameter(
        "purchases.p",
        6.0,
        N_("shape of the Gamma distribution of a customer's amounts (Gamma-Gamma)"),
        "",
        "transactions",
        0.2,
        100,
    ),
    Parameter(
        "purchases.q",
        3.6,
        N_("shape of the Gamma distribution of the customers' inverse scales (Gamma-Gamma)"),
        "",
        "transactions",
        1.1,
        100,
    ),
    Parameter(
        "purchases.gamma",
        60.0,
        N_("scale of the customers' amounts (Gamma-Gamma)"),
        N_("CNY"),
        "transactions",
        1,
        100_000,
    ),
    Parameter(
        "purchases.channel_shares",
        {"app user": (0.35, 0.6, 0.05), "other": (0.88, 0.0, 0.12)},
        N_("shares of the channels shop, app and web among the orders of app users and of others"),
        "",
        "transactions",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "purchases.discount_shares",
        (0.6, 0.2, 0.14, 0.06),
        N_("shares of the orders with a discount of 0, 5, 10 and 20 per cent"),
        "",
        "transactions",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "purchases.return_share",
        0.04,
        N_("share of the orders of which something is sent back"),
        "",
        "transactions",
        0.0,
        1.0,
    ),
)
DISCOUNTS = np.array([0.0, 0.05, 0.1, 0.2])


@dataclass(frozen=True)
class Orders:
    """One entry an order, by customer, then day; and one entry a customer.

    Attributes
    ----------
    customer : ndarray of int
        Place of the customer in the list, from 0.
    day : ndarray of int
        Days since acquisition, 0 for the first order.
    left : ndarray of bool
        For each customer: left before observation ended?
    """

    customer: np.ndarray
    day: np.ndarray
    left: np.ndarray


def buy(world: "World") -> Orders:
    """Let every customer buy at his or her rate, and leave by his or her chance."""
    latent = world.table("truth/customers")
    random = world.stream("transactions/orders")
    rate = latent["purchase_rate"].to_numpy()
    dropout = latent["dropout_probability"].to_numpy()
    acquired = world.table("customers")["acq_date"]
    last_day = (clock.LAST_DAY - acquired).dt.days.to_numpy()
    now, left = np.zeros(len(rate)), np.zeros(len(rate), dtype=bool)
    customers, times = [np.arange(len(rate))], [now.copy()]
    # a rate so small that it was rounded to 0 buys never again
    active = np.flatnonzero(rate > 0)
    while len(active):
        now[active] += random.exponential(1 / rate[active])
        active = active[now[active] * clock.DAYS_PER_WEEK <= last_day[active]]
        customers.append(active)
        times.append(now[active].copy())
        left[active] = random.random(len(active)) < dropout[active]
        active = active[~left[active]]
    customer, time = np.concatenate(customers), np.concatenate(times)
    order = np.lexsort((time, customer))
    customer, time = customer[order], time[order]
    return Orders(customer, _days(customer, time, last_day), left)


def _days(customer: np.ndarray, time: np.ndarray, last_day: np.ndarray) -> np.ndarray:
    """Turn weeks into whole days, at most one order a customer and day."""
    day = np.rint(clock.DAYS_PER_WEEK * time).astype(int)
    orders = np.bincount(customer)
    place = np.arange(len(customer)) - np.repeat(np.cumsum(orders) - orders, orders)
    # Where a day is taken, the next: day minus place must not fall within a customer.
    apart = (last_day.max() + 1) * customer
    day = np.maximum.accumulate(day - place + apart) - apart + place
    latest = last_day[customer] - (orders[customer] - 1 - place)
    return np.minimum(day, latest)


def make_purchase_truth(world: "World") -> pd.DataFrame:
    """Make who of the customers has left before observation ended."""
    orders = buy(world)
    return pd.DataFrame(
        {
            "customer_id": world.table("truth/customers")["customer_id"],
            "orders": np.bincount(orders.customer),
            "left": orders.left,
        }
    )


def make_transactions(world: "World") -> pd.DataFrame:
    """Make the orders, by day, then customer."""
    p = world.parameters
    orders = buy(world)
    latent, listed = world.table("truth/customers"), world.table("customers")
    customer, n = orders.customer, len(orders.customer)
    products = world.table("products").sort_values("price", kind="stable")
    typical = latent["typical_amount"].to_numpy()[customer]
    scatter = world.stream("transactions/amount").gamma(p["purchases.p"], 1 / p["purchases.p"], n)
    amount = np.maximum(typical * scatter, products["price"].min()).round(2)
    product = _main_product(products, amount, world.stream("transactions/product"))
    price = products["price"].to_numpy()[product]
    most = np.floor(amount / price + 1e-9)
    share = world.stream("transactions/qty").uniform(0.3, 1.0, n)
    discount = world.stream("transactions/discount").choice(
        DISCOUNTS, n, p=p["purchases.discount_shares"]
    )
    app_user = latent["app_user"].to_numpy()[customer]
    chance = world.stream("transactions/channel").random(n)
    frame = pd.DataFrame(
        {
            "customer_id": latent["customer_id"].to_numpy()[customer],
            "date": listed["acq_date"].to_numpy()[customer] + orders.day.astype("timedelta64[D]"),
            "channel": _channel(p["purchases.channel_shares"], app_user, chance),
            "product_id": products["product_id"].to_numpy()[product],
            "qty": np.maximum(np.floor(share * most), 1).astype(int),
            "amount": amount,
            "discount": discount * amount,
            "returned": world.stream("transactions/returned").random(n)
            < p["purchases.return_share"],
        }
    ).sort_values(["date", "customer_id"], ignore_index=True)
    frame["order_id"] = np.arange(1, n + 1)
    return frame


def _main_product(
    products: pd.DataFrame, amount: np.ndarray, random: np.random.Generator
) -> np.ndarray:
    """Choose by popularity among the products that cost no more than the order."""
    affordable = np.searchsorted(products["price"].to_numpy(), amount, side="right")
    popularity = np.cumsum(products["popularity"].to_numpy())
    chosen = random.random(len(amount)) * popularity[affordable - 1]
    return np.searchsorted(popularity, chosen, side="right")


def _channel(
    shares: dict[str, tuple[float, ...]], app_user: np.ndarray, chance: np.ndarray
) -> np.ndarray:
    names = np.array(CHANNELS, dtype=object)
    of_users, of_others = np.cumsum(shares["app user"]), np.cumsum(shares["other"])
    place = np.where(
        app_user,
        np.searchsorted(of_users, chance, side="right"),
        np.searchsorted(of_others, chance, side="right"),
    )
    return names[np.minimum(place, len(CHANNELS) - 1)]


TABLES = {"truth/purchases": make_purchase_truth, "transactions": make_transactions}
