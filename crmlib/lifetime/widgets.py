"""The explorer of notebook 03, the five per cent machine: a thin shell around theory and plots."""

import numpy as np
import pandas as pd
from ipywidgets import Widget
from matplotlib.axes import Axes

from crmlib.core import controls
from crmlib.core.i18n import gettext as _
from crmlib.lifetime import five_points, plots

LOWEST, HIGHEST = 0.5, 0.95
# the curve stops before the value would have no bound, and before retention would pass 100%
STEPS, NEARLY = 221, 1e-6
# a gain of 25.0% counts as 25%
TOUCHING = 5e-4


def five_percent_machine() -> Widget:
    """Set the base retention and the four choices, and see what "5% more loyalty" brings."""
    return controls.explorer(
        draw_five_percent_machine,
        {
            "base": controls.slider(
                _("retention rate before"), 0.8, LOWEST, HIGHEST, 0.01, unit="share"
            ),
            "more": controls.slider(_("how much more"), 5, 1, 10, 1),
            "relative": controls.choice(
                _("counted in"),
                {_("percentage points"): False, _("per cent of the rate"): True},
                False,
            ),
            "first_margin": controls.choice(
                _("first margin"), {_("counted"): True, _("not counted"): False}, True
            ),
            "discount_rate": controls.slider(
                _("discount rate a year"), 0.0, 0.0, 0.2, 0.01, unit="share"
            ),
            "margin_growth": controls.slider(
                _("growth of the margin a year"), 0.0, 0.0, 0.1, 0.01, unit="share"
            ),
        },
    )


def draw_five_percent_machine(
    base: float,
    more: int,
    relative: bool,
    first_margin: bool,
    discount_rate: float,
    margin_growth: float,
) -> tuple[Axes, str]:
    """The figure and the sentence for one position of the controls."""
    points = more / 100
    convention = {
        "relative": relative,
        "first_margin": first_margin,
        "discount_rate": discount_rate,
        "margin_growth": margin_growth,
    }
    # whose value is bounded, and who does not keep more than everybody
    largest = min(1.0, (1 + discount_rate) / (1 + margin_growth) - NEARLY)
    end = largest / (1 + points) if relative else largest - points
    rates = np.linspace(LOWEST, min(end, 1.0), STEPS)
    gains = pd.Series(five_points.five_point_gain(rates, points, **convention), rates)
    possible = base <= end
    ax = plots.gain_curve(gains, base if possible else None)
    ax.set_xlim(LOWEST - 0.01, 1.0)
    if possible:
        told = _gain(base, points, convention)
    elif largest < 1:
        told = _("With this growth the value has no bound: raise the discount rate.")
    else:
        told = _("From {base:.0%} that is too much: nobody keeps more than all customers.")
        told = told.format(base=base)
    return ax, f"{told} {_band(gains, points, convention)}"


def _gain(base: float, points: float, convention: dict) -> str:
    gain = five_points.five_point_gain(base, points, **convention)
    after = five_points.better_retention(base, points, relative=convention["relative"])
    low, high = plots.BAND
    if gain < low - TOUCHING:
        verdict = _("less than the sentence says")
    elif gain > high + TOUCHING:
        verdict = _("more than the sentence says")
    else:
        verdict = _("within the 25% to 85%")
    return _(
        "From {base:.0%} to {after:.1%} retention, the value of a customer rises by {gain:.0%}: "
        "{verdict}."
    ).format(base=base, after=after, gain=gain, verdict=verdict)


def _band(gains: pd.Series, points: float, convention: dict) -> str:
    low, high = (five_points.retention_for_gain(gain, points, **convention) for gain in plots.BAND)
    if gains.iloc[0] >= plots.BAND[0]:
        low = LOWEST
    if np.isnan(low):
        return _("No retention rate brings 25%.")
    if np.isnan(high):
        return _("25% needs a retention of {low:.1%}; no rate brings 85%.").format(low=low)
    return _("With these choices the sentence is right from {low:.1%} to {high:.1%}.").format(
        low=low, high=high
    )
