"""What is planted in the leads: the fourteen methods, the criteria, the signals, the types."""

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Parameter

METHODS = (
    *("door-to-door", "meetings", "clubs", "friends", "public records", "consulting firms"),
    *("agents", "referral chain", "centre of influence", "phone", "letters", "text messages"),
    *("internet", "poaching"),
)
CRITERIA = ("demand", "price_tolerance", "low_service_cost", "low_risk", "partnership")
SIGNALS = (
    *("compares_rivals", "complains_of_rival", "asks_lower_price"),
    *("asks_details", "introduces_boss", "treats_better"),
)
TYPES = (
    *("rational", "impulsive", "stubborn", "combative", "hesitant"),
    *("self-admiring", "overbearing", "suspicious", "silent", "haggling"),
)
OTHER_TYPES = TYPES[1:]
MIDDLE_SCORE = 3


def _methods(*values: float) -> dict[str, float]:
    return dict(zip(METHODS, values, strict=True))


def _criteria(*values: float) -> dict[str, float]:
    return dict(zip(CRITERIA, values, strict=True))


def _signals(*values: float) -> dict[str, float]:
    return dict(zip(SIGNALS, values, strict=True))


PARAMETERS = (
    Parameter(
        "leads.method_shares",
        _methods(0.1, 0.06, 0.05, 0.06, 0.08, 0.04, 0.05, 0.07, 0.04, 0.12, 0.08, 0.1, 0.1, 0.05),
        N_("share of the leads found by each method"),
        "",
        "leads",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "leads.cost",
        _methods(18, 60, 35, 12, 8, 90, 55, 15, 70, 6, 5, 2, 9, 8),
        N_("mean cost of a lead of each method"),
        N_("CNY"),
        "leads",
        0.1,
        100_000,
    ),
    Parameter(
        "leads.reached",
        _methods(0.55, 0.85, 0.8, 0.95, 0.5, 0.8, 0.75, 0.95, 0.9, 0.5, 0.45, 0.45, 0.6, 0.8),
        N_("share of the leads of each method who are reached"),
        "",
        "leads",
        0.01,
        1.0,
    ),
    Parameter(
        "leads.offered",
        _methods(0.5, 0.6, 0.55, 0.6, 0.45, 0.65, 0.6, 0.7, 0.65, 0.45, 0.45, 0.4, 0.5, 0.65),
        N_("share of those reached who get an offer"),
        "",
        "leads",
        0.01,
        1.0,
    ),
    Parameter(
        "leads.purchase",
        _methods(-0.9, -0.4, -0.3, 0.1, -0.9, 0.0, -0.1, 0.6, 0.4, -0.9, -0.9, -1.0, -0.6, 0.7),
        N_("log odds that a rational buyer with a middle score of demand takes the offer"),
        N_("log odds"),
        "leads",
        -6,
        6,
    ),
    Parameter(
        "leads.purchase_per_demand",
        0.5,
        N_("rise of the log odds to take the offer per point of demand"),
        N_("log odds per point"),
        "leads",
        -3,
        3,
    ),
    Parameter(
        "leads.margin",
        _methods(150, 260, 230, 160, 180, 320, 240, 280, 340, 140, 150, 90, 150, 130),
        N_("median margin of the first twelve months, with middle scores of all criteria"),
        N_("CNY"),
        "leads",
        1,
        1_000_000,
    ),
    Parameter(
        "leads.margin_per_point",
        _criteria(0.15, 0.12, 0.18, 0.05, 0.0),
        N_("rise of the logarithm of the margin per point of each criterion"),
        N_("per point"),
        "leads",
        -2,
        2,
    ),
    Parameter(
        "leads.margin_sd",
        0.5,
        N_("standard deviation of the logarithm of the margin, given method and criteria"),
        "",
        "leads",
        0.01,
        3,
    ),
    Parameter(
        "leads.stay",
        _methods(0.2, 0.7, 0.8, 0.6, 0.3, 0.8, 0.4, 1.4, 1.2, 0.0, 0.2, -0.4, 0.1, -1.0),
        N_(
            "log odds that a customer won by each method still buys after twelve months, with "
            "middle scores of all criteria"
        ),
        N_("log odds"),
        "leads",
        -6,
        6,
    ),
    Parameter(
        "leads.stay_per_point",
        _criteria(0.0, 0.0, 0.0, 0.2, 0.45),
        N_("rise of the log odds to stay per point of each criterion"),
        N_("log odds per point"),
        "leads",
        -3,
        3,
    ),
    Parameter(
        "leads.partnership",
        _methods(0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 0.65, 0.6, 0.5, 0.5, 0.5, 0.5, 0.25),
        N_("how near the scores of partnership lie to 5 (not 1), for each method"),
        "",
        "leads",
        0.0,
        1.0,
    ),
    Parameter(
        "leads.buyer_type_shares",
        dict(zip(TYPES, (0.16, 0.12, 0.08, 0.05, 0.15, 0.07, 0.07, 0.1, 0.1, 0.1), strict=True)),
        N_("share of the leads of each type of buyer"),
        "",
        "leads",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "leads.buyer_type_effect",
        dict(zip(OTHER_TYPES, (0.5, -0.4, -0.3, -0.2, 0.1, 0.0, -0.3, -0.1, 0.2), strict=True)),
        N_("how much higher the log odds to take the offer are than those of a rational buyer"),
        N_("log odds"),
        "leads",
        -4,
        4,
    ),
    Parameter(
        "leads.signal_without_order",
        _signals(0.4, 0.3, 0.45, 0.25, 0.08, 0.2),
        N_("share that shows each buying signal, of those who then do not order"),
        "",
        "leads",
        0.001,
        0.99,
    ),
    Parameter(
        "leads.signal_ratio",
        _signals(1.2, 1.4, 1.6, 2.5, 4.0, 2.0),
        N_(
            "how many times as many of those who then order show the signal (likelihood ratio; "
            "the share stays at most 0.99)"
        ),
        "",
        "leads",
        0.1,
        20,
    ),
    Parameter(
        "leads.discount_rate",
        0.1,
        N_("yearly discount rate"),
        "",
        "leads",
        0.001,
        1,
    ),
)
