"""Luxi's satisfaction survey: who was invited, who answered, what they said."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_shop import APP_USER, CUSTOMER, LICENCE, MARKET, SHOP_CUSTOMERS, SOURCE

WAVES = (
    "Three waves: 2023-08-31, 2023-10-31 and 2023-12-31 (months 32, 34 and 36); the follow-up "
    "asked everybody in December 2024, twelve months after the last wave."
)
INVITED = (
    SHOP_CUSTOMERS + " Each wave invites a random part of each market, all of market D. A firm "
    "without contracts cannot know who has left: the silent are invited, too."
)
ANSWERED = "Shop customers who were invited to a wave and answered; the same person up to thrice."
INVITATION = Column("invitation_id", "integer", N_("number of the invitation"), low=1)
WAVE = Column("wave", "integer", N_("wave of the survey"), low=1, high=3)
INVITED_SHARE = Column(
    "invited_share",
    "real",
    N_("chance of being invited to a wave in this market; its inverse is the design weight"),
    low=0,
    high=1,
    decimals=4,
)
SCALE = N_("points")


def _rated(name: str, meaning: str) -> Column:
    return Column(name, "integer", meaning, unit=SCALE, low=1, high=7)


SURVEY_INVITED = Table(
    name="survey_invited",
    file="survey_invited.csv.gz",
    origin="synthetic",
    row_is=N_("one invitation to the satisfaction survey"),
    rows=16_789,
    columns=(
        INVITATION,
        WAVE,
        Column("date", "date", N_("day of the wave"), low="2023-08-31", high="2023-12-31"),
        CUSTOMER,
        MARKET,
        APP_USER,
        Column(
            "recent_order",
            "truth value",
            N_("whether the customer ordered in the 90 days up to the wave"),
        ),
        Column(
            "complained",
            "truth value",
            N_("whether the customer had complained before the wave"),
        ),
        INVITED_SHARE,
        Column("answered", "truth value", N_("whether the customer answered")),
    ),
    key=("invitation_id",),
    notebooks=("09_trap",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Each wave draws its invitations anew. Whether somebody answers depends on use of the "
        "app, on an order in the last 90 days and on a complaint, and on nothing else."
    ),
    population=INVITED,
    clock=WAVES,
    traps=(
        "Those who answer are not like those who were invited: app users answer more, and are "
        "more satisfied (trap T3). Weights from the three recorded traits repair it.",
        "Market D is invited more often than the others: a plain mean counts it too much.",
    ),
    simplifications=(
        "Everything that drives an answer is on record; in real surveys it is not.",
        "Earlier invitations and answers do not matter.",
    ),
)

SURVEY_SAT = Table(
    name="survey_sat",
    file="survey_sat.csv.gz",
    origin="synthetic",
    row_is=N_("one answered questionnaire of the satisfaction survey"),
    rows=9_197,
    columns=(
        INVITATION,
        WAVE,
        CUSTOMER,
        MARKET,
        APP_USER,
        INVITED_SHARE,
        _rated("satisfaction", N_("overall satisfaction, 1 not at all, 7 completely")),
        _rated("basic_1", N_("satisfied that orders are complete and correct")),
        _rated("basic_2", N_("satisfied that goods are fresh")),
        _rated("basic_3", N_("satisfied that deliveries come when promised")),
        _rated("basic_4", N_("satisfied that bills are right")),
        _rated("latent_1", N_("pleased by something new to try")),
        _rated("latent_2", N_("pleased that the usual order is known")),
        _rated("latent_3", N_("pleased by what is told about tea and coffee")),
        _rated("latent_4", N_("pleased by something not expected")),
        _rated("will_expectation", N_("how good the customer expects the next order to be")),
        _rated("should_expectation", N_("how good the customer holds that it should be")),
        Column("alternatives", "integer", N_("number of other suppliers within reach"), low=0),
        Column(
            "switching_cost",
            "real",
            N_("what it takes to go to another supplier, 0 nothing, 100 very much"),
            unit=SCALE,
            low=0,
            high=100,
            decimals=0,
        ),
        Column(
            "intent",
            "integer",
            N_("chances in ten, as stated, that Luxi will be the main supplier in a year"),
            low=0,
            high=10,
        ),
        Column(
            "recommend",
            "integer",
            N_("how readily the customer would recommend Luxi, 0 to 10"),
            low=0,
            high=10,
        ),
        Column(
            "later_retained",
            "truth value",
            N_("whether Luxi is still the main supplier in the follow-up of December 2024"),
        ),
    ),
    key=("invitation_id",),
    notebooks=("09_trap",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Basic and latent satisfaction drive both overall satisfaction and staying, but staying "
        "with other weights in each market. Items measure the two with error, rounded to 1 to 7. "
        "Stated intention follows overall satisfaction alone, by a curve that flattens."
    ),
    population=ANSWERED,
    clock=WAVES,
    traps=(
        "Over all markets the satisfied stay less often, in every market more often: captive "
        "customers are less satisfied and stay (trap T1).",
        "Stated intention is far above what customers do where competition is strong (trap T12).",
        "Those who answer are more satisfied than all customers (trap T3): see survey_invited.",
        "Items measure with error: weights found with them are smaller than the true ones.",
        "One customer can stand in up to three rows, with the same follow-up: rows of one "
        "customer are not independent.",
        "Answers of 1 and 2 are rare outside of market A: a point drawn from few answers is "
        "chance.",
    ),
    simplifications=(
        "Basic and latent satisfaction do not change between the waves.",
        "The follow-up reached everybody who had answered. It asks for the main supplier, not "
        "for orders: who has stopped ordering at the shop can still name Luxi, and the other way "
        "round.",
        "Within a market alternatives act on should_expectation only, and switching_cost on "
        "nothing.",
    ),
)

LATENT_SURVEY = Table(
    name="truth/survey_sat",
    file="truth/survey_sat.csv.gz",
    origin="synthetic",
    row_is=N_("one answered questionnaire, before answers were rounded to the scale"),
    rows=9_197,
    columns=(
        INVITATION,
        CUSTOMER,
        *(
            Column(name, "real", meaning, unit=SCALE, decimals=3)
            for name, meaning in (
                ("satisfaction", N_("overall satisfaction, before it is rounded")),
                ("will_expectation", N_("what is expected, before it is rounded")),
                ("should_expectation", N_("what the firm should do, before it is rounded")),
            )
        ),
    ),
    key=("invitation_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Drawn before the answers, which are these values on the scale of 1 to 7.",
    population=ANSWERED,
    clock=WAVES,
)

TABLES = (SURVEY_INVITED, SURVEY_SAT)
LATENT = (LATENT_SURVEY,)
