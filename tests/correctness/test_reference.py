"""Every published figure is reproduced, and the page that says so is the one that was made."""

import re
from pathlib import Path

import pytest

from tools import reference
from tools.reference_figures import Figure, agrees, figures

PAGE = Path(__file__).parents[2] / "docs" / "reference.md"
FIGURES = figures()


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: f"{figure.model}: {figure.what}")
def test_the_published_figure_is_reproduced(figure):
    assert agrees(figure, float(figure.ours())), f"published: {figure.published}"


def test_the_page_has_a_row_for_every_figure_and_says_yes_to_all():
    rows = re.findall(
        r"^\| (.+?) \| (.+?) \| (\S+) \| (\S+) \| (yes|NO) \|", PAGE.read_text("utf-8"), re.M
    )
    assert [(row[0], row[1]) for row in rows] == [(f.model, f.what) for f in FIGURES]
    assert all(row[4] == "yes" for row in rows)
    for row, figure in zip(rows, FIGURES, strict=True):
        printed = float(row[3].replace("−", "-"))
        assert agrees(figure, printed), "run: python -m tools.reference"


@pytest.mark.parametrize(
    ("published", "ours", "relative", "same"),
    [
        ("1.22591", 1.225914, 0.0, True),
        ("1.22591", 1.225916, 0.0, False),
        (".242593", 0.242610, 1e-4, True),
        (".242593", 0.242630, 1e-4, False),
        ("1.07869e-07", 1.078694e-7, 0.0, True),
        ("1.07869e-07", 0.0, 1e-5, False),
    ],
)
def test_agreement_is_judged_by_the_last_printed_digit(published, ours, relative, same):
    figure = Figure("model", "what", published, lambda: ours, "source", relative)
    assert agrees(figure, ours) is same
    assert ("yes" if same else "NO") in reference.line(figure, ours)
