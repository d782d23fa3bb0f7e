"""Overall satisfaction: what a customer says when asked how satisfied he or she is, all in all.

Basic needs that are not met dissatisfy much, needs that are met satisfy a little, and pleasant
surprises satisfy; that nothing surprises does not dissatisfy. What a customer expects shifts the
answer a little: who expects that things will go well sees them better (will), who holds that the
firm owes more sees them worse (should).

The subtle point: overall satisfaction and loyalty are driven by the same two latent satisfactions,
but with other weights, and the weights on loyalty differ by market.
"""

import numpy as np

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Parameter, Parameters

SCALE = (1, 7)

PARAMETERS = (
    Parameter(
        "survey_sat.satisfaction",
        {"intercept": 5.0, "unmet basic": -0.9, "met basic": 0.25, "latent": 0.45},
        N_(
            "overall satisfaction with basic needs just met and no surprise; per point of basic "
            "satisfaction below the need; per point above; per point of latent satisfaction above "
            "its centre"
        ),
        N_("points, points per point"),
        "survey_sat",
        -7,
        7,
    ),
    Parameter(
        "survey_sat.satisfaction_sd",
        0.5,
        N_("standard deviation of overall satisfaction, given basic and latent satisfaction"),
        N_("points"),
        "survey_sat",
        0.05,
        3,
    ),
    Parameter(
        "survey_sat.expectation_weights",
        {"will": 0.4, "should": -0.3},
        N_(
            "correlation of overall satisfaction, given basic and latent satisfaction, with what "
            "the customer expects to happen, and with what he or she holds the firm should do"
        ),
        "",
        "survey_sat",
        -0.7,
        0.7,
    ),
)


def expected_satisfaction(p: Parameters, basic: np.ndarray, latent: np.ndarray) -> np.ndarray:
    r"""Return the mean of overall satisfaction, before it is rounded to the scale.

    .. math:: \mu = s_0 + s_1 \max(5-B, 0) + s_2 \max(B-5, 0) + s_3 \max(L-3.6, 0)

    Parameters
    ----------
    p : Parameters
    basic, latent : ndarray
        Basic and latent satisfaction in points, one entry a customer.

    Examples
    --------
    >>> from crmlib.world import collect
    >>> basic, latent = np.array([4.0, 5.0, 6.0]), np.array([3.0, 3.6, 4.6])
    >>> expected_satisfaction(collect(), basic, latent).round(2).tolist()
    [4.1, 5.0, 5.7]
    """
    weight = p["survey_sat.satisfaction"]
    gap = basic - p["loyalty.basic_need"]
    return (
        weight["intercept"]
        + weight["unmet basic"] * np.maximum(-gap, 0)
        + weight["met basic"] * np.maximum(gap, 0)
        + weight["latent"] * np.maximum(latent - p["loyalty.latent_centre"], 0)
    )


def on_scale(value: np.ndarray, low: int = SCALE[0], high: int = SCALE[1]) -> np.ndarray:
    """Return answers: the nearest whole points of a scale.

    Examples
    --------
    >>> on_scale(np.array([0.2, 4.6, 8.1])).tolist()
    [1, 5, 7]
    """
    return np.clip(np.rint(value), low, high).astype(int)


TABLES = {}
