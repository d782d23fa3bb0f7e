"""Figures and explorers of notebook 05 draw at every corner, in both languages."""

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

from crmlib import alive, data
from crmlib.core import figures
from tests.helpers.corners import assert_sound, corners
from tests.helpers.shops import ROUNDED, exact, exact_fit, whole

pytestmark = pytest.mark.usefixtures("no_figure_is_left_open")


def forecast() -> pd.Series:
    return exact_fit().expected_purchases(39.0)


def stated() -> tuple[pd.Series, pd.Series]:
    return exact_fit().probability_alive(), exact()["holdout_purchases"] > 0


FIGURES = {
    "repeat_curve": lambda ax: alive.plots.repeat_curve(
        alive.repeat_probability(whole()), ax, label="CDNOW", shift=0.1
    ),
    "k_rule": lambda ax: alive.plots.k_rule(alive.k_rule(exact(), range(1, 8)), 3, ax),
    "return_by_silence": lambda ax: alive.plots.return_by_silence(
        alive.return_by_silence(exact()), ax
    ),
    "tracking": lambda ax: alive.plots.tracking(
        alive.track_weeks(data.load("cdnow_sample"), ROUNDED), 39, ax
    ),
    "expected_by_frequency": lambda ax: alive.plots.expected_by_frequency(
        alive.expected_by_frequency(exact(), forecast()), ax
    ),
    "alive_surface": lambda ax: alive.plots.alive_surface(alive.alive_surface(ROUNDED, 39.0), ax),
    "timeline": lambda ax: alive.plots.timeline(
        alive.alive_over_time([0, 4, 12], ROUNDED, np.arange(79)), [0, 4, 12], 10, ax
    ),
    "calibration": lambda ax: alive.plots.calibration(
        alive.calibration(*stated()), ax, label="CDNOW"
    ),
}


def test_every_figure_of_the_notebook_is_tried():
    public = {
        name
        for name, value in vars(alive.plots).items()
        if callable(value) and value.__module__ == "crmlib.alive.plots" and not name.startswith("_")
    }
    assert public == set(FIGURES)


def labels(ax: Axes) -> list[str]:
    return [ax.get_xlabel(), ax.get_ylabel()]


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_draws_on_axes_of_its_own(draw, language):
    ax = draw(None)
    # drawn after the look's context has ended, as a notebook does; a missing glyph is a warning
    assert figures.png(ax.figure).startswith(b"\x89PNG")
    assert ax.get_xlabel()
    assert any("一" <= letter <= "鿿" for letter in "".join(labels(ax))) == (language == "zh")


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_draws_on_the_caller_s_axes(draw):
    figure, (mine, other) = plt.subplots(1, 2)
    assert draw(mine) is mine
    assert mine.has_data()
    assert not other.has_data()
    figures.png(figure)


def test_two_shops_fit_on_one_axes():
    one = alive.plots.repeat_curve(alive.repeat_probability(whole()), label="all")
    two = alive.plots.repeat_curve(
        alive.repeat_probability(exact()), one, label="sample", shift=0.1
    )
    assert one is two
    assert len(one.containers) == 2


def test_the_numbers_in_a_figure_are_those_of_the_table():
    table = alive.repeat_probability(whole())
    line = alive.plots.repeat_curve(table).containers[0].lines[0]
    np.testing.assert_allclose(line.get_ydata().astype(float), table["probability"])
    weeks = alive.track_weeks(data.load("cdnow_sample"), ROUNDED)
    actual, expected = alive.plots.tracking(weeks, 39).lines[:2]
    np.testing.assert_allclose(actual.get_ydata(), weeks["actual"])
    np.testing.assert_allclose(expected.get_ydata(), weeks["expected"])


def test_a_shop_whose_customers_bought_once_or_twice_can_be_drawn():
    few = exact()[exact()["frequency"] < 2]
    figures.png(alive.plots.repeat_curve(alive.repeat_probability(few)).figure)
    figures.png(alive.plots.return_by_silence(alive.return_by_silence(few)).figure)


# Explorers


EXPLORERS = {
    "timeline": lambda: alive.widgets.timeline(exact_fit().params),
    "k_rule": lambda: alive.widgets.k_rule(exact()),
    "k_rule where nobody came back": lambda: alive.widgets.k_rule(
        exact().assign(holdout_purchases=0)
    ),
    "k_rule where nobody bought twice": lambda: alive.widgets.k_rule(
        exact()[exact()["frequency"] == 0]
    ),
}


@pytest.mark.parametrize("explorer", EXPLORERS.values(), ids=EXPLORERS)
def test_an_explorer_speaks_at_every_corner(explorer, language):
    explorer = explorer()
    # the corners are the same in every language, so a few are enough to see its sentences
    assert_sound(explorer, corners(explorer, between=True)[:: 1 if language == "en" else 4])
    assert plt.get_fignums() == []


def test_the_timeline_says_what_the_model_says():
    explorer = alive.widgets.timeline(ROUNDED, {"Bo": (0, 4, 8, 12)})
    explorer.controls["today"].value = 26
    seen = alive.alive_over_time([0, 4, 8, 12], ROUNDED, [26]).iloc[0]
    assert explorer.sentence == (
        f"Week 26: 4 purchases so far. The last was 14 weeks ago. P(alive) is {seen:.0%}."
    )
    explorer.controls["today"].value = 5
    assert explorer.sentence.startswith("Week 5: 2 purchases so far. The last was 1 week ago.")


def test_the_k_rule_says_what_the_table_says():
    explorer = alive.widgets.k_rule(whole())
    explorer.controls["k"].value = 4
    row = alive.k_rule(whole(), 4).loc[4]
    for part in (f"{row['called_loyal']:,.0f}", f"{row['precision']:.0%}", f"{row['recall']:.0%}"):
        assert part in explorer.sentence


def test_more_purchases_make_the_rule_more_precise_and_blinder():
    table = alive.k_rule(whole(), range(1, 11))
    assert table["precision"].is_monotonic_increasing
    assert table["recall"].is_monotonic_decreasing
    assert table.loc[1, "recall"] == 1


def test_the_example_customers_tell_the_notebook_s_story():
    # two customers with four purchases each: the later the last one, the more alive
    anna, bo, *_, dora = alive.widgets.example_histories().values()
    values = [alive.alive_over_time(weeks, ROUNDED, [52]).iloc[0] for weeks in (anna, bo, dora)]
    assert len(anna) == len(bo) == 4
    assert values[0] > 0.8
    assert values[1] < 0.2
    assert values[2] == 1
