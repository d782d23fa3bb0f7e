"""What the shop sells: 24 products, the same in every company."""

from typing import TYPE_CHECKING

import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Parameter

if TYPE_CHECKING:
    from crmlib.world.company import World

# product, category, price and relative popularity as an order's main product
RANGE = (
    ("green tea, sachet", "tea", 2.5, 2),
    ("jasmine tea, 50 g", "tea", 18.0, 8),
    ("green tea, 100 g", "tea", 38.0, 10),
    ("oolong, 100 g", "tea", 58.0, 8),
    ("black tea, 100 g", "tea", 45.0, 8),
    ("pu'er cake, 357 g", "tea", 168.0, 3),
    ("white tea, 200 g", "tea", 128.0, 3),
    ("tea gift box", "gifts", 268.0, 2),
    ("coffee, cup", "drinks", 16.0, 9),
    ("latte, cup", "drinks", 22.0, 10),
    ("cold tea, bottle", "drinks", 9.5, 6),
    ("fruit tea, cup", "drinks", 19.0, 7),
    ("house coffee, 250 g", "coffee", 48.0, 9),
    ("espresso beans, 500 g", "coffee", 88.0, 7),
    ("single origin, 250 g", "coffee", 78.0, 5),
    ("drip bags, 10", "coffee", 36.0, 7),
    ("coffee gift box", "gifts", 218.0, 2),
    ("capsules, 10", "capsules", 32.0, 9),
    ("capsules, 50", "capsules", 145.0, 6),
    ("milk capsules, 10", "capsules", 28.0, 4),
    ("mug", "accessories", 42.0, 3),
    ("tea pot", "accessories", 138.0, 2),
    ("hand grinder", "accessories", 198.0, 1),
    ("travel flask", "accessories", 86.0, 3),
)

PARAMETERS = (
    Parameter(
        "products.margin",
        0.42,
        N_("gross margin as a share of the amount, before costs to serve"),
        "",
        "products",
        0.02,
        0.95,
    ),
)


def make_products(world: "World") -> pd.DataFrame:
    """Make the list of products."""
    frame = pd.DataFrame(RANGE, columns=["product", "category", "price", "popularity"])
    frame["product_id"] = range(1, len(frame) + 1)
    frame["unit_cost"] = frame["price"] * (1 - world.parameters["products.margin"])
    return frame


TABLES = {"products": make_products}
