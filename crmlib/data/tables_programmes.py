"""Stamp cards, the club, and rivals: what holds customers, and what tests whether it does."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_churn import DRAWN, OUTCOMES
from crmlib.data.tables_shop import CUSTOMER, LICENCE, MARKET, SOURCE

DAYS = N_("days")
MONTHS_FROM = N_("months from 2021-01")
SPEND = N_("CNY per month")
MONTH = Column("month", "integer", N_("month, 37 for 2024-01"), unit=MONTHS_FROM, low=37, high=60)
DISTRICT = Column(
    "district",
    "integer",
    N_("district; 101 to 110 lie in market A, 111 to 120 in B, and so on"),
    low=101,
    high=140,
)

HOLDER = Column("holder_id", "integer", N_("number of the holder"), low=1)
HOLDERS = (
    "Card holders: 640 guests of the coffee counters who agreed to a stamp card and to a count of "
    "their cups in the 60 days before. They gave no name: none can be found in `customers`."
)
TRIAL = "180 days in 2024 for each holder, from the day of the first card."
LOYALTY_CARDS = Table(
    name="loyalty_cards",
    file="loyalty_cards.csv.gz",
    origin="synthetic",
    row_is=N_("one wait for a stamp"),
    rows=11_192,
    columns=(
        HOLDER,
        Column("card_no", "integer", N_("first or second card of the holder"), low=1, high=2),
        Column(
            "card_type",
            "text",
            N_("ten stamps, or twelve of which two are given; by chance, the same for both cards"),
            allowed=("10", "12+2 given"),
        ),
        Column(
            "stamp_no",
            "integer",
            N_("which earned stamp of the card is waited for; given ones do not count"),
            low=1,
            high=10,
        ),
        Column(
            "gap_days",
            "real",
            N_("time since the stamp before, or since the card was handed out"),
            unit=DAYS,
            low=0.01,
            decimals=2,
        ),
        Column(
            "stamped",
            "truth value",
            N_("whether the wait ended with a stamp, and not with the trial"),
        ),
        Column("cups_before", "integer", N_("cups in the 60 days before the first card"), low=0),
    ),
    key=("holder_id", "card_no", "stamp_no"),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "A cup is stamped after an exponential wait. The log of its rate is the holder's own, "
        "plus a slope times the progress that the card shows, plus a term for the gift. The "
        "second card follows the first without a break."
    ),
    population=HOLDERS,
    clock=TRIAL,
    traps=(
        "Slow holders do not come to the late stamps: pooled over holders, the pace seems to rise "
        "far more with progress than any holder's does (as in trap T4).",
        "The gift card is ahead by its progress, and by an illusion beyond it: the difference of "
        "the two cards is not the slope alone.",
        "The last wait of three holders in ten is cut by the end of the trial; without it, waits "
        "look too short.",
    ),
    simplifications=(
        "Pace does not depend on weekday or season, and nobody loses a card.",
        "Cups at the counter are no orders of `transactions`.",
    ),
)
LATENT_CARDS = Table(
    name="truth/loyalty_cards",
    file="truth/loyalty_cards.csv.gz",
    origin="synthetic",
    row_is=N_("one card holder, as no firm sees it"),
    rows=640,
    columns=(
        HOLDER,
        Column(
            "pace",
            "real",
            N_("the holder's own pace, without a card"),
            unit=N_("cups per day"),
            low=0,
            decimals=6,
        ),
    ),
    key=("holder_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=DRAWN,
    population=HOLDERS,
    clock=TRIAL,
)

BUYER = Column(
    "buyer",
    "text",
    N_("heavy: revenue in 2023 above that of the middle customer of the panel"),
    allowed=("light", "heavy"),
)
REGULARS = (
    "Regulars: the 3,000 of the 8,000 shop customers whose last order before 2024 was the latest."
)
CLUB_PANEL = Table(
    name="club_panel",
    file="club_panel.csv.gz",
    origin="synthetic",
    row_is=N_("one regular customer in one month"),
    rows=72_000,
    columns=(
        CUSTOMER,
        MONTH,
        BUYER,
        Column("club_open", "truth value", N_("whether the club is open in the home district")),
        Column("member", "truth value", N_("whether the customer is a member in this month")),
        Column("spend", "real", N_("spending in the month"), unit=SPEND, low=0.01, decimals=2),
    ),
    key=("customer_id", "month"),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Everybody's spending grows and has a season. The club opens in four waves of districts, "
        "drawn by chance; who spends more joins more often, within three months of the opening. "
        "Membership raises the spending of light buyers by 6%, of heavy buyers by 1%."
    ),
    population=REGULARS,
    clock=OUTCOMES + " Month 37 is 2024-01. The first clubs open in month 41.",
    traps=(
        "Members spend some 40% more than others: nearly all of it before they joined (trap T3).",
        "Members spend more after joining than before: so does everybody, since spending grows.",
        "Who is at the top in one month is lower in the next without any reason (trap T8).",
    ),
    simplifications=(
        "Regulars spend something every month; orders of `transactions` are far rarer.",
        "Nobody leaves the club or the firm, and the effect is there at once and does not fade.",
        "Districts have no shocks of their own, so that customers may be taken as independent.",
    ),
)
LATENT_CLUB = Table(
    name="truth/club_panel",
    file="truth/club_panel.csv.gz",
    origin="synthetic",
    row_is=N_("one regular customer, as no firm sees it"),
    rows=3_000,
    columns=(
        CUSTOMER,
        Column(
            "typical_spend",
            "real",
            N_("typical spending at the start, without a club"),
            unit=SPEND,
            low=0,
            decimals=4,
        ),
        BUYER,
        Column(
            "opening_month",
            "integer",
            N_("month in which the club opens in the home district"),
            unit=MONTHS_FROM,
            low=37,
            high=60,
        ),
        Column(
            "joining_month",
            "integer",
            N_("month of joining; empty for those who do not join"),
            unit=MONTHS_FROM,
            low=37,
            high=64,
            nullable=True,
        ),
        Column(
            "effect", "real", N_("by what share membership raises spending"), low=-1, decimals=4
        ),
        Column("joins", "truth value", N_("whether the customer joins when the club opens")),
    ),
    key=("customer_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=DRAWN,
    population=REGULARS,
    clock=OUTCOMES,
)

RIVALS = Table(
    name="rivals",
    file="rivals.csv",
    origin="synthetic",
    row_is=N_("one opening of a rival"),
    rows=6,
    columns=(
        Column("event_id", "integer", N_("number of the opening, by day"), low=1),
        DISTRICT,
        MARKET,
        Column(
            "opening_date",
            "date",
            N_("first day of the rival"),
            low="2024-01-01",
            high="2025-12-31",
        ),
        Column(
            "kind",
            "text",
            N_("what the rival is"),
            allowed=("coffee chain", "tea chain", "vending machines"),
        ),
    ),
    key=("event_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "One opening is set: district 101 of market A, 2025-07-01. The others fall by chance on "
        "districts of the other markets and on months of the outcome window."
    ),
    population="Openings of rivals in the 40 districts in which Luxi sells.",
    clock=OUTCOMES,
    traps=(
        "Six events are few: only the one in market A changes something, because there customers "
        "had nowhere else to go.",
    ),
    simplifications=(
        "The openings in the other markets, where rivals are many, act on nothing.",
        "Rivals never close.",
    ),
)
CAPTIVES = (
    "Captive customers: all shop customers of market A who had not left by the end of 2023 and for "
    "whom Luxi was still the main supplier at the end of 2024."
)
HOSTAGE_PANEL = Table(
    name="hostage_panel",
    file="hostage_panel.csv.gz",
    origin="synthetic",
    row_is=N_("one customer of market A in one month of 2025"),
    rows=16_800,
    columns=(
        CUSTOMER,
        DISTRICT,
        Column(
            "satisfaction",
            "integer",
            N_("overall satisfaction, asked in December 2024, 1 not at all, 7 wholly"),
            unit=N_("points"),
            low=1,
            high=7,
        ),
        Column("month", "integer", N_("month, 49 for 2025-01"), unit=MONTHS_FROM, low=49, high=60),
        Column("rival_open", "truth value", N_("whether a rival is open in the district")),
        Column("active", "truth value", N_("whether the customer is still there at month's end")),
    ),
    key=("customer_id", "month"),
    notebooks=("09_trap",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Each month the remaining leave with log odds that hardly depend on satisfaction. Where "
        "the rival is open they rise by a set amount per point below 5; above, nothing changes."
    ),
    population=CAPTIVES,
    clock="Months 49 to 60: 2025-01-01 to 2025-12-31. The rival opens with month 55.",
    traps=(
        "While there is no rival, the dissatisfied stay like the satisfied: staying is not "
        "loyalty. What would happen with a rival, their past does not say.",
        "Months after leaving have rows too (active is false): chances to leave are counted among "
        "those still active in the month before.",
    ),
    simplifications=(
        "Satisfaction is asked once, everybody answers, and it does not change.",
        "Only the home district counts; nobody crosses to the next one.",
    ),
)

TABLES = (LOYALTY_CARDS, CLUB_PANEL, RIVALS, HOSTAGE_PANEL)
LATENT = (LATENT_CARDS, LATENT_CLUB)
