"""The subscriptions of the synthetic company: contracts for a monthly box."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_shop import FIRST_DAY, LAST_DAY, LICENCE, OBSERVATION, SOURCE

SUBSCRIBERS = (
    "Subscribers: all 5,000 contracts that began between 2021-01 and 2023-08. Of these, 2,400 "
    "belong to shop customers; the other subscribers have a contract only."
)
CONTRACT = Column("contract_id", "integer", N_("number of the contract"), low=1)

SUBSCRIPTIONS = Table(
    name="subscriptions",
    file="subscriptions.csv.gz",
    origin="synthetic",
    row_is=N_("one contract"),
    rows=5_000,
    columns=(
        CONTRACT,
        Column(
            "customer_id",
            "integer",
            N_("number of the shop customer; empty where the subscriber is none"),
            low=1,
            nullable=True,
        ),
        Column("start", "date", N_("first day of the contract"), low=FIRST_DAY, high=LAST_DAY),
        Column(
            "end",
            "date",
            N_("last day of the contract; empty where it has not ended"),
            low=FIRST_DAY,
            high=LAST_DAY,
            nullable=True,
        ),
        Column("plan", "text", N_("size of the box"), allowed=("small", "medium", "large")),
        Column("price", "real", N_("price"), unit=N_("CNY per month"), low=0, decimals=2),
        Column("cohort", "text", N_("quarter in which the contract began, as in 2021-Q1")),
        Column(
            "censored",
            "truth value",
            N_("whether the contract had not ended when observation did"),
        ),
    ),
    key=("contract_id",),
    notebooks=("03_lifetime", "04_lifecycle"),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Each subscriber ends the contract with a chance of his or her own, the same every month "
        "(sBG). What would end after the last day of observation is censored."
    ),
    population=SUBSCRIBERS,
    clock=OBSERVATION + " Contracts run in whole calendar months.",
    traps=(
        "Retention of a cohort rises with the months although nobody becomes more loyal: those "
        "likely to leave are gone first (trap T5). The curve alone cannot tell the two apart.",
        "A censored contract has not lasted until the last day and ended: it has not ended. The "
        "mean of the ended ones is far too short.",
        "Acquiring a subscriber costs 160 CNY, acquiring a shop customer 40: say which.",
    ),
    simplifications=(
        "The chance to leave has nothing to do with plan, price, season or shop purchases.",
        "Nobody pauses, changes the plan or comes back.",
    ),
)

LATENT_SUBSCRIPTIONS = Table(
    name="truth/subscriptions",
    file="truth/subscriptions.csv.gz",
    origin="synthetic",
    row_is=N_("one contract, as no firm sees it"),
    rows=5_000,
    columns=(
        CONTRACT,
        Column(
            "churn_probability",
            "real",
            N_("chance that the subscriber ends the contract at the end of a month"),
            low=0,
            high=1,
            decimals=8,
        ),
        Column(
            "lifetime_months",
            "integer",
            N_("how long the contract lasts, also beyond observation"),
            unit=N_("months"),
            low=1,
        ),
    ),
    key=("contract_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Drawn from the distributions in truth.json.",
    population=SUBSCRIBERS,
    clock=OBSERVATION,
)

TABLES = (SUBSCRIPTIONS,)
LATENT = (LATENT_SUBSCRIPTIONS,)
