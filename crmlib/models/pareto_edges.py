"""Simpler stories that a Pareto/NBD can collapse into, and what they mean for the business."""

from collections.abc import Iterator

import numpy as np

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.edges import ALMOST_INFINITE, ALMOST_ZERO, Edge, Params, everybody_the_same
from crmlib.models.result import FitWarning

NO_DROPOUT = Edge(
    code="no_dropout",
    model=N_("NBD, which has no dropout"),
    text=N_(
        "The best fit is a shop that nobody leaves: the rate of leaving is 0. In the observed time "
        "silence can be explained by slow buying alone; do not read P(alive) as evidence of "
        "loyalty."
    ),
    near=lambda p: p["s"] < 0.05 or p["s"] / p["beta"] < 0.05 * p["r"] / p["alpha"],
    at_edge=lambda _params: {"s": ALMOST_ZERO, "beta": ALMOST_INFINITE},
    held=("s", "beta"),
    becomes={"s": 0.0, "beta": np.nan},
    ratio=("s / beta", lambda _params: 0.0),
)
SAME_DROPOUT = Edge(
    code="same_dropout",
    model=N_("one rate of leaving for all"),
    text=N_(
        "The best fit gives everybody the same rate of leaving, {ratio:.4g} per unit of time: the "
        "data show no difference between customers in loyalty."
    ),
    near=lambda p: p["s"] > 20,
    at_edge=everybody_the_same("beta", "s"),
    held=("s",),
    becomes={"s": np.inf, "beta": np.inf},
    ratio=("s / beta", lambda p: p["s"] / p["beta"]),
)
# Where some leave at once beta tends to 0, but slowly: the log-likelihood still grows like
# -1/log(beta). So a search goes far down (to where beta² is just a number). Below ALMOST_AT_ONCE,
# in units of the time between purchases, no data can tell beta from 0, and it is held there.
SMALLEST_BETA, ALMOST_AT_ONCE = 1e-130, 1e-12


def share_leaving_at_once(p: Params) -> float:
    """Share of new customers who leave before an average customer would buy again."""
    return float(-np.expm1(-p["s"] * np.log1p(1 / _quickness(p))))


def _quickness(p: Params) -> float:
    """The time scale of leaving, in units of the time between purchases."""
    return p["beta"] * (1 + p["r"]) / p["alpha"]


LEAVE_AT_ONCE = Edge(
    code="leave_at_once",
    model=N_("two kinds of customers, those who leave at once and those who hardly ever leave"),
    text=N_(
        "The best fit divides the shop into customers who leave right after the first purchase "
        "({ratio:.1%}) and customers who hardly ever leave. Check the table for two kinds of "
        "customers, for example chance buyers and regulars."
    ),
    near=lambda p: _quickness(p) < ALMOST_AT_ONCE,
    at_edge=lambda p: {"beta": p["beta"]},
    held=("beta",),
    becomes={"s": 0.0, "beta": 0.0},
    ratio=("1 - beta^s", share_leaving_at_once),
)


def remark_on_leaving_at_once(p: Params) -> Iterator[FitWarning]:
    """Say so where beta is small, but not so small that the fit is at the edge."""
    if ALMOST_AT_ONCE <= _quickness(p) < 1e-3:
        yield FitWarning(
            "some_leave_at_once",
            _(
                "By this fit {share:.0%} of the customers leave almost at once after the first "
                "purchase, the others slowly: beta is close to 0, and means little by itself. "
                "Check the table for two kinds of customers, for example chance buyers and "
                "regulars."
            ).format(share=share_leaving_at_once(p)),
        )
