"""Luxi's special studies, Kano and service quality; and the surveys of two other firms."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_shop import (
    CUSTOMER,
    LICENCE,
    MARKET,
    SOURCE,
)

POINTS = N_("points")
RETAINED = Column(
    "later_retained",
    "truth value",
    N_("whether Luxi is still the main supplier in the follow-up of December 2024"),
)
FEATURE = Column(
    "feature",
    "text",
    N_("feature of the offer"),
    allowed=(
        "order complete and correct",
        "goods fresh",
        "delivery on the promised day",
        "short waiting time",
        "wide choice",
        "good value for the price",
        "free sample of something new",
        "app knows the usual order",
        "evening with a tea grower",
        "music in the shop",
        "magazine on paper",
        "phone call after every order",
    ),
)
KANO_WAVE = Column(
    "wave", "integer", N_("1 November 2023, 2 November 2025, other customers"), low=1, high=2
)

KANO_CUSTOMERS = (
    "1,000 shop customers in each wave, drawn at random from all 8,000, each wave anew; everybody "
    "answered."
)
KANO_CLOCK = "November 2023 (month 35) and November 2025 (month 59, in the outcome window)."

SURVEY_KANO = Table(
    name="survey_kano",
    file="survey_kano.csv.gz",
    origin="synthetic",
    row_is=N_("one customer's two answers on one feature, in one wave"),
    rows=24_000,
    columns=(
        KANO_WAVE,
        CUSTOMER,
        FEATURE,
        Column(
            "functional",
            "integer",
            N_(
                "if the feature is there: 1 like it, 2 must be so, 3 do not care, 4 can live with "
                "it, 5 dislike it"
            ),
            low=1,
            high=5,
        ),
        Column(
            "dysfunctional",
            "integer",
            N_(
                "if the feature is not there: 1 like it, 2 must be so, 3 do not care, 4 can live "
                "with it, 5 dislike it"
            ),
            low=1,
            high=5,
        ),
    ),
    key=("wave", "customer_id", "feature"),
    notebooks=("09_trap",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Each feature has a true class. The two answers are a pair that fits it; each answer is "
        "then replaced by a random one with a small chance."
    ),
    population=KANO_CUSTOMERS,
    clock=KANO_CLOCK,
    traps=(
        "What delights today may be taken for granted tomorrow: between the waves one feature "
        "changed its class.",
    ),
    simplifications=(
        "All customers see a feature alike; they differ by noise only. In real studies half the "
        "customers can belong to another class.",
        "Answers have nothing to do with the customer's market, satisfaction or loyalty.",
    ),
)

LATENT_KANO = Table(
    name="truth/survey_kano",
    file="truth/survey_kano.csv",
    origin="synthetic",
    row_is=N_("one feature in one wave"),
    rows=24,
    columns=(
        KANO_WAVE,
        FEATURE,
        Column(
            "kano_class",
            "text",
            N_("M must-be, O one-dimensional, A attractive, I indifferent, R reverse"),
            allowed=("M", "O", "A", "I", "R"),
        ),
    ),
    key=("wave", "feature"),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Written by hand.",
    population=KANO_CUSTOMERS,
    clock=KANO_CLOCK,
)

# Items in our own words; the idea of five dimensions, expected and perceived, is SERVQUAL's.
ITEMS = {
    "tangibles": (
        N_("shops are well kept"),
        N_("machines and tools are up to date"),
        N_("staff look neat"),
        N_("packages look good"),
    ),
    "reliability": (
        N_("what is promised is done by then"),
        N_("orders are right the first time"),
        N_("problems are taken seriously"),
        N_("goods are in stock when offered"),
        N_("records and bills are correct"),
    ),
    "responsiveness": (
        N_("questions are answered soon"),
        N_("one is told when it will be done"),
        N_("staff are ready to help"),
        N_("nobody is too busy for a request"),
    ),
    "assurance": (
        N_("staff know the goods"),
        N_("staff are polite"),
        N_("one can trust what is said"),
        N_("payment and data are safe"),
    ),
    "empathy": (
        N_("one gets attention as a person"),
        N_("opening hours suit the customers"),
        N_("staff know what one needs"),
        N_("the firm has the customer's interest at heart"),
        N_("advice fits the person"),
    ),
}
SERVQUAL_CUSTOMERS = "1,200 shop customers, drawn at random from all 8,000; everybody answered."
SERVQUAL_CLOCK = (
    "November 2023 (month 35); the follow-up in December 2024 asked for the main supplier."
)


def _servqual_columns() -> tuple[Column, ...]:
    return tuple(
        Column(f"{kind}_{dimension}_{number}", "integer", text, POINTS, low=1, high=7)
        for kind in ("expected", "perceived")
        for dimension, texts in ITEMS.items()
        for number, text in enumerate(texts, start=1)
    )


SURVEY_SERVQUAL = Table(
    name="survey_servqual",
    file="survey_servqual.csv",
    origin="synthetic",
    row_is=N_("one customer's answers on 22 expectations and 22 perceptions"),
    rows=1_200,
    columns=(
        CUSTOMER,
        MARKET,
        RETAINED,
        *_servqual_columns(),
        Column("overall", "integer", N_("verdict on quality as a whole"), POINTS, low=1, high=7),
    ),
    key=("customer_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Each of 22 things was asked twice: how far it should be so with a good firm (expected), "
        "and how far it is so with Luxi (perceived), 1 not at all, 7 wholly. Five perceived "
        "dimensions, which go together with basic satisfaction, and five expected ones, which do "
        "not, are measured by items with error. The verdict weighs the perceived dimensions."
    ),
    population=SERVQUAL_CUSTOMERS,
    clock=SERVQUAL_CLOCK,
    traps=(
        "A gap, perceived less expected, adds the error of the expectation to that of the "
        "perception: it predicts the verdict worse than the perception alone.",
        "Over all markets quality seems to have little or nothing to do with staying; within the "
        "competitive markets it has (trap T1).",
        "Expectations are high everywhere: many answers are 7, and cannot be higher.",
    ),
    simplifications=(
        "Expectations have no effect on anything, and are the same in every market.",
        "Latent satisfaction has no part in the 22 items.",
    ),
)

LATENT_SERVQUAL = Table(
    name="truth/survey_servqual",
    file="truth/survey_servqual.csv",
    origin="synthetic",
    row_is=N_("one customer of the service quality survey"),
    rows=1_200,
    columns=(
        CUSTOMER,
        *(
            Column(
                f"{kind}_{dimension}",
                "real",
                N_("the dimension itself, mean 0 and variance 1 over all customers"),
                decimals=4,
            )
            for kind in ("perceived", "expected")
            for dimension in ITEMS
        ),
    ),
    key=("customer_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Drawn before the answers.",
    population=SERVQUAL_CUSTOMERS,
    clock=SERVQUAL_CLOCK,
)

RIVAL_FIRMS = Table(
    name="rival_firms",
    file="rival_firms.csv.gz",
    origin="synthetic",
    row_is=N_("one customer of firm X or Y, two firms that are not Luxi"),
    rows=8_000,
    columns=(
        Column("respondent_id", "integer", N_("number of the customer"), low=1),
        Column("firm", "text", N_("firm"), allowed=("X", "Y")),
        Column(
            "basic",
            "real",
            N_(
                "satisfaction with what must be there, on a scale of 1 to 7 that is not cut at its "
                "ends"
            ),
            unit=POINTS,
            decimals=2,
        ),
        Column(
            "latent",
            "real",
            N_(
                "satisfaction with what was not expected, on a scale of 1 to 7 that is not cut at "
                "its ends"
            ),
            unit=POINTS,
            decimals=2,
        ),
        Column("satisfaction", "integer", N_("overall satisfaction"), POINTS, low=1, high=7),
        Column("retained", "truth value", N_("whether the customer stayed for twelve months")),
    ),
    key=("respondent_id",),
    notebooks=("09_trap",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "In one firm basic satisfaction below 5 drives customers away and above 5 keeps nobody; "
        "in the other each point is worth the same. Means of both satisfactions, of overall "
        "satisfaction and of staying are alike."
    ),
    population="4,000 customers of each of two firms; nobody of them is in another table.",
    clock="One year of their own, not tied to Luxi's months.",
    traps=("Means and shares of the two firms are alike: only the shape tells them apart.",),
    simplifications=(
        "The two satisfactions were measured without error, and are not cut to the scale of 1 to "
        "7.",
        "Both firms have one market only.",
    ),
)

TABLES = (SURVEY_KANO, SURVEY_SERVQUAL, RIVAL_FIRMS)
LATENT = (LATENT_KANO, LATENT_SERVQUAL)
