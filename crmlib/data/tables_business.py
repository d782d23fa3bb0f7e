"""The business accounts of the synthetic company: offices, hotels and others that it supplies."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_shop import LICENCE, OBSERVATION, SOURCE

PEOPLE = (
    "Business accounts: the 400 firms that Luxi supplied on 2021-01-01. None left before 2024, and "
    "later ones are not in the table. They are no shop customers."
)
DRAWN = "Drawn from the distributions in truth.json."
QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2021, 2022, 2023) for quarter in (1, 2, 3, 4))
CNY, HOURS, POINTS, LOG_ODDS = N_("CNY"), N_("hours"), N_("points"), N_("log odds")
DEVIATIONS = N_("standard deviations")

ACCOUNT = Column("account_id", "integer", N_("number of the business account"), low=1)
POTENTIAL = Column(
    "potential",
    "real",
    N_("what the account spends in a year with all suppliers of tea and coffee together"),
    unit=N_("CNY per year"),
    low=0,
    decimals=0,
)


def _trait(name: str, meaning: str) -> Column:
    return Column(name, "real", meaning, unit=DEVIATIONS, decimals=4)


def _score(name: str, meaning: str) -> Column:
    return Column(name, "real", meaning, unit=POINTS, low=1, high=7, decimals=1)


B2B_ACCOUNTS = Table(
    name="b2b_accounts",
    file="b2b_accounts.csv",
    origin="synthetic",
    row_is=N_("one business account"),
    rows=400,
    columns=(
        ACCOUNT,
        Column(
            "industry",
            "text",
            N_("what the account does"),
            allowed=("office", "hotel", "restaurant", "campus", "hospital"),
        ),
        Column("employees", "integer", N_("number of people who work there"), low=1),
        Column("since", "date", N_("day on which the relation began"), high="2020-12-31"),
        POTENTIAL,
        Column(
            "revenue_2023",
            "real",
            N_("what the account bought of Luxi in 2023"),
            unit=CNY,
            low=0,
            decimals=2,
        ),
        Column("visits_2023", "integer", N_("visits by the account manager in 2023"), low=0),
        Column(
            "negotiation_hours",
            "real",
            N_("hours negotiated for the renewal of the contract at the end of 2023"),
            unit=HOURS,
            low=0,
            decimals=2,
        ),
        Column(
            "contract_pages",
            "integer",
            N_("pages of the contract that was renewed"),
            unit=N_("pages"),
            low=1,
        ),
        Column("left_2024", "truth value", N_("whether the account left Luxi during 2024")),
    ),
    key=("account_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Potential grows with the number of employees and differs by industry. Hours and pages "
        "fall with the trust between the firms, and who leaves depends on commitment. Revenue and "
        "visits are the sums of `b2b_quarters`."
    ),
    population=PEOPLE,
    clock=OBSERVATION + " left_2024 is an outcome of months 37 to 48.",
    traps=(
        "Revenue is no measure of potential: the larger an account, the smaller Luxi's share.",
        "Accounts that left are in all quarters: they left after the last one.",
    ),
    simplifications=(
        "The potential is known exactly, and does not change.",
        "Potential, industry and size have no effect on trust, nor on who leaves.",
    ),
)

B2B_QUARTERS = Table(
    name="b2b_quarters",
    file="b2b_quarters.csv",
    origin="synthetic",
    row_is=N_("one business account in one quarter"),
    rows=4_800,
    columns=(
        ACCOUNT,
        Column("quarter", "text", N_("quarter, as in 2021-Q1"), allowed=QUARTERS),
        Column("visits", "integer", N_("visits by the account manager"), low=0),
        Column("disputes", "integer", N_("disputes over deliveries, invoices or terms"), low=0),
        Column(
            "hours",
            "real",
            N_("hours of the account manager, for visits and disputes"),
            unit=HOURS,
            low=0,
            decimals=1,
        ),
        Column("revenue", "real", N_("what the account bought"), unit=CNY, low=0, decimals=2),
    ),
    key=("account_id", "quarter"),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "The log odds of Luxi's share of the potential rise with the log of (1 + visits), by the "
        "same slope in every account. Visits are drawn at a rate that follows what the account "
        "buys without visits."
    ),
    population=PEOPLE,
    clock=OBSERVATION,
    traps=(
        "Managers visit where revenue is high: accounts with many visits buy more than the visits "
        "explain. Compare an account with itself (trap T3).",
        "Proportional to revenue is not best: where the share is high, another visit adds little.",
    ),
    simplifications=(
        "No season and no growth; a visit acts in its own quarter only.",
        "One response curve for all: accounts differ in potential and openness.",
        "Disputes cost hours, but no revenue.",
    ),
)

B2B_TRUST = Table(
    name="b2b_trust",
    file="b2b_trust.csv",
    origin="synthetic",
    row_is=N_("one person asked in a business account"),
    rows=800,
    columns=(
        Column("informant_id", "integer", N_("number of the person asked"), low=1),
        ACCOUNT,
        Column(
            "role",
            "text",
            N_("whether the person buys or uses what Luxi supplies"),
            allowed=("buyer", "user"),
        ),
        _score("communication", N_("how well Luxi informs and listens, 1 badly to 7 well")),
        _score("trust", N_("how far Luxi can be relied on, 1 not at all to 7 wholly")),
        _score("commitment", N_("how much one wants to go on with Luxi, 1 not at all to 7 much")),
    ),
    key=("informant_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "In each relation, communication and age make trust, and all three make commitment. Two "
        "people answer, each with an error of his or her own."
    ),
    population=PEOPLE + " Two people of each, a buyer and a user; all answered.",
    clock="One survey, in December 2023.",
    traps=(
        "Answers hold errors: a coefficient of one person's score is too near to 0. The second "
        "person of the account is the remedy.",
        "Old relations have more trust and more commitment: without their age, the effect of trust "
        "on commitment looks larger than it is.",
    ),
    simplifications=(
        "Buyers and users see the same relation, and no mood colours all answers of a person.",
        "A score is a number of its own; there are no single questions behind it.",
    ),
)

LATENT_ACCOUNTS = Table(
    name="truth/b2b_accounts",
    file="truth/b2b_accounts.csv",
    origin="synthetic",
    row_is=N_("one business account, as no firm sees it"),
    rows=400,
    columns=(
        ACCOUNT,
        POTENTIAL,
        _trait("age_score", N_("log of the age of the relation at the start of 2021")),
        Column(
            "openness",
            "real",
            N_("log odds of Luxi's share in a usual quarter without a visit"),
            unit=LOG_ODDS,
            decimals=6,
        ),
        Column(
            "visit_rate",
            "real",
            N_("expected number of visits"),
            unit=N_("visits per quarter"),
            low=0,
            decimals=6,
        ),
    ),
    key=("account_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=DRAWN,
    population=PEOPLE,
    clock=OBSERVATION,
)

LATENT_RELATIONS = Table(
    name="truth/b2b_relations",
    file="truth/b2b_relations.csv",
    origin="synthetic",
    row_is=N_("the relation with one business account, as no firm sees it"),
    rows=400,
    columns=(
        ACCOUNT,
        _trait("communication", N_("quality of communication")),
        _trait("trust", N_("trust in Luxi")),
        _trait("commitment", N_("commitment to Luxi")),
        Column(
            "dispute_rate",
            "real",
            N_("expected number of disputes"),
            unit=N_("disputes per quarter"),
            low=0,
            decimals=6,
        ),
        Column(
            "leave_probability",
            "real",
            N_("chance to leave during 2024"),
            low=0,
            high=1,
            decimals=6,
        ),
    ),
    key=("account_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=DRAWN,
    population=PEOPLE,
    clock=OBSERVATION + " leave_probability is for months 37 to 48.",
)

TABLES = (B2B_ACCOUNTS, B2B_QUARTERS, B2B_TRUST)
LATENT = (LATENT_ACCOUNTS, LATENT_RELATIONS)
