"""The explorer of notebook 09: a thin shell around ``shape`` and ``plots``."""

from functools import partial

import numpy as np
import pandas as pd
from ipywidgets import Widget
from matplotlib.axes import Axes

from crmlib.core import controls
from crmlib.core.i18n import gettext as _
from crmlib.trap import plots, shape

GRID = np.linspace(1, 7, 61)
LIKE_ONE = 0.9  # from this share on, customers like these belong to one market
RARE = 4.0  # standard deviations from every market beyond which hardly anybody lives


def market_curves(answers: pd.DataFrame) -> Widget:
    """Choose a market by its alternatives and switching costs, and a customer; watch both curves.

    Parameters
    ----------
    answers : DataFrame
        From ``trap.prepare``: items and scores, ``market``, ``alternatives``, ``switching_cost``
        and ``later_retained``.
    """
    model = shape.market_model(answers)
    return controls.explorer(
        partial(draw_market_curves, model),
        {
            "alternatives": controls.slider(_("other suppliers within reach"), 8, 0, 14, 1),
            "switching_cost": controls.slider(_("switching cost"), 20, 0, 100, 5, unit=_("points")),
            "basic": controls.slider(_("basic satisfaction"), 6.0, 1.0, 7.0, 0.5),
            "latent": controls.slider(_("latent satisfaction"), 3.5, 1.0, 7.0, 0.5),
        },
    )


def draw_market_curves(
    model: pd.DataFrame, alternatives: float, switching_cost: float, basic: float, latent: float
) -> tuple[Axes, str]:
    """The figure and the sentence for one position of the sliders."""
    shares = shape.market_shares(model, alternatives, switching_cost)
    by_basic = _curves(model, GRID, latent, shares)
    by_latent = _curves(model, basic, GRID, shares)
    # the customer as today, with a point more of basic, and with one more of latent satisfaction
    steps = np.array([[basic, basic + 1, basic], [latent, latent, latent + 1]])
    now, better_basic, better_latent = shape.staying(model, *np.minimum(steps, 7), shares)
    ax = plots.market_curves(GRID, by_basic, by_latent, (basic, latent, now))
    place = _("Other suppliers: {alternatives:.0f}; switching cost: {cost:.0f}.")
    parts = [place.format(alternatives=alternatives, cost=switching_cost)]
    parts.append(_whose(model, shares, alternatives, switching_cost))
    parts.append(_("This customer stays with a chance of {chance:.0%}.").format(chance=now))
    for text, gain, room in (
        (_("One point of basic satisfaction more: {gain:+.0f} percentage points."),
         better_basic - now, basic <= 6),
        (_("One point of latent satisfaction more: {gain:+.0f} percentage points."),
         better_latent - now, latent <= 6),
    ):  # fmt: skip
        if room:
            parts.append(text.format(gain=100 * gain + 0.0))
    return ax, " ".join(part.replace("-0 ", "+0 ") for part in parts)


def _curves(
    model: pd.DataFrame, basic: np.ndarray, latent: np.ndarray, shares: pd.Series
) -> pd.DataFrame:
    each = pd.DataFrame(shape.staying(model, basic, latent).T, columns=model.index)
    return each.assign(here=each @ shares)


def _whose(
    model: pd.DataFrame, shares: pd.Series, alternatives: float, switching_cost: float
) -> str:
    away = np.hypot(
        (np.sqrt(alternatives) - model["alternatives_mean"]) / model["alternatives_sd"],
        (switching_cost - model["switching_cost_mean"]) / model["switching_cost_sd"],
    )
    if away.min() > RARE:
        return _("Hardly any customer lives like this; the curve is a guess.")
    if shares.max() >= LIKE_ONE:
        return _("Customers with such a choice are found in market {market}.").format(
            market=shares.idxmax()
        )
    first, second = shares.nlargest(2).index
    return _("Customers with such a choice are found in markets {first} and {second}.").format(
        first=first, second=second
    )
