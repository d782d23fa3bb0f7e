"""Every explorer of the course, each control at each end: a figure, a sentence, no text on text."""

import ast
import io

import matplotlib.pyplot as plt
import pytest
from PIL import Image

from crmlib.core import figures, images
from tests.helpers.corners import assert_sound, corners, speaks
from tests.helpers.figure_faults import faults
from tests.helpers.notebooks import cells_of, is_explorer, paths_with_explorers, read
from tools import explorers


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


@pytest.mark.parametrize("path", paths_with_explorers(), ids=lambda path: path.stem)
def test_explorers_are_sound_at_the_ends_of_every_control(path):
    found = explorers.explorers(path)
    assert len(found) == sum(is_explorer(cell) for _, cell in cells_of(read(path), "code"))
    problems = []
    for name, explorer in found:
        for values in explorers.positions(explorer):
            ax, sentence = explorer.draw(**values)
            assert speaks(sentence), (name, values, sentence)
            problems += [f"{name} at {values}: {fault}" for fault in faults(ax.figure)]
            plt.close("all")
            # on the figure of the redraw before
            picture = Image.open(io.BytesIO(explorer.picture(**values)[0]))
            if images.touches_edge(picture.convert("RGB")):
                problems.append(f"{name} at {values}: something is cut at the edge")
    assert problems == [], "\n".join(problems)


def test_text_on_text_is_found():
    with figures.style():
        ax = figures.axes()
        ax.set_xlim(0, 10)
        ax.text(5, 0.5, "one label here")
        assert faults(ax.figure) == []
        ax.text(5.2, 0.5, "another label")
        ax.set_xticks([4, 4.2], ["a long label", "a long name"])
    assert len(faults(ax.figure)) == 2


def test_positions_move_one_control_at_a_time():
    from crmlib.core import controls

    explorer = controls.explorer(
        lambda rate, kind: (figures.axes(), f"{rate} {kind}"),
        {
            "rate": controls.slider("rate", 0.8, 0.5, 0.9, 0.1),
            "kind": controls.choice("kind", ["a", "b"], "a"),
        },
    )
    moved = list(explorers.positions(explorer))
    assert [tuple(values.values()) for values in moved] == [
        (0.8, "a"), (0.5, "a"), (0.9, "a"), (0.8, "a"), (0.8, "b")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (lambda rate: 1 / (rate - 0.9), ZeroDivisionError),
        (lambda rate: float("nan") if rate == 0.9 else rate, AssertionError),
        (lambda rate: "" if rate == 0.9 else rate, AssertionError),
    ],
)
def test_a_fault_at_a_corner_is_found(fault, error):
    from crmlib.core import controls

    explorer = controls.explorer(
        lambda rate, kind: (figures.axes(), f"{fault(rate)}"),
        {
            "rate": controls.slider("rate", 0.8, 0.5, 0.9, 0.1),
            "kind": controls.choice("kind", ["a", "b"], "a"),
        },
    )
    places = corners(explorer)
    assert [tuple(values.values()) for values in places] == [
        (0.5, "a"), (0.5, "b"), (0.9, "a"), (0.9, "b")
    ]  # fmt: skip
    assert len(corners(explorer, between=True)) == 6
    assert_sound(explorer, places[:2])
    with pytest.raises(error):
        assert_sound(explorer, places)


def test_only_the_cells_that_an_explorer_needs_are_run():
    sources = [
        "from crmlib import value",
        "rows = load()",
        "unused = rows.sum()",
        "rows['share'] = 1",
        "%matplotlib inline\nother = slow()",
        "value.widgets.whale(rows)",
        "rows = load()",
    ]
    cells = [{"cell_type": "code", "source": source} for source in sources]
    assert [ast.unparse(tree) for tree in explorers.needed(cells)] == [
        sources[place] for place in (0, 1, 3, 5)
    ]
