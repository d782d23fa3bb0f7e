"""One look for every figure, whenever it is drawn, and a character for every Chinese word."""

import io
from pathlib import Path

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont
from matplotlib import font_manager
from matplotlib.colors import to_hex, to_rgb
from matplotlib.dates import num2date
from matplotlib.text import Text
from PIL import Image

from crmlib import lifecycle, tiers
from crmlib.core import figures
from crmlib.report import pictures
from tests.helpers.figure_faults import pale
from tools import fonts

CHINESE = "客户满意陷阱与复购率：−3%（repeat）悖论，¥1,200"


@pytest.fixture(autouse=True)
def _close_figures():
    yield
    plt.close("all")


def drawn(ax, label=CHINESE):
    with figures.style():
        ax = figures.axes(ax)
        (line,) = ax.plot([-4, 4], [0, 0.5], marker="o")
        ax.set_title(label)
        ax.set_xlabel(label)
        ax.set_ylabel(label)
        figures.end_label(line, label)
        figures.percent_axis(ax.yaxis)
    return ax


def tick_looks(ax):
    ax.figure.canvas.draw()
    looks = set()
    for axis in (ax.xaxis, ax.yaxis):
        for tick in axis.get_major_ticks():
            label = tick.label1
            line = tick.gridline
            looks.add(
                (
                    tuple(label.get_fontfamily()),
                    label.get_fontsize(),
                    to_hex(label.get_color()),
                    to_hex(tick.tick1line.get_markeredgecolor()),
                    line.get_visible() == (axis is ax.yaxis),
                    to_hex(line.get_color()) if line.get_visible() else None,
                )
            )
    return looks


def test_the_font_has_every_character_that_the_course_uses():
    has = set(map(chr, TTFont(figures.FONT_FILE).getBestCmap()))
    dejavu = TTFont(font_manager.findfont("DejaVu Sans"))
    either = has | set(map(chr, dejavu.getBestCmap()))
    assert fonts.gb2312(16, 55) - has == set()
    assert set("，。、；：？！“”‘’（）《》【】…—·￥％") - has == set()
    lacking = sorted(fonts.used() - either)
    assert lacking == [], "make the font again: python -m tools.fonts"


def test_the_texts_that_the_font_must_cover_are_there():
    assert [path.name for path in fonts.TEXTS if not path.is_file()] == []
    assert {"阱", "悖"} <= fonts.used()


def test_the_font_keeps_its_licence():
    text = figures.FONT_FILE.with_name("OFL.txt").read_text(encoding="utf-8")
    assert "SIL OPEN FONT LICENSE Version 1.1" in text
    names = TTFont(figures.FONT_FILE)["name"]
    assert "Adobe" in names.getDebugName(0)
    assert "SIL Open Font License" in names.getDebugName(13)


def test_the_font_is_small_enough_to_carry():
    assert figures.FONT_FILE.stat().st_size < 1_500_000


def test_mixed_labels_draw_without_a_missing_character():
    # A missing glyph is a warning, and pytest makes warnings errors.
    figures.png(drawn(None).figure)


def test_a_missing_character_would_be_noticed():
    with pytest.warns(UserWarning, match="missing from font"):
        figures.png(drawn(None, label="\U00020000").figure)


def test_mixed_labels_draw_on_the_callers_own_axes_too():
    _, ax = plt.subplots()
    drawn(ax)
    ax.set_xticks([-4, 0, 4], ["从未", "一次", "两次"])
    figures.png(ax.figure)


@pytest.mark.parametrize("kind", ["pdf", "svg"])
def test_mixed_labels_draw_for_print(kind):
    buffer = io.BytesIO()
    drawn(None).figure.savefig(buffer, format=kind)
    assert len(buffer.getvalue()) > 5_000


def test_the_callers_axes_keep_their_look():
    _, ax = plt.subplots(figsize=(3, 2))
    ax.set_title("mine", fontfamily="serif", fontsize=7)
    got = figures.axes(ax)
    assert got is ax
    assert ax.title.get_fontsize() == 7
    assert ax.title.get_fontfamily() == ["serif", "Noto Sans SC"]
    assert ax.spines["top"].get_visible()
    figures.axes(ax)
    assert ax.title.get_fontfamily() == ["serif", "Noto Sans SC"]


def test_a_figure_drawn_after_the_context_looks_the_same():
    with figures.style():
        image = figures.png(drawn(None).figure)
        expected = tick_looks(drawn(None))
    outside, later = drawn(None), drawn(None)
    with mpl.rc_context({"font.family": ["serif"], "xtick.labelsize": 3, "grid.color": "red"}):
        assert figures.png(outside.figure) == image
        assert tick_looks(outside) == expected
        later.xaxis.reset_ticks()
        later.yaxis.reset_ticks()
        later.set_xlim(-40, 40)
        assert tick_looks(later) == expected


def test_the_look_ends_with_the_context():
    before = dict(mpl.rcParams)
    with figures.style():
        assert mpl.rcParams["font.size"] >= 12
    assert dict(mpl.rcParams) == before
    with pytest.raises(RuntimeError, match="in the middle"), figures.style():
        raise RuntimeError("in the middle")
    assert dict(mpl.rcParams) == before


def test_what_a_notebook_switches_on_inside_the_context_stays_on():
    # A notebook's backend is loaded with the first figure and makes pyplot interactive.
    with mpl.rc_context():
        plt.ioff()
        with figures.style():
            plt.ion()
        assert plt.isinteractive()


