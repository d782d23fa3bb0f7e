"""What the customers of the synthetic company cost, and which tier they are in."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_shop import CUSTOMER, LICENCE, OBSERVATION, SHOP_CUSTOMERS, SOURCE

YEAR = Column("year", "integer", N_("calendar year"), low=2021, high=2023)

COSTS_TO_SERVE = Table(
    name="costs_to_serve",
    file="costs_to_serve.csv.gz",
    origin="synthetic",
    row_is=N_("one shop customer in one calendar year"),
    rows=17_593,
    columns=(
        CUSTOMER,
        YEAR,
        Column(
            "service_min",
            "real",
            N_("minutes of service, at 1.2 CNY a minute"),
            unit=N_("minutes"),
            low=0,
            decimals=1,
        ),
        Column(
            "calls",
            "integer",
            N_("number of contacts with the service; their cost is in the minutes"),
            unit=N_("calls"),
            low=0,
        ),
        Column(
            "delivery",
            "real",
            N_("cost of packing and delivery"),
            unit=N_("CNY"),
            low=0,
            decimals=2,
        ),
        Column(
            "returns",
            "real",
            N_("cost of what was sent back: goods lost and handling"),
            unit=N_("CNY"),
            low=0,
            decimals=2,
        ),
        Column(
            "discount_cost",
            "real",
            N_("sum of the discounts on the orders of the year"),
            unit=N_("CNY"),
            low=0,
            decimals=2,
        ),
        Column(
            "total",
            "real",
            N_("cost to serve: service, delivery, returns and discounts together"),
            unit=N_("CNY"),
            low=0,
            decimals=2,
        ),
    ),
    key=("customer_id", "year"),
    notebooks=("02_value", "07_tiers"),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Every order costs service and delivery, about one customer in eight (a hog) much more "
        "service than others, and some service is needed without orders. Returns and discounts "
        "are those of transactions."
    ),
    population=SHOP_CUSTOMERS,
    clock=(
        "Calendar years 2021 to 2023, from the year of the first order on. The year of the first "
        "order is not a whole year; years after a customer left are in the table."
    ),
    traps=(
        "A customer's large cost may come from many orders or from being a hog: divide by orders.",
        "Long-standing customers are not cheap: some of them, hogs above all, lose money although "
        "they buy year after year (trap T6).",
        "calls are counted in service_min: they are no cost of their own.",
    ),
    simplifications=(
        "Who is a hog does not change, and has nothing to do with what or how much he or she buys.",
        "Costs of the firm that no customer causes are not here.",
    ),
)

TIER_PANEL = Table(
    name="tier_panel",
    file="tier_panel.csv.gz",
    origin="synthetic",
    row_is=N_("one customer acquired in 2021, in one calendar year"),
    rows=9_528,
    columns=(
        CUSTOMER,
        YEAR,
        Column(
            "revenue",
            "real",
            N_("sum of the amounts of the year's orders"),
            unit=N_("CNY"),
            low=0,
            decimals=2,
        ),
        Column(
            "contribution",
            "real",
            N_("42% of revenue, less the year's cost to serve"),
            unit=N_("CNY"),
            decimals=2,
        ),
        Column(
            "tier",
            "text",
            N_(
                "tier by the year's revenue: platinum the top 1%, gold to 20%, iron to 50%, "
                "lead the rest"
            ),
            allowed=("platinum", "gold", "iron", "lead"),
        ),
    ),
    key=("customer_id", "year"),
    notebooks=("07_tiers",),
    source=SOURCE,
    licence=LICENCE,
    made="Added up from transactions and costs_to_serve. Nothing was drawn.",
    population=(
        "Those of the shop customers whose first order was in 2021, in all three years, also "
        "after they left."
    ),
    clock="Calendar years 2021 to 2023. 2021 is not a whole year for anybody who came later in it.",
    traps=(
        "Compare 2022 with 2023: in 2021 customers were observed for unequal times, and everybody "
        "bought at least once.",
        "The best of a year fall back in the next although nothing was done to them: part of their "
        "rank was chance (regression to the mean, trap T8).",
        "Who bought nothing in a year is lead, whatever the cuts say: in 2023 that is seven in "
        "ten, so that iron does not reach down to 50%.",
    ),
    simplifications=("The tiers have no effect on the customers.",),
)

LATENT_COSTS = Table(
    name="truth/costs",
    file="truth/costs.csv.gz",
    origin="synthetic",
    row_is=N_("one shop customer"),
    rows=8_000,
    columns=(
        CUSTOMER,
        Column("service_hog", "truth value", N_("whether the customer is a service hog")),
    ),
    key=("customer_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Drawn for each customer on its own.",
    population=SHOP_CUSTOMERS,
    clock=OBSERVATION,
)

TABLES = (COSTS_TO_SERVE, TIER_PANEL)
LATENT = (LATENT_COSTS,)
