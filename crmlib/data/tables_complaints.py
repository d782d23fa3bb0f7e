"""Luxi's complaints: what went wrong, how it was handled, what the customers did afterwards."""

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

POINTS = N_("points")

STUDIED = (
    "Shop customers of the service study: all who complained in months 1 to 36 (the last day "
    "included), and a random fifth of the others, who were asked whether anything had gone wrong. "
    "One case a customer."
)
STUDY_CLOCK = (
    "Failures and complaints: months 1 to 36. Satisfaction afterwards was asked in January 2024; "
    "rebought covers 2024 (months 37 to 48, in the outcome window)."
)
FAILED = Column("failed", "truth value", N_("whether something went wrong for the customer"))
COMPLAINED = Column("complained", "truth value", N_("whether the customer complained"))
SEVERITY = Column(
    "severity",
    "integer",
    N_("how bad it was, 1 slight to 3 grave; empty if nothing went wrong"),
    low=1,
    high=3,
    nullable=True,
)


def _justice(kind: str, meaning: str) -> Column:
    return Column(f"justice_{kind}", "integer", meaning, unit=POINTS, low=1, high=7, nullable=True)


COMPLAINTS = Table(
    name="complaints",
    file="complaints.csv.gz",
    origin="synthetic",
    row_is=N_("one shop customer of the service study, most of whom complained"),
    rows=2_973,
    columns=(
        Column("case_id", "integer", N_("number of the case"), low=1),
        CUSTOMER,
        FAILED,
        COMPLAINED,
        Column(
            "date",
            "date",
            N_("day of the failure, and of the complaint; empty if nothing went wrong"),
            low=FIRST_DAY,
            high=LAST_DAY,
            nullable=True,
        ),
        SEVERITY,
        Column(
            "handled_days",
            "integer",
            N_("days until the complaint was closed"),
            unit=N_("days"),
            low=1,
            nullable=True,
        ),
        Column(
            "compensation",
            "real",
            N_("compensation paid"),
            unit=N_("CNY"),
            low=0,
            decimals=2,
            nullable=True,
        ),
        _justice("procedural", N_("felt justice of the procedure")),
        _justice("distributive", N_("felt justice of the result")),
        _justice("interactional", N_("felt justice of the treatment in person")),
        Column(
            "sat_before",
            "real",
            N_("satisfaction before, mean of several questions"),
            unit=POINTS,
            low=1,
            high=7,
            decimals=1,
        ),
        Column(
            "sat_after",
            "real",
            N_("satisfaction in January 2024, mean of several questions"),
            unit=POINTS,
            low=1,
            high=7,
            decimals=1,
        ),
        Column("rebought", "truth value", N_("whether the customer bought again in 2024")),
    ),
    key=("case_id",),
    notebooks=("07_tiers",),
    source=SOURCE,
    licence=LICENCE,
    made=(
        "The lower basic satisfaction, the more goes wrong; the graver the failure and the more "
        "loyal the customer, the more complain. Days and compensation shape felt justice. Where "
        "the mean of the three answers on justice is 4.5 or more, the complaint counts as justly "
        "handled: satisfaction then ends higher than before, and as many buy again as without "
        "failure."
    ),
    population=STUDIED,
    clock=STUDY_CLOCK,
    traps=(
        "After just handling customers are more satisfied than before, but come back no more "
        "often than those whom nothing happened to: the failure is no advantage.",
        "Those who complain are more loyal than those who keep silent: that they stay more often "
        "is not all due to the complaint (trap T3).",
        "Empty cells mean that there was no failure, or no complaint. Rows with empty cells are "
        "the comparison: dropped, nothing is left to compare with.",
    ),
    simplifications=(
        "Nothing lies between just and poor handling, and what happened acts on sat_after and "
        "rebought only: not on orders up to 2023, nor on the satisfaction survey and its "
        "follow-up.",
        "Those asked in the study tell truly whether something went wrong.",
    ),
)

LATENT_COMPLAINTS = Table(
    name="truth/complaints",
    file="truth/complaints.csv.gz",
    origin="synthetic",
    row_is=N_("one shop customer"),
    rows=8_000,
    columns=(CUSTOMER, FAILED, SEVERITY, COMPLAINED),
    key=("customer_id",),
    notebooks=(),
    source=SOURCE,
    licence=LICENCE,
    made="Drawn before the complaints; the firm knows it of those in the study only.",
    population=SHOP_CUSTOMERS,
    clock=OBSERVATION,
)

TABLES = (COMPLAINTS,)
LATENT = (LATENT_COMPLAINTS,)