def test_the_font_is_made_known_once():
    for _ in range(3):
        with figures.style():
            pass
    known = [f for f in font_manager.fontManager.ttflist if f.fname == str(figures.FONT_FILE)]
    assert len(known) == 1
    assert known[0].name == "Noto Sans SC"


def test_text_is_large_enough_for_a_projector():
    ax = drawn(None)
    with figures.style():
        figures.note(ax, "source")
        ax.legend([CHINESE])
    ax.figure.canvas.draw()
    sizes = {text.get_text(): text.get_fontsize() for text in ax.figure.findobj(Text)}
    assert {text for text, size in sizes.items() if text and size < 12} == set()


def test_a_figure_has_the_size_asked_for():
    assert figures.axes().figure.get_size_inches().tolist() == [8.0, 4.5]
    assert figures.axes(width=6, height=3).figure.get_size_inches().tolist() == [6, 3]
    left, right = figures.panels(2, width=10, sharey=True)
    assert left.figure.get_size_inches().tolist() == [10, 4.5]
    left.set_ylim(0, 7)
    assert right.get_ylim() == (0, 7)


def test_the_callers_wishes_win():
    with figures.style():
        (line,) = figures.axes().plot([0, 1], [0, 1])
        label = figures.end_label(line, "model", color="black", va="top")
    assert (label.get_color(), label.get_va()) == ("black", "top")


def test_an_end_label_stands_at_the_last_point():
    (line,) = figures.axes().plot([0, 1, 2], [3, 4, 5])
    assert figures.end_label(line, "model").xy == (2, 5)


def luminance(color):
    parts = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in to_rgb(color)]
    return sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), parts, strict=True))


def contrast(color, ground="white"):
    light, dark = sorted((luminance(color), luminance(ground)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("name", ["BLUE", "ORANGE", "GREEN", "RED", "PURPLE", "GREY"])
def test_labels_can_be_read_and_lines_be_seen(name):
    color = getattr(figures, name)
    (line,) = figures.axes().plot([0, 1], [0, 1], color=color)
    assert contrast(figures.end_label(line, name).get_color()) >= 4.5
    assert contrast(color) >= 2
    assert contrast(figures.INK) >= 12


def test_a_figure_drawn_anew_gives_the_same_bytes():
    assert figures.png(drawn(None).figure) == figures.png(drawn(None).figure)


def test_a_sharper_image_has_more_pixels():
    ax = drawn(None)
    sizes = [Image.open(io.BytesIO(figures.png(ax.figure, sharpness=s))).size for s in (1, 2)]
    assert sizes == [(800, 450), (1600, 900)]


def test_the_long_labels_stay_inside_the_image():
    ax = drawn(None, label="全部客户：复购率 all customers")
    ax.figure.canvas.draw()
    page = ax.figure.bbox
    for text in (ax.xaxis.label, ax.yaxis.label, *ax.texts):
        box = text.get_window_extent()
        assert page.x0 <= box.x0
        assert box.x1 <= page.x1 + 1, text.get_text()


def test_the_font_lies_in_the_package():
    assert figures.FONT_FILE.is_relative_to(Path(figures.__file__).parent)


def shares(rows: int, columns: int) -> pd.DataFrame:
    """Chances from 0 to 1 for each pair of states, with what the maps need beside them."""
    pairs = pd.MultiIndex.from_product([range(rows), range(columns)], names=["before", "after"])
    chance = np.linspace(0, 1, len(pairs))
    table = pd.DataFrame({"probability": chance, "lower": chance, "upper": chance}, index=pairs)
    return table.assign(count=5, of=100)


@pytest.mark.parametrize(
    "draw",
    [
        lambda: tiers.plots.migration(shares(9, 9).rename(str)),
        lambda: lifecycle.plots.transition_map(shares(9, 9).rename(str)),
        lambda: pictures.cohort_map(pd.DataFrame(np.linspace(0, 1, 81).reshape(9, 9))),
    ],
    ids=["migration", "transition map", "cohort map"],
)
def test_numbers_can_be_read_on_every_colour_of_a_map(draw):
    ax = draw()
    assert len(ax.texts) >= 81
    assert pale(ax) == []


def test_pale_numbers_on_a_map_are_found():
    ax = figures.axes()
    ax.imshow([[0.0, 0.5]], cmap="Blues", vmin=0, vmax=1)
    ax.text(0, 0, "dark", color=figures.INK)
    ax.text(1, 0, "pale", color="white")
    assert len(pale(ax)) == 1


@pytest.mark.parametrize("weeks", [9, 27, 52, 156, 1000])
def test_the_weeks_of_a_trial_are_marked_by_a_few_months(weeks):
    ends = pd.date_range("2020-02-02", periods=weeks, freq="7D")
    period = ["calibration"] * (weeks // 2) + ["holdout"] * (weeks - weeks // 2)
    table = pd.DataFrame({"ends": ends, "actual": 1.0, "expected": 1.5, "period": period})
    ax = pictures.tracking({"model": table})
    ax.figure.canvas.draw()
    low, high = ax.get_xlim()
    seen = [place for place in ax.get_xticks() if low <= place <= high]
    assert 2 <= len(seen) <= 7
    assert {num2date(place).day for place in seen} == {1}
    assert {label.get_text()[4] for label in ax.get_xticklabels()} == {"-"}
