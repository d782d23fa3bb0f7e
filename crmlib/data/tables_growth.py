"""Luxi's cross-selling, as usual and as an experiment, and its referrals."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_shop import CUSTOMER, LICENCE, OBSERVATION, SHOP_CUSTOMERS, SOURCE

CATEGORIES = ("tea", "coffee", "drinks", "capsules", "accessories", "gifts")
CASE = Column("case_id", "integer", N_("number of the case"), low=1)


def _money(name: str, meaning: str, low: float | None = None) -> Column:
    return Column(name, "real", meaning, unit=N_("CNY"), low=low, decimals=2)


CROSSSELL_COLUMNS = (
    CASE,
    CUSTOMER,
    Column(
        "main_category",
        "text",
        N_("category of most of the customer's orders up to the end of 2023"),
        allowed=CATEGORIES,
    ),
    Column(
        "categories_held",
        "integer",
        N_("number of categories bought up to the end of 2023"),
        low=1,
        high=5,
    ),
    _money("past_margin", N_("margin per year from the first order to the end of 2023"), low=0),
    Column("offered", "truth value", N_("whether the further category was offered")),
    Column(
        "category",
        "text",
        N_("the further category picked for the customer; offered only where offered is true"),
        allowed=CATEGORIES,
    ),
    Column("bought", "truth value", N_("whether the further category was bought")),
    _money("usual_profit", N_("the year's profit with the categories held before")),
    _money("new_margin", N_("the year's margin of the further category"), low=0),
    _money("new_returns", N_("cost of what was sent back of it"), low=0),
    _money("new_service", N_("cost of service for it"), low=0),
    _money("profit", N_("the year's whole profit with the customer")),
)
CROSSSELL_SIMPLIFICATIONS = (
    "The further category takes nothing away from the others, and an offer costs nothing.",
    "One category is picked for each customer; purchases of others are not recorded. Who did not "
    "buy it has 0 in its margin, returns and service.",
    "One further category goes with each main one, and is bought more often: accessories with tea "
    "and with capsules, capsules with coffee, coffee with drinks, gifts with accessories, tea with "
    "gifts.",
    "What is held is counted at the end of 2023 in both tables: what was bought in 2024 does not "
    "count in 2025.",
    "The main category of an order is taken for all of it.",
)
CROSSSELL_CUSTOMERS = (
    "5,000 of the shop customers who had bought five categories or fewer by the end of 2023, drawn "
    "by chance. Some are in both tables of cross-selling."
)

CROSSSELL_OBS = Table(
    name="crosssell_obs",
    file="crosssell_obs.csv.gz",
    origin="synthetic",
    row_is=N_("one shop customer in 2024"),
    rows=5_000,
    columns=CROSSSELL_COLUMNS,
    key=("case_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Customers with a high past margin and several categories are offered more, and buy more. "
        "With a fifth of the customers returns and service eat up more than the new margin."
    ),
    population=CROSSSELL_CUSTOMERS,
    clock="Outcome window: 2024 (months 37 to 48). Past columns: months 1 to 36.",
    traps=(
        "Cross-buyers bring far more profit than others, since good customers buy more: the "
        "further category is only a small part of it (traps T3 and T10).",
        "With one cross-buyer in five the further category loses money, and most of all losses "
        "are with them. The margin alone does not show it (trap T10).",
    ),
    simplifications=CROSSSELL_SIMPLIFICATIONS,
)

CROSSSELL_RCT = Table(
    name="crosssell_rct",
    file="crosssell_rct.csv.gz",
    origin="synthetic",
    row_is=N_("one shop customer in 2025"),
    rows=5_000,
    columns=CROSSSELL_COLUMNS,
    key=("case_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Half of the customers, drawn by chance, are offered a category drawn by chance. All else "
        "is as in crosssell_obs."
    ),
    population=CROSSSELL_CUSTOMERS,
    clock="Outcome window: 2025 (months 49 to 60). Past columns: months 1 to 36.",
    traps=(
        "Only the offer was drawn by chance, not the purchase: compare those offered with those "
        "not offered, not buyers with others.",
    ),
    simplifications=CROSSSELL_SIMPLIFICATIONS,
)

LATENT_CROSSSELL = Table(
    name="truth/crosssell",
    file="truth/crosssell.csv.gz",
    origin="synthetic",
    row_is=N_("one shop customer"),
    rows=8_000,
    columns=(
        CUSTOMER,
        Column("costly", "truth value", N_("whether the customer sends back and asks very much")),
    ),
    key=("customer_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Drawn before both tables of cross-selling, and the same in both.",
    population=SHOP_CUSTOMERS,
    clock=OBSERVATION,
)


def _margin(first: int, last: int, meaning: str) -> Column:
    return Column(
        f"margin_{first}_{last}",
        "real",
        meaning,
        unit=N_("CNY per active month"),
        low=0,
        decimals=2,
        nullable=True,
    )


REFERRALS = Table(
    name="referrals",
    file="referrals.csv.gz",
    origin="synthetic",
    row_is=N_("one new customer of 2024, recommended or not"),
    rows=2_800,
    columns=(
        Column(
            "referred_id",
            "integer",
            N_("number of the new customer; no customer_id of customers"),
            low=1,
        ),
        Column("referred", "truth value", N_("whether the new customer was recommended")),
        Column(
            "referrer_id",
            "integer",
            N_("shop customer who recommended, as in customers; empty if nobody did"),
            low=1,
            nullable=True,
        ),
        Column("date", "date", N_("day of the first order"), low="2024-01-01", high="2024-12-31"),
        _money("reward", N_("reward paid for the recommendation"), low=0),
        Column(
            "would_have_come",
            "truth value",
            N_("whether the new customer, asked, would have come anyway; empty if not recommended"),
            nullable=True,
        ),
        Column(
            "months_followed",
            "integer",
            N_("calendar months from the first order to the end of 2025, both included"),
            unit=N_("months"),
            low=13,
            high=24,
        ),
        Column(
            "months_active",
            "integer",
            N_("months as a customer among them"),
            unit=N_("months"),
            low=1,
            high=24,
        ),
        Column("left", "truth value", N_("whether the customer left by the end of 2025")),
        _margin(1, 6, N_("margin in the active ones of months 1 to 6")),
        _margin(7, 12, N_("margin in the active ones of months 7 to 12; empty if none")),
        _margin(13, 24, N_("margin in the active ones of months 13 to 24; empty if none")),
    ),
    key=("referred_id",),
    notebooks=("07_tiers",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Who recommends, and how often, was drawn by chance. The margin of the recommended starts "
        "a fifth higher, and the lead halves every eight months; their chance to leave is lower "
        "at any age. Their margins resemble the amounts of those who recommended them."
    ),
    population=(
        "New customers of 2024: 1,400 who were recommended by a shop customer and, to compare, "
        "1,400 who were not. None of them is in customers."
    ),
    clock="Outcome window: first orders in 2024 (months 37 to 48), followed to the end of 2025.",
    traps=(
        "Some of the recommended would have come anyway: counted as won by referral, they make "
        "referrals look better than they are.",
        "months_active is cut off at the end of 2025 where left is false.",
        "Customers worth much do not recommend more than others: a map by worth and by referrals "
        "has four full corners.",
    ),
    simplifications=(
        "A reward changes nothing, and who has stopped buying recommends as often as others.",
        "Those who would have come anyway are like the other recommended, and say it truly.",
        "Nobody recommended in 2024 recommends further.",
    ),
)

TABLES = (CROSSSELL_OBS, CROSSSELL_RCT, REFERRALS)
LATENT = (LATENT_CROSSSELL,)
