"""Figures and the explorer of notebook 03 draw at every corner, in both languages."""

import itertools
import re

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from crmlib import data, lifetime
from crmlib.core import figures
from crmlib.lifetime import five_points, widgets
from tests.helpers.contracts import curves

pytestmark = pytest.mark.usefixtures("no_figure_is_left_open")


def gains(**convention) -> pd.Series:
    rates = np.linspace(0.5, 0.9, 9)
    return pd.Series(lifetime.five_point_gain(rates, **convention), rates)


def renewals() -> pd.DataFrame:
    return lifetime.retention_by_renewal(
        lifetime.contract_lifetimes(data.load("subscriptions"), "2023-12-31")
    )


def budgets() -> tuple[pd.DataFrame, dict, dict]:
    money = np.linspace(0, 100, 21)
    shares = {"winning": lifetime.response(money, 0.2, 0.04), "keeping": money / 200}
    now = {"winning": 8, "keeping": 40}
    return pd.DataFrame(shares, index=money), now, {"winning": 40, "keeping": 50}


def tornado() -> pd.DataFrame:
    base = {"margin": 100, "retention": 0.8, "discount_rate": 0.1, "acquisition_cost": 50}
    return lifetime.tornado(base, {name: (0.9 * x, 1.1 * x) for name, x in base.items()})


plots = lifetime.plots
FIGURES = {
    "gain_curve": lambda ax: plots.gain_curve(gains(), 0.8, ax),
    "mixed_cohort": lambda ax: plots.mixed_cohort(
        lifetime.mixed_cohort({"steady": (500, 0.9), "restless": (500, 0.5)}), ax
    ),
    "retention_by_renewal": lambda ax: plots.retention_by_renewal(
        renewals(), pd.Series([0.9, 0.95], [1, 2]), ax
    ),
    "projection": lambda ax: plots.projection(
        lifetime.project(curves()["High End"], 7), ax, title="High End"
    ),
    "tornado": lambda ax: plots.tornado(tornado(), ax),
    "cost_per_customer": lambda ax: plots.cost_per_customer(
        {"margin": 0.25, "keeping": 2.6}, ax=ax
    ),
    "responses": lambda ax: plots.responses(*budgets(), ax),
}


def test_every_figure_of_the_notebook_is_tried():
    public = {
        name
        for name, value in vars(plots).items()
        if callable(value) and value.__module__ == "crmlib.lifetime.plots" and name[0] != "_"
    }
    assert public == set(FIGURES)


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_draws_on_axes_of_its_own(draw, language):
    ax = draw(None)
    # drawn after the look's context has ended, as a notebook does; a missing glyph is a warning
    assert figures.png(ax.figure).startswith(b"\x89PNG")
    assert ax.get_xlabel()
    chinese = any("一" <= letter <= "鿿" for letter in ax.get_xlabel() + ax.get_ylabel())
    assert chinese == (language == "zh")


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_draws_on_the_caller_s_axes(draw):
    figure, (mine, other) = plt.subplots(1, 2)
    assert draw(mine) is mine
    assert mine.has_data()
    assert not other.has_data()
    figures.png(figure)


def test_several_conventions_share_one_figure():
    ax = plots.gain_curve({"base": gains(), "no first margin": gains(first_margin=False)})
    assert len(ax.lines) == 2
    assert len(ax.get_legend().get_texts()) == 2
    np.testing.assert_allclose(ax.lines[1].get_ydata(), gains(first_margin=False))


def test_the_numbers_in_a_figure_are_those_of_the_table():
    table = lifetime.project(curves()["Regular"], 7)
    lines = plots.projection(table).lines
    for number, name in enumerate(("Geometric", "SBG", "BdW")):
        np.testing.assert_allclose(lines[number].get_ydata(), table[name])
    np.testing.assert_allclose(lines[4].get_ydata(), curves()["Regular"].loc[8:])
    bars = plots.tornado(tornado()).patches
    widths = [bars[0].get_width(), bars[1].get_width()]
    assert sum(np.abs(widths)) == pytest.approx(tornado()["swing"].iloc[0])


# The explorer


def places(control, whole: bool) -> list:
    options = getattr(control, "options", None)
    if options is not None:
        return [value for _, value in options]
    if not whole:
        return sorted({control.min, control.value, control.max})
    steps = round((control.max - control.min) / control.step)
    return [round(control.min + control.step * k, 10) for k in range(0, steps + 1, 3)]


def settings(whole: bool) -> list[dict]:
    controls = widgets.five_percent_machine().controls
    return [
        dict(zip(controls, values, strict=True))
        for values in itertools.product(*(places(control, whole) for control in controls.values()))
    ]


def test_the_machine_speaks_at_every_corner(language):
    # the corners are the same in every language, so a few are enough to see its sentences
    for corner in settings(whole=False)[:: 5 if language == "en" else 17]:
        ax, sentence = widgets.draw_five_percent_machine(**corner)
        assert "nan" not in sentence
        assert "{" not in sentence
        assert ax.has_data()
        plt.close(ax.figure)


def test_the_machine_redraws_when_a_slider_moves():
    explorer = lifetime.widgets.five_percent_machine()
    assert explorer.sentence.startswith(
        "From 80% to 85.0% retention, the value of a customer rises by 33%: within the 25% to 85%."
    )
    explorer.controls["base"].value = 0.75
    assert "rises by 25%: within" in explorer.sentence
    explorer.controls["relative"].value = True
    assert "rises by 18%: less than the sentence says" in explorer.sentence
    explorer.controls["base"].value = 0.95
    assert "rises by 1900%: more than the sentence says" in explorer.sentence
    explorer.controls["margin_growth"].value = 0.1
    assert "no bound" in explorer.sentence
    assert explorer.image.layout.display != "none"


def test_what_the_machine_says_of_the_band_is_so(monkeypatch):
    # the choices in steps of three: the sentence's range against the gains
    everywhere = [place for place in settings(whole=True) if place["base"] == 0.5]
    monkeypatch.setattr(plots, "gain_curve", lambda gains, at=None: FakeAxes())
    for place in everywhere:
        _, sentence = widgets.draw_five_percent_machine(**place)
        convention = {name: x for name, x in place.items() if name not in ("base", "more")}
        end = min(1.0, (1 + place["discount_rate"]) / (1 + place["margin_growth"]) - 1e-6)
        points = place["more"] / 100
        last = end / (1 + points) if place["relative"] else end - points
        rates = np.linspace(0.5, last - 1e-9, 400)
        brings = five_points.five_point_gain(rates, points, **convention)
        inside = (brings >= 0.2499) & (brings <= 0.8501)
        told = re.search(r"from ([\d.]+)% to ([\d.]+)%", sentence[sentence.index(".") :])
        if "right" in sentence:
            low, high = (float(number) / 100 for number in told.groups())
            assert rates[inside].min() == pytest.approx(low, abs=0.003), (place, sentence)
            assert rates[inside].max() == pytest.approx(high, abs=0.003), (place, sentence)
        elif "no rate brings 85%" in sentence:
            assert brings.max() <= 0.8501, (place, sentence)
        else:
            assert brings.max() <= 0.2501, (place, sentence)


class FakeAxes:
    """Takes the place of a figure where only the sentence is asked."""

    def set_xlim(self, *ends: float) -> None:
        """Do nothing."""
