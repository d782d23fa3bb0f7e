"""The service quality survey: 22 things, how they should be, how they are.

Five dimensions of quality, each measured by four or five items. What customers perceive goes
together with their basic satisfaction; what they expect does not. The verdict on quality as a
whole weighs the five perceived dimensions, and expectation adds nothing to it: what is perceived
predicts it better than perception less expectation.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Derived, Parameter, Parameters
from crmlib.world.satisfaction import on_scale

if TYPE_CHECKING:
    from crmlib.world.company import World

RESPONDENTS = 1200
LOADINGS = {
    "tangibles": (0.74, 0.78, 0.70, 0.76),
    "reliability": (0.84, 0.80, 0.85, 0.78, 0.75),
    "responsiveness": (0.79, 0.83, 0.77, 0.74),
    "assurance": (0.76, 0.81, 0.73, 0.78),
    "empathy": (0.72, 0.77, 0.80, 0.75, 0.70),
}
DIMENSIONS = tuple(LOADINGS)


def _by_dimension(*values: float) -> dict[str, float]:
    return dict(zip(DIMENSIONS, values, strict=True))


PARAMETERS = (
    Parameter(
        "survey_servqual.loadings",
        LOADINGS,
        N_("correlation of each item with its dimension, before answers are rounded"),
        "",
        "survey_servqual",
        0.05,
        0.99,
    ),
    Parameter(
        "survey_servqual.perceived_mean",
        _by_dimension(5.3, 4.7, 4.4, 5.1, 4.6),
        N_("mean perception of the items of each dimension, before answers are rounded"),
        N_("points"),
        "survey_servqual",
        1,
        7,
    ),
    Parameter(
        "survey_servqual.perceived_sd",
        1.1,
        N_("standard deviation of an item of perception, before answers are rounded"),
        N_("points"),
        "survey_servqual",
        0.1,
        3,
    ),
    Parameter(
        "survey_servqual.expected_mean",
        _by_dimension(5.0, 6.0, 5.7, 5.8, 5.2),
        N_("mean expectation of the items of each dimension, before answers are rounded"),
        N_("points"),
        "survey_servqual",
        1,
        7,
    ),
    Parameter(
        "survey_servqual.expected_sd",
        0.8,
        N_("standard deviation of an item of expectation, before answers are rounded"),
        N_("points"),
        "survey_servqual",
        0.1,
        3,
    ),
    Parameter(
        "survey_servqual.shared",
        0.7,
        N_(
            "correlation of each perceived dimension with basic satisfaction, and of each expected "
            "dimension with expectation as a whole"
        ),
        "",
        "survey_servqual",
        0.0,
        0.99,
    ),
    Parameter(
        "survey_servqual.weights",
        _by_dimension(0.1, 0.35, 0.25, 0.15, 0.15),
        N_("weight of each perceived dimension in the verdict on quality as a whole"),
        "",
        "survey_servqual",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "survey_servqual.overall",
        {"mean": 4.9, "per quality": 1.2, "per expectation": 0.0},
        N_(
            "verdict on quality as a whole: mean; change per unit of the weighted perceived "
            "dimensions; change per unit of the weighted expected dimensions"
        ),
        N_("points"),
        "survey_servqual",
        -7,
        7,
    ),
    Parameter(
        "survey_servqual.overall_sd",
        0.6,
        N_("standard deviation of the verdict, given the dimensions"),
        N_("points"),
        "survey_servqual",
        0.05,
        3,
    ),
)


def items() -> list[str]:
    """Return the names of the 22 items, dimension by dimension.

    Examples
    --------
    >>> items()[:2], len(items())
    (['tangibles_1', 'tangibles_2'], 22)
    """
    return [
        f"{dimension}_{number}"
        for dimension, loadings in LOADINGS.items()
        for number in range(1, len(loadings) + 1)
    ]


def make_factors(world: "World") -> pd.DataFrame:
    """Make the dimensions of those who were asked, each with mean 0 and variance 1."""
    asked = min(world.scaled(RESPONDENTS), world.customers)
    everybody = world.stream("truth/survey_servqual/customers").permutation(world.customers)
    customer = np.sort(everybody[:asked])
    latent = world.table("truth/customers").iloc[customer]
    general = {
        "perceived": _standardised(world.parameters, latent["basic_satisfaction"].to_numpy()),
        "expected": world.stream("truth/survey_servqual/expectation").standard_normal(asked),
    }
    shared = world.parameters["survey_servqual.shared"]
    frame = {"customer_id": customer + 1}
    for kind, common in general.items():
        for dimension in DIMENSIONS:
            own = world.stream(f"truth/survey_servqual/{kind} {dimension}").standard_normal(asked)
            frame[f"{kind}_{dimension}"] = shared * common + np.sqrt(1 - shared**2) * own
    return pd.DataFrame(frame)


def _standardised(p: Parameters, basic: np.ndarray) -> np.ndarray:
    """Standardise basic satisfaction by its mean and variance over all markets."""
    shares = np.array(list(p["loyalty.market_shares"].values()))
    shifts = np.array(list(p["loyalty.basic_shift"].values()))
    shift = shares @ shifts
    variance = p["loyalty.basic_sd"] ** 2 + shares @ (shifts - shift) ** 2
    return (basic - p["loyalty.basic_mean"] - shift) / np.sqrt(variance)


def make_servqual(world: "World") -> pd.DataFrame:
    """Make the answers: 22 expectations, 22 perceptions, a verdict."""
    p = world.parameters
    factors = world.table("truth/survey_servqual")
    n = len(factors)
    latent = world.table("truth/customers").iloc[factors["customer_id"] - 1]
    frame = {name: latent[name].to_numpy() for name in ("customer_id", "market", "later_retained")}
    for kind in ("expected", "perceived"):
        for dimension, loadings in p["survey_servqual.loadings"].items():
            factor = factors[f"{kind}_{dimension}"].to_numpy()
            for number, loading in enumerate(loadings, start=1):
                name = f"{kind}_{dimension}_{number}"
                noise = world.stream(f"survey_servqual/{name}").standard_normal(n)
                score = loading * factor + np.sqrt(1 - loading**2) * noise
                frame[name] = on_scale(
                    p[f"survey_servqual.{kind}_mean"][dimension]
                    + p[f"survey_servqual.{kind}_sd"] * score
                )
    weights = np.array([p["survey_servqual.weights"][dimension] for dimension in DIMENSIONS])
    quality, expectation = (
        factors[[f"{kind}_{dimension}" for dimension in DIMENSIONS]].to_numpy() @ weights
        for kind in ("perceived", "expected")
    )
    verdict, noise = p["survey_servqual.overall"], world.stream("survey_servqual/overall")
    frame["overall"] = on_scale(
        verdict["mean"]
        + verdict["per quality"] * quality
        + verdict["per expectation"] * expectation
        + p["survey_servqual.overall_sd"] * noise.standard_normal(n)
    )
    return pd.DataFrame(frame)


def alphas(world: "World") -> dict[str, float]:
    r"""Return Cronbach's alpha of the perceived items of each dimension, before rounding.

    .. math:: \alpha = \frac{k}{k-1}\Bigl(1 - \frac{k}{k + 2\sum_{i<j} \lambda_i \lambda_j}\Bigr)
    """
    found = {}
    for dimension, loadings in world.parameters["survey_servqual.loadings"].items():
        loading, k = np.array(loadings), len(loadings)
        variance = k + loading.sum() ** 2 - (loading**2).sum()
        found[dimension] = float(k / (k - 1) * (1 - k / variance))
    return found


DERIVED = (
    Derived(
        "survey_servqual.alphas",
        N_("Cronbach's alpha of each dimension before answers are rounded (rounding lowers it)"),
        "",
        "survey_servqual",
        "implied",
        alphas,
    ),
)
TABLES = {"truth/survey_servqual": make_factors, "survey_servqual": make_servqual}
