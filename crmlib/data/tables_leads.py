"""Luxi's leads and its price test."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_shop import CUSTOMER, LICENCE, SOURCE

POINTS = N_("points")
LEAD = Column("lead_id", "integer", N_("number of the lead, by day"), low=1)
LEADS_POPULATION = (
    "Leads: 6,000 persons and small firms found in 2024 by fourteen methods. No lead is in "
    "customers, also not after an order."
)
LEADS_CLOCK = (
    "Outcome window: found from January to September 2024 (months 37 to 45), decided by the end "
    "of 2024; the twelve months after the decision end in 2025."
)
QUOTES_POPULATION = (
    "Shop customers acquired in 2021: 500 of the tiers platinum and gold of 2023 and 500 of the "
    "others, drawn by chance; four quotes each."
)
QUOTES_CLOCK = "Outcome window: 2024 (months 37 to 48). The tier is that of 2023."


def _step(name: str, meaning: str) -> Column:
    return Column(name, "date", meaning, low="2024-01-01", high="2025-12-31", nullable=True)


def _criterion(name: str, meaning: str) -> Column:
    return Column(name, "integer", meaning, unit=POINTS, low=1, high=5)


def _signal(name: str, meaning: str) -> Column:
    return Column(name, "truth value", meaning, nullable=True)


LEADS = Table(
    name="leads",
    file="leads.csv.gz",
    origin="synthetic",
    row_is=N_("one lead, followed until it is lost or, as a customer, for twelve months"),
    rows=6_000,
    columns=(
        LEAD,
        Column(
            "method",
            "text",
            N_("how the lead was found"),
            allowed=(
                "door-to-door",
                "meetings",
                "clubs",
                "friends",
                "public records",
                "consulting firms",
                "agents",
                "referral chain",
                "centre of influence",
                "phone",
                "letters",
                "text messages",
                "internet",
                "poaching",
            ),
        ),
        Column(
            "date", "date", N_("day on which it was found"), low="2024-01-01", high="2024-12-31"
        ),
        Column(
            "cost",
            "real",
            N_("cost of finding and working on the lead"),
            unit=N_("CNY"),
            low=0,
            decimals=2,
        ),
        _step("reached_date", N_("day on which the lead was reached; empty if never")),
        _step("offered_date", N_("day of the offer; empty if there was none")),
        _step("decided_date", N_("day of the decision; empty if there was no offer")),
        Column("converted", "truth value", N_("whether the lead became a customer")),
        _criterion("demand", N_("rated wish and means to buy, 5 the highest")),
        _criterion("price_tolerance", N_("rated tolerance of prices, 5 the highest")),
        _criterion("low_service_cost", N_("rated cost to serve, 5 the lowest")),
        _criterion("low_risk", N_("rated risk, 5 the lowest")),
        _criterion("partnership", N_("rated wish for a long partnership, 5 the strongest")),
        _signal("compares_rivals", N_("compares with rivals; empty if there was no offer")),
        _signal("complains_of_rival", N_("complains of another brand; empty without an offer")),
        _signal("asks_lower_price", N_("asks for a lower price; empty without an offer")),
        _signal("asks_details", N_("asks for details and service; empty without an offer")),
        _signal("introduces_boss", N_("introduces to the boss; empty without an offer")),
        _signal("treats_better", N_("treats the seller better; empty without an offer")),
        Column(
            "buyer_type",
            "text",
            N_("type of buyer, as the seller sees it; empty if never reached"),
            allowed=(
                "rational",
                "impulsive",
                "stubborn",
                "combative",
                "hesitant",
                "self-admiring",
                "overbearing",
                "suspicious",
                "silent",
                "haggling",
            ),
            nullable=True,
        ),
        Column(
            "margin_12m",
            "real",
            N_("margin of the twelve months after the decision; empty for those not won"),
            unit=N_("CNY"),
            low=0,
            decimals=2,
            nullable=True,
        ),
        Column(
            "active_12m",
            "truth value",
            N_("whether the customer still buys after twelve months; empty for those not won"),
            nullable=True,
        ),
    ),
    key=("lead_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Each method has its own chances to reach a lead and to make an offer. Whether the offer "
        "is taken depends on method, demand and type of buyer; the margin and staying on method "
        "and criteria. The signals are shown more often by those who then order."
    ),
    population=LEADS_POPULATION,
    clock=LEADS_CLOCK,
    traps=(
        "The cost of a customer includes all leads lost on the way: cost per lead orders the "
        "methods otherwise than cost per customer.",
        "The method with the cheapest customers is not the one with the best: customers won by "
        "poaching bring little and go soon.",
        "Margins are known of those who were won. They have more demand than all leads have.",
        "Of most methods few customers were won, and a tenth of them make much of the margin: "
        "values by method are rough.",
    ),
    simplifications=(
        "Criteria are rated without error, and independent of one another.",
        "Signals do nothing themselves: they only show what is going to happen.",
        "All margins are positive: service costs are taken off already.",
    ),
)

LATENT_LEADS = Table(
    name="truth/leads",
    file="truth/leads.csv.gz",
    origin="synthetic",
    row_is=N_("one lead"),
    rows=6_000,
    columns=(
        LEAD,
        Column(
            "purchase_probability",
            "real",
            N_("chance to take an offer"),
            low=0,
            high=1,
            decimals=4,
        ),
        Column(
            "typical_margin",
            "real",
            N_("median margin of twelve months as a customer"),
            unit=N_("CNY"),
            low=0,
            decimals=2,
        ),
        Column(
            "stay_probability",
            "real",
            N_("chance to buy still after twelve months as a customer"),
            low=0,
            high=1,
            decimals=4,
        ),
    ),
    key=("lead_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Worked out from method, criteria and type for every lead, won or not.",
    population=LEADS_POPULATION,
    clock=LEADS_CLOCK,
)

TIER = Column(
    "tier",
    "text",
    N_("tier of 2023, as in tier_panel"),
    allowed=("platinum", "gold", "iron", "lead"),
)
SEGMENT = Column(
    "segment",
    "text",
    N_("what the customer looks for, from an interview: bargains, a balance, service"),
    allowed=("bargain", "balanced", "service"),
)

QUOTES = Table(
    name="quotes",
    file="quotes.csv.gz",
    origin="synthetic",
    row_is=N_("one quote to a shop customer"),
    rows=4_000,
    columns=(
        Column("quote_id", "integer", N_("number of the quote, by day"), low=1),
        CUSTOMER,
        Column("date", "date", N_("day of the quote"), low="2024-01-01", high="2024-12-31"),
        TIER,
        SEGMENT,
        Column("list_price", "real", N_("list price"), unit=N_("CNY"), low=0, decimals=2),
        Column("price", "real", N_("price quoted"), unit=N_("CNY"), low=0, decimals=2),
        Column("accepted", "truth value", N_("whether the customer bought at this price")),
    ),
    key=("quote_id",),
    notebooks=("07_tiers",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Prices were drawn by chance: 0.8 to 1.3 times the list price. Each customer has an own "
        "price slope around the mean of the segment."
    ),
    population=QUOTES_POPULATION,
    clock=QUOTES_CLOCK,
    traps=(
        "One curve for all is flatter than the customers' own curves, since it mixes those who "
        "mind the price with those who do not.",
        "The upper tiers were drawn as often as the lower ones: they are half of the table, and "
        "less than a fifth of the customers.",
        "The four quotes of a customer are not independent of one another.",
    ),
    simplifications=(
        "The tie of price slope and tier is weak, and there is no other trait behind it.",
        "Quotes have no memory: a low price today spoils no price tomorrow.",
    ),
)

LATENT_QUOTES = Table(
    name="truth/quotes",
    file="truth/quotes.csv.gz",
    origin="synthetic",
    row_is=N_("one quoted customer"),
    rows=1_000,
    columns=(
        CUSTOMER,
        TIER,
        SEGMENT,
        Column(
            "price_slope",
            "real",
            N_("the customer's own price slope"),
            unit=N_("log odds"),
            decimals=4,
        ),
    ),
    key=("customer_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Drawn before the quotes.",
    population=QUOTES_POPULATION,
    clock=QUOTES_CLOCK,
)

TABLES = (LEADS, QUOTES)
LATENT = (LATENT_LEADS, LATENT_QUOTES)
