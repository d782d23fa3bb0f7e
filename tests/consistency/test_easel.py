"""A figure that is drawn on again looks like a new one, and an explorer's picture is whole."""

import io

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axis import XAxis
from PIL import Image

from crmlib.core import controls, figures, images
from crmlib.core.easel import Easel


def plain(number):
    with figures.style():
        left, right = figures.panels(2, width=6, height=3, layout="none")
        left.plot(range(number + 2), label="a line")
        left.legend()
        right.scatter(range(number + 1), range(number + 1))
    return left


def everything():
    """All that a plot function may leave behind, in a figure like that of ``plain``."""
    with figures.style():
        left, right = figures.panels(2, width=6, height=3, layout="none")
        left.plot([1, 5], label="a long name of a line")
        left.bar([0, 1], [2, 3], label="bars")
        left.axhspan(1, 2)
        left.set(xlabel="x", ylabel="y", title="title", xlim=(-3, 9), xscale="symlog")
        figures.percent_axis(left.yaxis)
        right.fill_between([0, 1], [1, 2])
        right.imshow(np.eye(2), aspect="auto")
        right.text(0.1, 0.2, "text")
        right.plot([], label="nothing")
        right.legend()
        right.set_ylim(-1, 3)
        right.set_xticks([0, 1], ["none", "one"])
        right.twinx().plot([3, 1])
        figures.note(left, "a note")
        left.figure.suptitle("a title")
        left.figure.supylabel("a side")
        left.figure.text(0.5, 0.5, "a word")
        left.figure.legend(["a key"])
    return left


@pytest.mark.parametrize("number", [0, 1, 3])
def test_a_wiped_figure_looks_like_a_new_one(number):
    easel = Easel()
    with figures.offscreen(easel):
        figures.png(everything().figure)
    with figures.offscreen(easel):
        again = figures.png(plain(number).figure)
    with figures.offscreen():
        assert again == figures.png(plain(number).figure)


def curve(ax):
    ax.plot([0, 1, 4], "o-", label="a line", clip_on=False)
    ax.bar([0, 1], [3, 2], color=figures.ORANGE)
    ax.set(xlabel="x", ylabel="y", xlim=(-1, 3), ylim=(0, 5))


VARIANTS = {
    "nothing": lambda ax: None,
    "data": lambda ax: ax.plot([4, 1, 0], lw=9),
    "limits": lambda ax: ax.set_xlim(-2, 9),
    "scale": lambda ax: ax.set(yscale="symlog"),
    "places": lambda ax: ax.set_xticks([0, 2]),
    "words": lambda ax: ax.set_xticks([0, 1, 2], ["a", "b", "c"]),
    "percent": lambda ax: figures.percent_axis(ax.yaxis),
    "label": lambda ax: ax.set_ylabel("another"),
    "title": lambda ax: ax.set_title("a title"),
    "legend": lambda ax: ax.legend(loc="upper center"),
    "note": lambda ax: figures.note(ax, "a note"),
    "margins": lambda ax: ax.figure.subplots_adjust(left=0.3),
    "no axis": lambda ax: ax.axis("off"),
    "below the grid": lambda ax: ax.axhspan(1, 2, color=figures.RED, zorder=0),
    "a twin": lambda ax: ax.twinx().plot([9, 3]),
    "an inset": lambda ax: ax.inset_axes((0.5, 0.5, 0.4, 0.4)).plot([9, 3]),
}


@pytest.mark.parametrize("change", VARIANTS.values(), ids=list(VARIANTS))
def test_a_figure_in_layers_is_the_figure_drawn_in_one_go(change):
    def drawing(change):
        with figures.style():
            left, right = figures.panels(2, width=6, height=3, layout="none")
            left.figure.subplots_adjust(wspace=0.4)
            curve(left)
            curve(right)
            change(right)
        return left.figure

    easel = Easel()
    for earlier in (VARIANTS["nothing"], VARIANTS["data"], change, change):
        with figures.offscreen(easel):
            picture = easel.image(drawing(earlier), 1.5)
    with figures.offscreen():
        alone = images.drawn(drawing(change), sharpness=1.5)
    assert picture.tobytes() == alone.tobytes()


