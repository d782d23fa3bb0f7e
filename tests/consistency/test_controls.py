"""Explorers: move a control, and the figure and its sentence follow."""

import io

import ipywidgets as widgets
import matplotlib.pyplot as plt
import pytest
from PIL import Image

from crmlib.core import controls, figures


def draw(rate, years=10):
    if rate > 0.9:
        raise ValueError("no <b>rate</b> so high")
    with figures.style():
        ax = figures.axes(width=4, height=3)
        ax.plot([rate**year for year in range(years + 1)])
    return ax, f"After {years} years {rate**years:.0%} are <left> at $5."


@pytest.fixture
def explorer():
    return controls.explorer(
        draw,
        {
            "rate": controls.slider("rate", 0.8, 0.5, 1.0, 0.05, unit="share"),
            "years": controls.slider("time", 10, 1, 30, 1, unit="years"),
        },
    )


def shown(explorer):
    return explorer.children[-1].value


@pytest.mark.parametrize(("name", "value"), [("rate", 0.6), ("years", 3)])
def test_moving_a_slider_changes_image_and_sentence(explorer, name, value):
    image, sentence = explorer.image.value, explorer.sentence
    explorer.controls[name].value = value
    assert explorer.image.value != image
    assert explorer.sentence != sentence
    expected = draw(**{key: control.value for key, control in explorer.controls.items()})[1]
    plt.close("all")
    assert explorer.sentence == expected


def test_a_figure_in_work_is_not_among_those_that_jupyter_shows(explorer):
    seen = []
    before = plt.get_fignums()
    explorer.draw = lambda rate, years: (draw(rate, years), seen.append(plt.get_fignums()))[0]
    explorer.controls["years"].value = 3
    assert seen == [before]
    assert explorer.sentence.startswith("After 3 years")


def test_coming_back_gives_the_same_image(explorer):
    image = explorer.image.value
    explorer.controls["years"].value = 3
    explorer.controls["years"].value = 10
    assert explorer.image.value == image


def test_a_choice_redraws_as_well():
    explorer = controls.explorer(
        lambda what: (figures.axes(), f"This is {what}."),
        {"what": controls.choice("what", {"all": "cdnow", "a tenth": "sample"}, "cdnow")},
    )
    explorer.controls["what"].label = "a tenth"
    assert explorer.sentence == "This is sample."


def test_controls_stand_above_the_image_and_the_sentence_below(explorer):
    kinds = [type(child) for child in explorer.children]
    assert kinds[:2] == [widgets.FloatSlider, widgets.IntSlider]
    assert isinstance(explorer.children[2], widgets.Image)
    assert kinds[3] is widgets.HTML


def test_without_a_browser_the_sentence_is_shown(explorer):
    bundle = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == explorer.sentence == repr(explorer)
    assert "application/vnd.jupyter.widget-view+json" in bundle
    explorer.controls["years"].value = 3
    assert explorer._repr_mimebundle_()["text/plain"].startswith("After 3 years")


def test_a_long_sentence_is_shown_whole():
    sentence = "One hundred customers bought. " * 10
    explorer = controls.explorer(lambda: (figures.axes(), sentence), {})
    assert explorer._repr_mimebundle_()["text/plain"] == sentence


def test_the_sentence_is_escaped_and_is_no_formula(explorer):
    assert "&lt;left&gt;" in shown(explorer)
    assert "<left>" not in shown(explorer)
    assert "mathjax_ignore" in shown(explorer)


def test_the_sentence_is_the_images_text_for_a_screen_reader(explorer):
    explorer.controls["years"].value = 3
    state = explorer.image.get_state()
    assert state["tooltip"] == explorer.sentence
    # Without this key the browser shows an error in place of the image.
    assert state["description"] == ""


def test_the_image_is_sharp_and_keeps_its_width(explorer):
    assert Image.open(io.BytesIO(explorer.image.value)).size == (600, 450)
    assert explorer.image.layout.width == "400px"
    assert explorer.image.layout.max_width == controls.FULL_WIDTH


