"""The explorer of notebook 07 at every corner, and figures of odd tables."""

from itertools import product

import matplotlib.pyplot as plt
import pandas as pd
import pytest
from matplotlib.patches import PathPatch

from crmlib import tiers
from crmlib.core import figures
from crmlib.tiers import widgets
from tests.helpers.tiers import bases, yearly


@pytest.fixture(autouse=True)
def _close():
    yield
    plt.close("all")


@pytest.mark.parametrize("basis", ["revenue", "contribution", "lifetime value"])
def test_explorer_at_the_corners_of_its_sliders(basis):
    corners = product((0.01, 0.05), (0.05, 0.30), (0.20, 0.80))
    for number, cuts in enumerate(corners):
        years = [(2021, 2022), (2022, 2023)][number % 2]
        ax, sentence = widgets.draw_cut_points(bases(), *cuts, basis=basis, years=years)
        assert "are still there" in sentence
        assert "nan" not in sentence + " ".join(text.get_text() for text in ax.texts)
        plt.close(ax.figure)


def test_explorer_says_what_the_notebook_says():
    look = widgets.cut_points(bases())
    assert look.sentence.startswith("By revenue, 2022: the two upper tiers hold 85% of it.")
    assert "47% of the top tier" in look.sentence
    look.controls["basis"].value = "contribution"
    assert look.sentence.startswith("By contribution, 2022:")
    assert look.image.value[1:4] == b"PNG"


def test_explorer_survives_a_shop_in_which_all_are_equal():
    same = {"orders": pd.DataFrame(1.0, index=range(50), columns=[1, 2])}
    ax, sentence = widgets.draw_cut_points(same, 0.01, 0.2, 0.5, "orders", (1, 2))
    assert "nobody" in sentence
    assert figures.png(ax.figure)


def test_figures_of_odd_tables_are_drawn():
    loss = pd.Series([5.0, -1, -2, -3], name="contribution")
    table = tiers.table(tiers.assign(loss, (0.25, 0.5, 0.75)), loss)
    moves = tiers.migration(pd.Series(["gold", "lead"]), pd.Series(["lead", "lead"]))
    for ax in (
        tiers.plots.pyramid(table, "contribution"),
        tiers.plots.migration(moves),
        tiers.plots.flow(moves),
    ):
        assert figures.png(ax.figure)


def test_flow_shows_every_customer_once():
    before, after = (tiers.assign(yearly()[year]) for year in (2022, 2023))
    ax = tiers.plots.flow(tiers.migration(before, after))
    paths = [patch.get_path() for patch in ax.patches if isinstance(patch, PathPatch)]
    # a band begins at its upper left corner and ends with the lower one
    heights = [
        band[0, 1] - band[7, 1] for path in paths for band in path.vertices.reshape(-1, 9, 2)
    ]
    assert sum(heights) == pytest.approx(1)
