"""Figures and the explorer of notebook 04 draw at every corner; functions agree with each other."""

from functools import cache
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from crmlib import data, lifecycle
from crmlib.core import figures
from crmlib.lifecycle import STATES, widgets

MARGIN, RATE = {"potential": -1, "target": -15, "actual": 60, "lost": -2, "non-customer": 0}, 0.025
BASE = {"potential": 1600, "target": 700, "actual": 1900, "lost": 800, "non-customer": 2900}


@cache
def counts() -> pd.DataFrame:
    return lifecycle.count_transitions(data.load("state_panel"))


def matrix() -> pd.DataFrame:
    return lifecycle.transition_matrix(counts())


pytestmark = pytest.mark.usefixtures("no_figure_is_left_open")


def policies() -> pd.DataFrame:
    save = lifecycle.Policy(state="actual", to="actual", taken_from="lost", points=1)
    win = lifecycle.Policy(state="lost", to="actual", taken_from="lost", points=3)
    names = {"save one point": save, "win back three": win}
    return lifecycle.compare_policies(matrix(), MARGIN, RATE, BASE, names)


def stays() -> pd.DataFrame:
    return lifecycle.chance_by_duration(data.load("state_panel").head(12_000))


def curve() -> pd.DataFrame:
    months = lifecycle.contract_months(data.load("subscriptions").head(500), "2023-12-31")
    return lifecycle.kaplan_meier(months["months"], months["ended"])


def values() -> pd.DataFrame:
    return lifecycle.value_intervals(counts(), MARGIN, RATE, draws=50)


def paths() -> tuple[pd.DataFrame, pd.DataFrame]:
    future = lifecycle.forecast(matrix(), BASE, 8)
    return future.loc[:5], future.loc[4:]


FIGURES = {
    "transition_map": lambda ax: lifecycle.plots.transition_map(
        lifecycle.transition_intervals(counts()), ax
    ),
    "state_paths": lambda ax: lifecycle.plots.state_paths(*paths(), ax, xlabel="quarters ahead"),
    "state_values": lambda ax: lifecycle.plots.state_values(values(), BASE, ax),
    "net_gain": lambda ax: lifecycle.plots.net_gain(
        policies(), {"save one point": 1.5, "win back three": 8}, ax
    ),
    "by_duration": lambda ax: lifecycle.plots.by_duration({"all persons": stays()}, ax),
    "survival": lambda ax: lifecycle.plots.survival(
        curve(), curve()["survival"] ** 2, {12: 0.37}, ax
    ),
}


def test_every_figure_of_the_notebook_is_tried():
    public = {
        name
        for name, value in vars(lifecycle.plots).items()
        if callable(value)
        and value.__module__ == "crmlib.lifecycle.plots"
        and not name.startswith("_")
    }
    assert public == {*FIGURES, "editor"}  # the editor has two panels of its own


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_draws_on_axes_of_its_own(draw, language):
    ax = draw(None)
    # drawn after the look's context has ended, as a notebook does; a missing glyph is a warning
    assert figures.png(ax.figure).startswith(b"\x89PNG")
    assert ax.get_xlabel()


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_draws_on_the_caller_s_axes(draw):
    figure, (mine, other) = plt.subplots(1, 2)
    assert draw(mine) is mine
    assert mine.has_data()
    assert not other.has_data()
    figures.png(figure)


def test_the_numbers_in_a_figure_are_those_of_the_table():
    seen, ahead = paths()
    ax = lifecycle.plots.state_paths(seen, ahead)
    solid, dotted = ax.lines[:2]
    np.testing.assert_allclose(solid.get_ydata(), seen["potential"])
    np.testing.assert_allclose(dotted.get_ydata(), ahead["potential"])
    ax = lifecycle.plots.state_values(values())
    widths = [bar.get_width() for bar in ax.patches]
    np.testing.assert_allclose(widths, values()["value"])


def test_names_at_the_ends_of_lines_keep_their_distance():
    ends = pd.DataFrame([[100.0, 101, 102, 103, 104]], columns=list("abcde"))
    ax = lifecycle.plots.state_paths(ends)
    ax.figure.canvas.draw()
    boxes = [text.get_window_extent() for text in ax.texts]
    tops = sorted((box.y0, box.y1) for box in boxes)
    assert all(low[1] <= high[0] + 1 for low, high in pairwise(tops))


def test_a_chain_of_two_states_can_be_drawn():
    two = pd.DataFrame([[80, 20], [0, 90]], index=["on", "off"], columns=["on", "off"])
    figures.png(lifecycle.plots.transition_map(lifecycle.transition_intervals(two)).figure)
    future = lifecycle.forecast(lifecycle.transition_matrix(two), {"on": 5}, 4)
    figures.png(lifecycle.plots.state_paths(future).figure)