def test_an_error_is_said_in_words_and_is_over_when_the_slider_moves_on(explorer):
    explorer.controls["rate"].value = 0.95
    assert "ValueError: no <b>rate</b> so high" in explorer.sentence
    assert "&lt;b&gt;rate" in shown(explorer)
    assert 'role="alert"' in shown(explorer)
    assert explorer.image.layout.display == "none"
    explorer.controls["rate"].value = 0.7
    assert explorer.sentence.startswith("After 10 years")
    assert 'role="alert"' not in shown(explorer)
    assert explorer.image.layout.display is None


def test_an_explorer_that_cannot_start_is_an_error():
    with pytest.raises(ValueError, match="so high"):
        controls.explorer(draw, {"rate": controls.slider("rate", 0.95, 0.5, 1.0, 0.05)})


def test_no_figure_stays_open(explorer):
    explorer.controls["years"].value = 3
    explorer.controls["rate"].value = 0.95
    assert plt.get_fignums() == []


def test_a_figure_of_a_failed_drawing_is_closed_and_the_callers_stay_open():
    def broken(k):
        ax = figures.axes()
        if k > 1:
            raise KeyError(k)
        return ax, "fine"

    mine = figures.axes().figure
    explorer = controls.explorer(broken, {"k": controls.slider("k", 1, 1, 5, 1)})
    explorer.controls["k"].value = 2
    assert plt.get_fignums() == [mine.number]
    plt.close(mine)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_an_error_is_said_in_the_learners_language(explorer, monkeypatch, language):
    monkeypatch.setenv("CRMLIB_LANGUAGE", language)
    explorer.controls["rate"].value = 0.95
    assert explorer.sentence.isascii() == (language == "en")


def test_labels_are_aligned_and_not_cut_off():
    names = ["k", "time after the first purchase of the customer (weeks)", "每位客户的购买天数"]
    sliders = {f"n{i}": controls.slider(name, 1, 0, 5, 1) for i, name in enumerate(names)}
    controls.explorer(lambda **_: (figures.axes(), ""), sliders)
    widths = {slider.style.description_width for slider in sliders.values()}
    assert len(widths) == 1
    # About half an em for a Latin letter: the longest label has 53.
    assert float(widths.pop().removesuffix("em")) >= 25


def test_every_corner_of_the_sliders_is_drawn_or_explained(explorer):
    for name, control in explorer.controls.items():
        for value in (control.min, control.max):
            explorer.controls[name].value = value
            assert explorer.sentence
            assert explorer.image.value[1:4] == b"PNG"


@pytest.mark.parametrize(
    ("numbers", "unit", "kind", "readout", "description"),
    [
        ((39, 0, 78, 1), "weeks", widgets.IntSlider, "d", "today (weeks)"),
        ((39.0, 0, 78, 1), "weeks", widgets.FloatSlider, "d", "today (weeks)"),
        ((0.8, 0.5, 1, 0.05), "share", widgets.FloatSlider, ".0%", "today"),
        ((0.8, 0.5, 1, 0.005), "share", widgets.FloatSlider, ".1%", "today"),
        ((1.5, 0, 3, 0.25), "", widgets.FloatSlider, ".2f", "today"),
    ],
)
def test_a_slider_shows_its_number_with_its_unit(numbers, unit, kind, readout, description):
    slider = controls.slider("today", *numbers, unit=unit)
    assert type(slider) is kind
    assert (slider.readout_format, slider.description) == (readout, description)
    assert slider.value == numbers[0]
    # A browser shows "null" for a label without one.
    assert slider.tooltip == description
    assert slider.continuous_update is False


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((5, 10, 0, 1), ["low = 10", "high = 0"]),
        ((5, 0, 10, 0), ["step = 0"]),
        ((11, 0, 10, 1), ["value = 11"]),
        ((0.5, 0, 10, 0.2), ["cannot stand at 0.5", "0.4"]),
    ],
)
def test_impossible_sliders_are_refused(numbers, words):
    with pytest.raises(ValueError, match="today") as caught:
        controls.slider("today", *numbers)
    for word in words:
        assert word in str(caught.value)


def test_an_option_that_is_none_is_refused():
    with pytest.raises(ValueError, match=r"'c'.*'a', 'b'"):
        controls.choice("data", ["a", "b"], "c")
