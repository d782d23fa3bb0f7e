"""Luxi's raw records, and the persons of its trading area: their states, the contacts with them."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table
from crmlib.data.tables_shop import (
    CUSTOMER,
    FIRST_DAY,
    LAST_DAY,
    LICENCE,
    OBSERVATION,
    SHOP_CUSTOMERS,
    SOURCE,
)

RECORD = Column("record_id", "integer", N_("number of the record, over all silos"), low=1)
PERSON = Column(
    "person_id", "integer", N_("number of the person of the trading area; no customer_id"), low=1
)
QUARTER = Column(
    "quarter",
    "text",
    N_("quarter"),
    allowed=tuple(f"{year}-Q{quarter}" for year in (2021, 2022, 2023) for quarter in (1, 2, 3, 4)),
)
PERSONS = (
    "Persons of the trading area: 8,000 people, among them some who are not, not yet or no longer "
    "customers. person_id is not customer_id: nobody here can be found in customers."
)

CRM_RAW = Table(
    name="crm_raw",
    file="crm_raw.csv.gz",
    origin="synthetic",
    row_is=N_("one record of a customer in one of three silos"),
    rows=9_924,
    columns=(
        RECORD,
        Column(
            "silo",
            "text",
            N_("where the record is kept: card of the shop, account of the app, service desk"),
            allowed=("shop", "app", "service"),
        ),
        Column("silo_id", "text", N_("number that the silo gave; S shop, A app, V service desk")),
        Column(
            "name_key", "text", N_("family name and given name in Latin letters"), nullable=True
        ),
        Column("phone_key", "text", N_("last eight digits of the phone number"), nullable=True),
        Column("district", "integer", N_("district of the home"), low=101, high=140),
        Column("birth_year", "integer", N_("year of birth"), low=1943, high=2005, nullable=True),
        Column(
            "registered",
            "date",
            N_("day on which the record was opened"),
            low=FIRST_DAY,
            high=LAST_DAY,
        ),
        Column(
            "updated",
            "date",
            N_("day on which the record was last looked after"),
            low=FIRST_DAY,
            high=LAST_DAY,
        ),
    ),
    key=("record_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Each customer is in one, two or three silos, at most once in each. In every record keys "
        "are misspelt, empty or old by chance; some families share a phone."
    ),
    population=SHOP_CUSTOMERS + " Their customer_id is in truth/crm_raw only.",
    clock=OBSERVATION + " The records are those of the last day.",
    traps=(
        "Counted by equal names and phones, there are far more customers than 8,000: a misspelt "
        "or empty key makes one person two. Counted by names alone there are far fewer: strangers "
        "share a name, relatives a phone.",
        "phone_key is text: as a number it is no longer a key.",
    ),
    simplifications=(
        "Mistakes fall on all records alike, whoever the customer is and however old the record.",
        "Within a silo nobody has two records.",
        "The age at the end of 2023 lies in the customer's age band; months and days of birth are "
        "not known.",
    ),
)

LATENT_CRM_RAW = Table(
    name="truth/crm_raw",
    file="truth/crm_raw.csv.gz",
    origin="synthetic",
    row_is=N_("one record of a customer in one of three silos"),
    rows=9_924,
    columns=(
        RECORD,
        CUSTOMER,
        Column("name_misspelt", "truth value", N_("whether the name is misspelt, or would be")),
        Column("phone_misspelt", "truth value", N_("whether the phone is misspelt, or would be")),
        Column("district_old", "truth value", N_("whether the district is a former one")),
    ),
    key=("record_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Written down when the records were made.",
    population=SHOP_CUSTOMERS,
    clock=OBSERVATION,
)

STATE_PANEL = Table(
    name="state_panel",
    file="state_panel.csv.gz",
    origin="synthetic",
    row_is=N_("one person of the trading area in one quarter"),
    rows=96_000,
    columns=(
        PERSON,
        QUARTER,
        Column(
            "state",
            "text",
            N_("state: not approached yet, being won, buying, no longer buying, out of question"),
            allowed=("potential", "target", "actual", "lost", "non-customer"),
        ),
    ),
    key=("person_id", "quarter"),
    notebooks=("04_lifecycle",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "Each quarter a person passes to the next state by the chances of one matrix. For a tenth "
        "of the persons the chance to be lost depends on how long they have been customers: high "
        "in the first two quarters, low later."
    ),
    population=PERSONS,
    clock=OBSERVATION + " Twelve quarters; everybody is in all of them.",
    traps=(
        "New customers are lost more often than older ones, though for nine persons in ten time "
        "plays no part: a chain of first order does not hold for all.",
        "A quarter in which nothing changed is a passage too: left out, the chances are wrong.",
        "The passages from actual to lost are those of both kinds of persons; the planted matrix "
        "is that of the nine in ten (truth: states.transition, states.transition_of_all).",
    ),
    simplifications=(
        "States are recorded without error, and nobody moves in or out of the area.",
        "Those who are customers in the first quarter count as new in it.",
    ),
)

LATENT_STATES = Table(
    name="truth/state_panel",
    file="truth/state_panel.csv.gz",
    origin="synthetic",
    row_is=N_("one person of the trading area"),
    rows=8_000,
    columns=(
        PERSON,
        Column(
            "duration_dependent",
            "truth value",
            N_("whether it matters how long the person has been a customer"),
        ),
    ),
    key=("person_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Drawn before the panel.",
    population=PERSONS,
    clock=OBSERVATION,
)

TOUCHPOINTS = Table(
    name="touchpoints",
    file="touchpoints.csv.gz",
    origin="synthetic",
    row_is=N_("one contact between the firm and a person of the trading area"),
    rows=61_212,
    columns=(
        Column("touchpoint_id", "integer", N_("number of the contact, by day"), low=1),
        PERSON,
        Column("date", "date", N_("day of the contact"), low=FIRST_DAY, high=LAST_DAY),
        QUARTER,
        Column(
            "channel",
            "text",
            N_("way of the contact"),
            allowed=("text message", "email", "app message", "phone", "shop", "service desk"),
        ),
        Column(
            "direction",
            "text",
            N_("whose contact it is: outbound the firm's, inbound the person's"),
            allowed=("outbound", "inbound"),
        ),
        Column(
            "topic",
            "text",
            N_("what it was about"),
            allowed=("offer", "news", "follow-up", "question", "order", "complaint"),
        ),
        Column(
            "minutes", "real", N_("working time it took"), unit=N_("minutes"), low=0, decimals=1
        ),
        Column(
            "responded",
            "truth value",
            N_("whether the person responded to the quarter's contacts; same in all its rows"),
        ),
        Column(
            "opted_out",
            "truth value",
            N_("whether the person wants no more contact after this quarter; same in all its rows"),
        ),
    ),
    key=("touchpoint_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "How often the firm contacts a person, and the person the firm, depends on the state and "
        "on chance. The response depends on the state and on the number of the firm's contacts in "
        "the quarter: best at four, whatever the state. Above eight, a quarter of the persons opt "
        "out."
    ),
    population=PERSONS + " Only those who had a contact are in the table.",
    clock=OBSERVATION,
    traps=(
        "The firm contacts most those who respond anyway: without the states, response seems to "
        "grow with contacts for longer than it does (trap T3).",
        "responded and opted_out belong to a person and quarter: counted once a row, those with "
        "many contacts count many times.",
        "Person-quarters without any contact are in no row.",
        "Who opted out is contacted no more: later quarters hold those who bear contacts.",
    ),
    simplifications=(
        "The channel and the topic play no part in the response.",
        "The inbound contacts neither follow from the firm's nor act on the response. A quarter "
        "with inbound contacts only has a response, too: it counts as one with 0 of the firm's.",
        "States are not changed by contacts.",
    ),
)

TABLES = (CRM_RAW, STATE_PANEL, TOUCHPOINTS)
LATENT = (LATENT_CRM_RAW, LATENT_STATES)
