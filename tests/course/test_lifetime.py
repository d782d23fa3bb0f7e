"""What notebook 03 and its exercises tell where no cell prints it."""

import json
from functools import cache

import numpy as np
import pytest

from crmlib import data, lifetime
from crmlib.lifetime import answers
from tests.helpers.tree import ROOT


@cache
def code(path: str) -> str:
    """Return all code of a notebook."""
    cells = json.loads((ROOT / path).read_text(encoding="utf-8"))["cells"]
    return "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")


def test_the_books_of_exercise_x4_are_those_that_the_check_knows():
    exercise = code("exercises/solutions/03_lifetime.ipynb")
    for name, value in answers.BOOKS.items():
        shown = f"{value:_}" if isinstance(value, int) else f"{value}"
        assert f'"{name}": {shown}' in exercise


def test_the_firm_of_exercise_x5_is_that_of_the_notebook():
    notebook, exercise = (
        code(path)
        for path in ("notebooks/03_lifetime.ipynb", "exercises/solutions/03_lifetime.ipynb")
    )
    shown = {
        "winning": "({:.0f}, {:.2f}, {:.2f})".format(*answers.WINNING),
        "keeping": "({:.0f}, {:.2f}, {:.2f})".format(*answers.KEEPING),
    }
    for name, point in shown.items():
        assert f'"{name}": {point}' in notebook
        assert f"response_speed{point}" in exercise


def test_five_points_at_half_the_customers_hardly_ever_bring_a_quarter():
    # the answer to the third question at the explorer
    gains = [
        lifetime.five_point_gain(
            0.5, relative=relative, first_margin=first, discount_rate=d, margin_growth=g
        )
        for relative in (True, False)
        for first in (True, False)
        for d in np.linspace(0, 0.2, 21)
        for g in np.linspace(0, 0.1, 11)
    ]
    assert np.mean(np.array(gains) < 0.25) > 0.99


def test_with_a_discount_even_five_points_from_95_bring_less_than_85_percent():
    # the answer to the second question
    assert lifetime.five_point_gain(0.95, discount_rate=0.1) < 0.85


def test_who_began_is_at_risk_only_once_old_enough():
    # known wrong answers of 03.c3 are far enough from the right one to be told apart
    right = answers.share_still_there()
    assert abs(answers.at_risk_among_all() - right) > 0.02 * right


def test_aimed_at_the_right_customers_one_more_kept_costs_less_than_one_won():
    # "one more customer kept costs far less"
    truth = data.truth("retention_rct.cost_per_customer_kept")
    assert truth["best fifth"] < data.truth("subscriptions.acquisition_cost")
    assert truth["everybody"] > 4 * truth["best fifth"]


@pytest.mark.parametrize("gain", [0.25, 0.4, 0.5])
def test_reading_the_sentence_as_per_cent_asks_for_more(gain):
    assert lifetime.retention_for_gain(gain, relative=True) > lifetime.retention_for_gain(gain)