def test_the_lower_layer_is_drawn_once(monkeypatch):
    drawn = []
    draw = XAxis.draw
    monkeypatch.setattr(XAxis, "draw", lambda self, *a, **k: (drawn.append(1), draw(self, *a, **k)))
    easel = Easel()
    for _ in range(5):
        with figures.offscreen(easel):
            easel.image(plain(1).figure, 1.0)
    assert len(drawn) == 2  # two panels


def test_titles_and_notes_can_be_written_again():
    easel = Easel()
    made = []
    for _ in range(3):
        with figures.offscreen(easel):
            made.append(figures.png(everything().figure))
    with figures.offscreen():
        assert made == [figures.png(everything().figure)] * 3


def test_two_figures_of_one_kind_in_one_drawing_are_two():
    easel = Easel()
    with figures.offscreen(easel):
        assert figures.axes() is not figures.axes()


def test_figures_of_other_kinds_are_others():
    easel = Easel()
    kinds = ({"width": 4}, {"width": 5}, {"number": 2}, {"layout": "none"}, {"sharex": True})
    made = []
    for kind in kinds:
        with figures.offscreen(easel):
            made.append(figures.panels(**({"number": 1} | kind))[0].figure)
    assert len(set(map(id, made))) == len(kinds)


def test_without_an_easel_every_figure_is_new():
    with figures.offscreen():
        assert figures.axes() is not figures.axes()
    assert plt.get_fignums() == []


@pytest.fixture
def growing():
    def draw(size):
        with figures.style():
            ax = figures.axes(width=4, height=3)
            ax.plot([0, 10**size])
            ax.set_ylabel("so much")
            ax.ticklabel_format(style="plain")
        return ax, f"{size}"

    return controls.explorer(draw, {"size": controls.slider("size", 0, 0, 9, 1)})


def image(explorer, **values):
    return Image.open(io.BytesIO(explorer.picture(**values)[0])).convert("RGB")


def test_longer_labels_than_before_are_not_cut(growing):
    assert not images.touches_edge(image(growing, size=9))


def test_margins_that_have_grown_stay(growing):
    last = growing.picture(size=9)[0]
    first = growing.picture(size=0)[0]
    assert growing.picture(size=9)[0] == last
    assert growing.picture(size=0)[0] == first


def test_margins_stay_while_a_slider_moves(growing):
    def left_of_the_axis(picture):
        # the axis is the longest dark column
        dark = (np.asarray(picture.convert("L")) < 150).sum(axis=0)
        return int(dark.argmax())

    assert left_of_the_axis(image(growing, size=0)) == left_of_the_axis(image(growing, size=1))


def test_another_option_may_have_other_margins():
    def draw(unit):
        with figures.style():
            ax = figures.axes(width=4, height=3)
            ax.plot([1, 2])
            ax.set_yticks([1, 2], [unit, unit])
        return ax, unit

    options = ["a", "a very long name"]
    explorer = controls.explorer(draw, {"unit": controls.choice("unit", options, "a")})
    for unit in options * 2:
        with figures.offscreen():
            alone = figures.png(draw(unit)[0].figure, sharpness=controls.SHARPNESS)
        picture = np.asarray(image(explorer, unit=unit), dtype=int)
        one = np.asarray(Image.open(io.BytesIO(alone)), dtype=int)
        # the explorer's colours are rounded
        assert np.abs(picture - one).max() < 20


@pytest.mark.parametrize("edge", [(0, 5), (9, 5), (5, 0), (5, 7)])
def test_ink_at_any_edge_is_seen(edge):
    picture = Image.new("RGB", (10, 8), "white")
    assert not images.touches_edge(picture)
    picture.putpixel((5, 4), (0, 0, 0))
    assert not images.touches_edge(picture)
    picture.putpixel(edge, (0, 0, 0))
    assert images.touches_edge(picture)
