"""The Kano study: how customers feel when a feature is there, and when it is not.

Twelve features, two questions each, five answers. Each feature has a true class; an answer that
does not fit it is noise. Two years later other customers were asked the same, and one feature that
had delighted was taken for granted.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world.parameters import Parameter

if TYPE_CHECKING:
    from crmlib.world.company import World

ANSWERS = (1, 2, 3, 4, 5)  # like it, must be, do not care, can live with it, dislike it
# M must-be, O one-dimensional, A attractive, I indifferent, R reverse
FEATURES = {
    "order complete and correct": "M",
    "goods fresh": "M",
    "delivery on the promised day": "M",
    "short waiting time": "O",
    "wide choice": "O",
    "good value for the price": "O",
    "free sample of something new": "A",
    "app knows the usual order": "A",
    "evening with a tea grower": "A",
    "music in the shop": "I",
    "magazine on paper": "I",
    "phone call after every order": "R",
}
LATER = {**FEATURES, "app knows the usual order": "M"}
# The pairs of answers (feature there, feature not there) that make a class
PAIRS = {
    "M": ((2, 5), (3, 5), (4, 5)),
    "O": ((1, 5),),
    "A": ((1, 2), (1, 3), (1, 4)),
    "I": ((2, 2), (2, 3), (2, 4), (3, 2), (3, 3), (3, 4), (4, 2), (4, 3), (4, 4)),
    "R": ((2, 1), (3, 1), (4, 1), (5, 1), (5, 2), (5, 3), (5, 4)),
}
RESPONDENTS = 1000

PARAMETERS = (
    Parameter(
        "survey_kano.noise",
        0.15,
        N_(
            "share of the answers that are given at random, each of the five with the same chance; "
            "the others fit the class of the feature"
        ),
        "",
        "survey_kano",
        0.0,
        0.9,
    ),
)


def make_classes(world: "World") -> pd.DataFrame:
    """Make the true class of each feature in each wave, the same in every company."""
    return pd.DataFrame(
        [
            (wave, feature, kind)
            for wave, classes in enumerate((FEATURES, LATER), start=1)
            for feature, kind in classes.items()
        ],
        columns=["wave", "feature", "kano_class"],
    )


def make_kano(world: "World") -> pd.DataFrame:
    """Make the answers: one row for each wave, customer and feature."""
    waves = [_wave(world, wave) for wave in (1, 2)]
    return pd.concat(waves, ignore_index=True)


def _wave(world: "World", wave: int) -> pd.DataFrame:
    def draw(part: str) -> np.random.Generator:
        return world.stream(f"survey_kano/wave {wave} {part}")

    asked = min(world.scaled(RESPONDENTS), world.customers)
    customer = np.sort(draw("customers").permutation(world.customers)[:asked]) + 1
    classes = world.table("truth/survey_kano").query("wave == @wave")
    n = asked * len(classes)
    kind = np.tile(classes["kano_class"].to_numpy(dtype=object), asked)
    chosen = draw("pair").random(n)
    pair = np.zeros((n, 2), dtype=int)
    for name, pairs in PAIRS.items():
        here = kind == name
        pair[here] = np.array(pairs)[(chosen[here] * len(pairs)).astype(int)]
    noise = draw("noise").random((n, 2)) < world.parameters["survey_kano.noise"]
    answer = np.where(noise, draw("random").choice(ANSWERS, (n, 2)), pair)
    return pd.DataFrame(
        {
            "wave": wave,
            "customer_id": np.repeat(customer, len(classes)),
            "feature": np.tile(classes["feature"].to_numpy(dtype=object), asked),
            "functional": answer[:, 0],
            "dysfunctional": answer[:, 1],
        }
    )


TABLES = {"truth/survey_kano": make_classes, "survey_kano": make_kano}