# The explorer


def explorer():
    return lifecycle.widgets.transitions(matrix(), MARGIN, RATE, BASE)


def test_the_explorer_speaks_at_every_corner(language):
    before = lifecycle.state_values(matrix(), MARGIN, RATE)
    usual = lifecycle.forecast(matrix(), BASE, 12)
    # all 160 corners are sound (below); the picture is drawn at those that differ most
    moves = [f"to_{number}" for number in range(len(STATES))]
    corners = [dict.fromkeys(moves, end) for end in (-20, 20)]
    corners += [dict.fromkeys(moves, -20) | {"to_4": 20}]
    for row in ("actual", "non-customer") if language == "en" else ("lost",):
        for corner in corners:
            ax, sentence = widgets.draw_transitions(
                matrix(), MARGIN, RATE, before, usual, row, **corner
            )
            figures.png(ax.figure)
            plt.close(ax.figure)
            assert "nan" not in sentence
            assert "{" not in sentence


def test_the_explorer_s_controls_reach_its_figure():
    shown = explorer()
    shown.controls["row"].value = "lost"
    shown.controls["to_2"].value = -20
    assert shown.image.layout.display != "none", shown.sentence
    assert shown.sentence.startswith("From 'lost', scaled back to 100% (your row added up to 94%)")
    assert plt.get_fignums() == []


@pytest.mark.parametrize("row", STATES)
def test_every_corner_is_a_sound_matrix(row):
    ends = np.array(np.meshgrid(*[[-20, 20]] * 5)).reshape(5, -1).T
    for points in ends:
        new, total = widgets.edited(matrix(), row, dict(zip(STATES, points, strict=True)))
        assert total > 0
        assert (new >= 0).all(axis=None)
        assert new.loc[row].sum() == pytest.approx(1)
        assert np.isfinite(lifecycle.state_values(new, MARGIN, RATE)).all()


def test_without_a_move_the_explorer_shows_the_estimate():
    sentence = explorer().sentence
    value = lifecycle.state_values(matrix(), MARGIN, RATE)["actual"]
    people = lifecycle.forecast(matrix(), BASE, 12)["actual"].iloc[-1]
    assert sentence.startswith("From 'actual': potential 0.0%, target 0.0%, actual 86.0%")
    assert f"is worth {value:,.0f} CNY (as estimated: {value:,.0f})" in sentence
    assert f"{people:,.0f} are 'actual'" in sentence


def test_a_row_that_is_too_large_is_scaled_back_and_says_so():
    shown = explorer()
    shown.controls["to_2"].value = 5
    assert "scaled back to 100% (your row added up to 105%)" in shown.sentence
    new, _total = widgets.edited(matrix(), "actual", dict.fromkeys(STATES, 0) | {"actual": 5})
    assert new.loc["actual", "actual"] == pytest.approx((0.8597 + 0.05) / 1.05, abs=1e-4)


def test_a_row_without_any_chance_stays_as_it_was():
    tiny = pd.DataFrame([[0.1, 0.9], [0.5, 0.5]], index=["on", "off"], columns=["on", "off"])
    new, total = widgets.edited(tiny, "on", {"on": -20, "off": -90})
    assert total == 0
    pd.testing.assert_frame_equal(new, tiny)


# Functions that must agree


def test_policies_and_their_intervals_agree():
    save = lifecycle.Policy(state="actual", to="actual", taken_from="lost", points=1)
    plain = lifecycle.compare_policies(matrix(), MARGIN, RATE, BASE, {"save": save})
    drawn = lifecycle.policy_intervals(counts(), MARGIN, RATE, BASE, {"save": save}, draws=400)
    assert drawn.loc["save", "lower"] < plain.loc["save", "gain"] < drawn.loc["save", "upper"]
    assert drawn.loc["save", ["lower_difference", "upper_difference"]].to_list() == [0, 0]


def test_the_end_is_where_a_long_forecast_arrives():
    far = lifecycle.forecast(matrix(), {"potential": 1}, 400).iloc[-1]
    np.testing.assert_allclose(far, lifecycle.steady_state(matrix()), atol=1e-9)


def test_splitting_a_state_keeps_all_steps_whose_length_is_known():
    panel = data.load("state_panel")
    split = lifecycle.count_transitions(lifecycle.split_by_duration(panel))
    own = [name for name in split.index if name.startswith("actual")]
    others = [name for name in STATES if name != "actual"]
    pd.testing.assert_frame_equal(
        split.loc[others, others], counts().loc[others, others], check_names=False
    )
    stays_on = lifecycle.chance_by_duration(panel, longest=3)
    assert split.loc["actual 1", "lost"] == stays_on.loc[1, "left"]
    assert split.loc[own].to_numpy().sum() <= counts().loc["actual"].sum()
