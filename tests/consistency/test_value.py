"""Figures and the explorer of notebook 02 draw at every corner, in both languages."""

from functools import cache

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest

from crmlib import value
from crmlib.core import figures
from crmlib.value import answers
from tests.helpers.corners import assert_sound, corners

MEASURES = ("revenue", "contribution", "net_profit")


pytestmark = pytest.mark.usefixtures("no_figure_is_left_open")


def curves(make) -> dict:
    return {name.replace("_", " "): make(answers.pnl()[name]) for name in MEASURES}


def four_corners(ax):
    table = answers.relations()
    kinds = value.quadrants(table["tenure"], table["net_profit"])
    return value.plots.quadrants(table["tenure"], table["net_profit"], kinds, ax=ax)


def per_order() -> pd.Series:
    return answers.pnl()["service"] / answers.pnl()["orders"]


FIGURES = {
    "lorenz": lambda ax: value.plots.lorenz(curves(value.lorenz), ax=ax),
    "whale": lambda ax: value.plots.whale(curves(value.whale_curve), "share_of_total", ax=ax),
    "cost_by_group": lambda ax: value.plots.cost_by_group(value.cost_by_group(answers.pnl()), ax),
    "service_per_order": lambda ax: value.plots.service_per_order(per_order(), 25, ax=ax),
    "quadrants": four_corners,
}


def test_every_figure_of_the_notebook_is_tried():
    public = {
        name
        for name, thing in vars(value.plots).items()
        if callable(thing) and thing.__module__ == "crmlib.value.plots" and not name.startswith("_")
    }
    assert public == set(FIGURES)


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_draws_on_axes_of_its_own(draw, language):
    ax = draw(None)
    # drawn after the look's context has ended, as a notebook does; a missing glyph is a warning
    assert figures.png(ax.figure).startswith(b"\x89PNG")
    assert ax.get_xlabel()
    assert any("一" <= letter <= "鿿" for letter in ax.get_xlabel()) == (language == "zh")


@pytest.mark.parametrize("draw", FIGURES.values(), ids=FIGURES)
def test_a_figure_draws_on_the_caller_s_axes(draw):
    figure, (mine, other) = plt.subplots(1, 2)
    assert draw(mine) is mine
    assert mine.has_data()
    assert not other.has_data()
    figures.png(figure)


def test_the_marks_of_a_figure_stand_where_the_theory_says():
    ax = value.plots.lorenz(curves(value.lorenz))
    marks = [line.get_ydata()[0] for line in ax.lines if list(line.get_xdata()) == [0.8]]
    shares = [value.pareto_share(answers.pnl()[name]) for name in MEASURES]
    assert 1 - np.array(marks) == pytest.approx(shares, abs=1e-6)
    ax = value.plots.whale({"net profit": value.whale_curve(answers.pnl()["net_profit"])})
    peak = value.whale_peak(answers.pnl()["net_profit"])
    (x,), (y,) = ax.lines[1].get_data()
    assert [x, y] == pytest.approx([peak["share_of_customers"], peak["cumulative"]])


def test_a_curve_of_one_customer_and_of_a_losing_firm_can_be_drawn():
    figures.png(value.plots.lorenz({"one": value.lorenz([3.0])}).figure)
    losing = {"loss": value.whale_curve([1.0, -5.0])}
    for column in ("cumulative", "share_of_total"):
        figures.png(value.plots.whale(losing, column).figure)


# The explorer


@cache
def windows() -> dict[str, pd.DataFrame]:
    return {"all three years": answers.pnl(), "the last year": answers.pnl("2023-01-01")}


def explorer():
    hogs = value.service_hogs(answers.pnl(), answers.THRESHOLD)
    return value.widgets.whale(windows(), hogs)


def test_the_explorer_speaks_at_every_corner(language):
    shown = explorer()
    places = corners(shown)
    # the corners are the same in every language, so a few are enough to see its sentences
    assert_sound(shown, places if language == "en" else [*places[::5], places[-1]])
    assert plt.get_fignums() == []


def test_every_corner_has_its_curves():
    hogs = value.service_hogs(answers.pnl(), answers.THRESHOLD)
    for corner in corners(explorer()):
        ax, _sentence = value.widgets.draw_whale(windows(), hogs, "CNY", **corner)
        assert len(ax.lines) > 4
        plt.close(ax.figure)


def test_the_explorer_says_what_the_table_says():
    shown = explorer()
    pnl = answers.pnl()
    for part in (
        f"{value.pareto_share(pnl['net_profit']):.0%} of the whole",
        f"{pnl['net_profit'].sum():,.0f} CNY",
        f"{(pnl['net_profit'] < 0).mean():.0%} of 8,000 customers lose money",
    ):
        assert part in shown.sentence


def test_cheaper_hogs_never_make_the_firm_poorer():
    hogs = value.service_hogs(answers.pnl(), answers.THRESHOLD)
    profits = [
        value.rescale_service(answers.pnl(), hogs, factor)["net_profit"].sum()
        for factor in (2, 1.5, 1, 0.5, 0)
    ]
    assert profits == sorted(profits)


def test_an_explorer_of_a_firm_that_loses_money_says_so():
    pnl = answers.pnl()[["service", "cost_to_serve", "revenue"]].assign(
        contribution=-1.0, net_profit=-2.0
    )
    shown = value.widgets.whale({"ever": pnl}, pd.Series(False, index=pnl.index))
    assert "there is no profit to hold a share of" in shown.sentence
