"""Leaving, keeping and winning back: one panel and two experiments of the synthetic company."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_shop import LICENCE, SOURCE
from crmlib.data.tables_subscriptions import CONTRACT

OUTCOMES = "Months 37 to 60: 2024-01-01 to 2025-12-31."
NEW_BOX = "the 2024 box, a subscription sold since January 2024; none of it is in `subscriptions`"
DRAWN = "Drawn from the distributions in truth.json."
QUARTERS = tuple(f"{year}-Q{quarter}" for year in (2024, 2025) for quarter in (1, 2, 3, 4))
PLANS = ("small", "medium", "large")
OFFERS = ("none", "upgrade", "price", "both")
MONTHS, MONTHLY, SCORE = N_("months"), N_("CNY per month"), N_("standard deviations")

SUBSCRIBER = Column(
    "subscriber_id", "integer", N_("number of the subscriber of the 2024 box"), low=1
)
QUARTER = Column("quarter", "text", N_("quarter, as in 2024-Q1"), allowed=QUARTERS)
PLAN = Column("plan", "text", N_("size of the box"), allowed=PLANS)
CASE = Column("case_id", "integer", N_("number of the customer-quarter"), low=1)
CHANCE = Column(
    "churn_probability",
    "real",
    N_("chance to leave at the end of the quarter, without an offer"),
    low=0,
    high=1,
    decimals=4,
)

PANEL_PEOPLE = (
    f"Subscribers of {NEW_BOX}. A sample of 3,000 in each quarter: when some leave, as many "
    "new ones take their places. No offer to stay is made to them."
)
CHURN_PANEL = Table(
    name="churn_panel",
    file="churn_panel.csv.gz",
    origin="synthetic",
    row_is=N_("one subscriber of the 2024 box in one quarter"),
    rows=24_000,
    columns=(
        SUBSCRIBER,
        QUARTER,
        Column(
            "tenure_quarters",
            "integer",
            N_("whole quarters since the subscription began"),
            unit=N_("quarters"),
            low=0,
            high=7,
        ),
        PLAN,
        Column("autopay", "truth value", N_("whether payment is automatic")),
        Column(
            "boxes_skipped",
            "integer",
            N_("boxes that the subscriber skipped, of three in the quarter"),
            low=0,
            high=3,
        ),
        Column("complaint", "truth value", N_("whether the subscriber complained in the quarter")),
        Column("app_sessions", "integer", N_("sessions in the app in the quarter"), low=0),
        Column("churned", "truth value", N_("whether the subscriber left at the quarter's end")),
    ),
    key=("subscriber_id", "quarter"),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Each quarter everybody leaves with log odds that are linear in the columns of the row. "
        "The coefficients change once, with 2025-Q2: the box can then be ended in the app, and "
        "large boxes become dearer."
    ),
    population=PANEL_PEOPLE,
    clock=OUTCOMES + " Eight quarters; who leaves has no further row.",
    traps=(
        "A model of the first five quarters passes every test on the fifth and fails from the "
        "sixth on (trap T9): use of the app, a good sign before, is then a bad one.",
        "Old subscribers leave less, and yet tenure has no effect: who was likely to leave is "
        "gone (trap T5).",
    ),
    simplifications=(
        "As many begin as have left, so that each quarter has equally many subscribers.",
        "The change comes at once and stays; prices, season and advertising do not exist.",
    ),
)
LATENT_CHURN_PANEL = Table(
    name="truth/churn_panel",
    file="truth/churn_panel.csv.gz",
    origin="synthetic",
    row_is=N_("one subscriber of the 2024 box in one quarter, as no firm sees it"),
    rows=24_000,
    columns=(
        SUBSCRIBER,
        QUARTER,
        Column(
            "app_use",
            "real",
            N_("expected number of sessions in the app"),
            unit=N_("sessions per quarter"),
            low=0,
            decimals=2,
        ),
        Column(
            "skip_probability",
            "real",
            N_("chance to skip a month's box"),
            low=0,
            high=1,
            decimals=4,
        ),
        CHANCE,
    ),
    key=("subscriber_id", "quarter"),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=DRAWN,
    population=PANEL_PEOPLE,
    clock=OUTCOMES,
)

EXPERIMENT_PEOPLE = (
    f"Customer-quarters: subscribers of {NEW_BOX}, each in one quarter, drawn at random from all "
    "who had not left before it. Other people than in `churn_panel`; the number of a case is no "
    "number of a person."
)
RETENTION_RCT = Table(
    name="retention_rct",
    file="retention_rct.csv.gz",
    origin="synthetic",
    row_is=N_("one customer in one quarter, with or without an offer to stay"),
    rows=20_000,
    columns=(
        CASE,
        QUARTER,
        PLAN,
        Column(
            "risk_score",
            "real",
            N_("how likely the customer is to leave, standardised; known before the offer"),
            unit=SCORE,
            decimals=3,
        ),
        Column(
            "openness_score",
            "real",
            N_("how open the customer is to offers, standardised; known before the offer"),
            unit=SCORE,
            decimals=3,
        ),
        Column("offer", "truth value", N_("whether the customer was made the offer, by chance")),
        Column("churned", "truth value", N_("whether the customer left at the quarter's end")),
        Column("cost", "real", N_("cost of the offer"), unit=N_("CNY"), low=0, decimals=2),
    ),
    key=("case_id",),
    notebooks=("03_lifetime",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Half of the cases get an offer by chance. The chance to leave without it follows from "
        "the risk score; what the offer changes follows from both scores, and is harm for many "
        "with a risk score above 1."
    ),
    population=EXPERIMENT_PEOPLE,
    clock=OUTCOMES + " The offer is made at the quarter's beginning.",
    traps=(
        "Those most likely to leave are not those whom the offer keeps: among the top fifth by "
        "risk it drives customers away (trap T7).",
        "The average cost of keeping (40 CNY a year and subscriber, a quarter of the 160 that "
        "acquiring one costs: truths of `subscriptions`) is not the cost of one more customer "
        "kept: about three times 160 when everybody gets the offer (trap T11).",
        "Who gets an offer and stays need not have stayed because of it.",
    ),
    simplifications=(
        "The two scores are independent, and know all that there is to know of risk and response.",
        "A customer may be in the experiment in several quarters; the rows are independent.",
        "Plan and quarter have no effect. What happens after the quarter is not followed.",
    ),
)
LATENT_RETENTION_RCT = Table(
    name="truth/retention_rct",
    file="truth/retention_rct.csv.gz",
    origin="synthetic",
    row_is=N_("one customer in one quarter, with both possible outcomes"),
    rows=20_000,
    columns=(
        CASE,
        CHANCE,
        Column(
            "effect",
            "real",
            N_("by how much an offer lowers the chance to leave; negative where it does harm"),
            low=-1,
            high=1,
            decimals=4,
        ),
        Column("churned_without_offer", "truth value", N_("whether the customer leaves unasked")),
        Column("churned_with_offer", "truth value", N_("whether the customer leaves when asked")),
    ),
    key=("case_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=DRAWN,
    population=EXPERIMENT_PEOPLE,
    clock=OUTCOMES,
)

FORMER = (
    "Former subscribers: 3,000 drawn at random from the contracts in `subscriptions` that had "
    "ended by 2023-12-31."
)
WINBACK_RCT = Table(
    name="winback_rct",
    file="winback_rct.csv.gz",
    origin="synthetic",
    row_is=N_("one former subscriber who was asked to come back"),
    rows=3_000,
    columns=(
        CONTRACT,
        Column(
            "first_tenure", "integer", N_("how long the first contract lasted"), unit=MONTHS, low=1
        ),
        Column(
            "reason",
            "text",
            N_("reason for leaving, as given then"),
            allowed=("price", "service", "rival", "moved"),
        ),
        Column(
            "offer_date",
            "date",
            N_("day of the offer, and of coming back"),
            low="2024-01-01",
            high="2024-03-31",
        ),
        Column(
            "offer",
            "text",
            N_("what was offered, by chance: nothing, a larger box, a lower price, or both"),
            allowed=OFFERS,
        ),
        Column(
            "discount",
            "real",
            N_("by what share the price was lowered, by chance; 0 without that offer"),
            low=0,
            high=1,
            decimals=1,
        ),
        Column("regained", "truth value", N_("whether the former subscriber came back")),
        Column(
            "second_tenure",
            "real",
            N_("how long the second life lasted, up to 2025-12-31 at most; empty for the others"),
            unit=MONTHS,
            low=0,
            decimals=2,
            nullable=True,
        ),
        Column(
            "second_ended",
            "truth value",
            N_("whether the second life had ended by 2025-12-31; empty for the others"),
            nullable=True,
        ),
        Column(
            "second_margin",
            "real",
            N_("margin of the second life after discount and upgrade; empty for the others"),
            unit=MONTHLY,
            decimals=2,
            nullable=True,
        ),
    ),
    key=("contract_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Equally many get each offer, by chance. The log odds of coming back rise with the offer "
        "and with the length of the first life, and differ by reason. The log of the second tenure "
        "rises with the length of the first life and falls with the discount, a little more with "
        "an upgrade on top."
    ),
    population=FORMER,
    clock=OUTCOMES + " Offers in the first quarter of 2024, followed to the end.",
    traps=(
        "The offer that regains most keeps shortest, at the lowest margin. By value per person "
        "asked, the upgrade is best, and every discount is worse than no offer, since it lasts as "
        "long as the second life: the rate of coming back misleads.",
        "A second life that has not ended has not lasted only so long: it is cut by the end of "
        "2025.",
        "Who lasted longer the first time comes back more often: the regained are not like all.",
    ),
    simplifications=(
        "Offer and reason do not interact: who left because of the price wants a lower price no "
        "more than others do.",
        "The upgrade and the discount hold as long as the second life lasts.",
        "Who comes back does so on the day of the offer; the second life ends on any day.",
    ),
)
LATENT_WINBACK_RCT = Table(
    name="truth/winback_rct",
    file="truth/winback_rct.csv.gz",
    origin="synthetic",
    row_is=N_("one former subscriber, as no firm sees it"),
    rows=3_000,
    columns=(
        CONTRACT,
        Column(
            "regain_probability",
            "real",
            N_("chance to come back with the offer that was made"),
            low=0,
            high=1,
            decimals=6,
        ),
        Column(
            "second_lifetime",
            "real",
            N_("how long the second life would last, also after 2025 or if it never began"),
            unit=MONTHS,
            low=0,
            decimals=2,
        ),
    ),
    key=("contract_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=DRAWN,
    population=FORMER,
    clock=OUTCOMES,
)

TABLES = (CHURN_PANEL, RETENTION_RCT, WINBACK_RCT)
LATENT = (LATENT_CHURN_PANEL, LATENT_RETENTION_RCT, LATENT_WINBACK_RCT)
