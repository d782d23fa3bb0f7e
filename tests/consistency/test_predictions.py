"""What learners predict, record and see revealed."""

import json
import subprocess
import sys
from dataclasses import replace
from functools import partial

import pytest

from crmlib import learning
from tests.helpers import sample_questions as sample

predict = partial(learning.predict, questions=sample.QUESTIONS)
reveal = partial(learning.reveal, questions=sample.QUESTIONS)


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Give the test a learner's folder that does not exist yet."""
    folder = tmp_path / "my_course"
    monkeypatch.setenv("CRMLIB_LEARNER", str(folder))
    monkeypatch.setenv("CRMLIB_LANGUAGE", "en")
    return folder


def controls_of(panel):
    """Return the control, the button and the answer of a panel."""
    _heading, control, button, answer = panel.controls().children
    return control, button, answer


class TestPredict:
    def test_shows_prompt_range_and_how_to_record(self):
        assert repr(predict("05.p1")) == (
            "▸ What share comes back?\n"
            "From 0% to 100%.\n"
            "No prediction recorded yet.\n"
            'To record without the slider: predict("05.p1", 0.5)'
        )

    def test_shows_options_and_how_to_choose(self):
        assert repr(predict("05.p3")) == (
            "▸ Who comes back?\n"
            "a: Anna\n"
            "b: Bo <the baker>\n"
            "No prediction recorded yet.\n"
            'To record without the buttons: predict("05.p3", "a")'
        )

    def test_shows_the_same_text_each_time(self):
        bundles = [predict("05.p1")._repr_mimebundle_() for _ in range(2)]
        for mime in ("text/plain", "text/html"):
            assert bundles[0][mime] == bundles[1][mime]

    def test_asking_writes_nothing(self, folder):
        predict("05.p1")
        assert not folder.exists()

    def test_records_a_number_for_people_to_read(self, folder):
        assert repr(predict("05.p1", 0.4)) == (
            "✔ Recorded.\nYour prediction: 40%\nYou can change it until the result is shown."
        )
        assert json.loads((folder / "predictions.json").read_text()) == {
            "05.p1": {"prediction": 0.4, "made_after_result": False, "result_shown": False}
        }
        assert [file.name for file in folder.iterdir()] == ["predictions.json"]

    def test_shows_what_was_recorded(self):
        predict("05.p1", 0.4)
        predict("05.p3", "b")
        assert "Your prediction: 40%\n" in repr(predict("05.p1"))
        assert "Your prediction: b: Bo <the baker>\n" in repr(predict("05.p3"))

    def test_can_be_changed_before_the_result(self):
        predict("05.p1", 0.4)
        predict("05.p1", 0.3)
        assert "Your prediction: 30%" in repr(reveal("05.p1", 0.15))

    def test_stays_after_the_result(self):
        predict("05.p1", 0.4)
        reveal("05.p1", 0.15)
        assert "Your first prediction stays." in repr(predict("05.p1", 0.15))
        assert "To record" not in repr(predict("05.p1"))
        assert "Your prediction: 40%\nIt was made before the result was shown." in repr(
            predict("05.p1")
        )
        assert "Your prediction: 40%" in repr(reveal("05.p1", 0.15))

    def test_after_the_result_is_labelled_so(self):
        reveal("05.p1", 0.15)
        assert "marked as made after it" in repr(predict("05.p1"))
        assert "made after the result was shown" in repr(predict("05.p1", 0.15))
        assert "made after the result was shown" in repr(predict("05.p1"))
        assert "Your prediction was made after the result was shown." in repr(reveal("05.p1", 0.15))

    def test_changed_after_the_result_is_still_labelled_so(self):
        reveal("05.p1", 0.15)
        predict("05.p1", 0.3)
        assert "made after the result was shown" in repr(predict("05.p1", 0.15))

    def test_keeps_other_predictions(self):
        predict("05.p1", 0.4)
        predict("05.p2", 12)
        assert "40%" in repr(predict("05.p1"))
        assert "12 weeks" in repr(predict("05.p2"))

    def test_loads_no_widgets_without_a_frontend(self):
        code = (
            "import sys; from crmlib import learning; "
            "from tests.helpers.sample_questions import QUESTIONS; "
            "repr(learning.predict('05.p1', 0.4, questions=QUESTIONS)); "
            "repr(learning.predict('05.p1', questions=QUESTIONS)); "
            "repr(learning.check('05.c1', 1, questions=QUESTIONS)); "
            "print({'ipywidgets', 'numpy', 'pandas', 'matplotlib'} & set(sys.modules))"
        )
        run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        assert (run.stdout, run.stderr) == ("set()\n", "")


class TestPanel:
    def test_button_records_the_slider_as_a_share(self, folder):
        slider, button, answer = controls_of(predict("05.p1"))
        assert (slider.min, slider.max, slider.step, slider.value) == (0, 100, 1, 50)
        slider.value = 28
        assert not folder.exists()
        button.click()
        assert "28%" in answer.value
        content = json.loads((folder / "predictions.json").read_text())
        assert content["05.p1"]["prediction"] == 0.28

    def test_slider_stands_at_what_was_recorded(self):
        predict("05.p1", 0.437)
        slider, _button, answer = controls_of(predict("05.p1"))
        assert slider.value == pytest.approx(43.7)
        assert "Your prediction: 44%" in answer.value

    def test_each_option_is_a_button_that_records_it(self, folder):
        _heading, anna, bo, answer = predict("05.p3").controls().children
        assert [anna.description, bo.description] == ["a: Anna", "b: Bo <the baker>"]
        assert not folder.exists()
        bo.click()
        assert "Bo &lt;the baker&gt;" in answer.value
        assert "Your prediction: b: Bo <the baker>" in repr(predict("05.p3"))
        anna.click()
        assert "Your prediction: a: Anna" in repr(predict("05.p3"))

    def test_open_panel_cannot_change_a_prediction_after_the_result(self):
        slider, button, answer = controls_of(predict("05.p1"))
        predict("05.p1", 0.4)
        reveal("05.p1", 0.15)
        slider.value = 15
        button.click()
        assert "Your first prediction stays." in answer.value
        assert "40%" in repr(predict("05.p1"))

    def test_the_prompt_is_escaped(self):
        question = replace(sample.SHARE_PREDICTION, prompt="<img src=x> & co")
        panel = learning.predict("05.p1", questions=[question])
        for shown in (panel.controls().children[0].value, panel._repr_mimebundle_()["text/html"]):
            assert "&lt;img src=x&gt; &amp; co" in shown
            assert "<img" not in shown

    def test_controls_have_labels(self):
        slider, button, _answer = controls_of(predict("05.p2"))
        assert slider.description == "Your prediction (weeks)"
        assert button.description == "This is my prediction"


class TestReveal:
    def test_puts_prediction_result_and_gap_side_by_side(self):
        predict("05.p1", 0.4)
        assert repr(reveal("05.p1", 0.1463)) == (
            "▸ What share comes back?\n"
            "Your prediction: 40%\n"
            "Result: 15%\n"
            "Gap: your prediction is 25 percentage points higher"
        )

    @pytest.mark.parametrize(
        ("prediction", "gap"),
        [
            (11, "your prediction is 1 week lower"),
            (12, "none, rounded as here"),
            (14, "your prediction is 2 weeks higher"),
        ],
    )
    def test_gap_in_words(self, prediction, gap):
        predict("05.p2", prediction)
        assert f"Gap: {gap}" in repr(reveal("05.p2", 12.2))

    def test_nothing_is_never_shown_as_minus_nothing(self):
        assert "Result: 0%" in repr(reveal("05.p1", -0.001))

    def test_without_a_prediction_says_so(self):
        assert repr(reveal("05.p1", 0.1463)) == (
            "▸ What share comes back?\nResult: 15%\nNo prediction recorded."
        )

    @pytest.mark.parametrize(("key", "agree"), [("a", "no"), ("b", "yes")])
    def test_choice(self, key, agree):
        predict("05.p3", key)
        text = repr(reveal("05.p3", "b"))
        assert "The data say: b: Bo <the baker>" in text
        assert f"Agreement: {agree}" in text

    def test_html_says_what_the_text_says_and_escapes_it(self):
        predict("05.p3", "b")
        shown = reveal("05.p3", "b")._repr_html_()
        assert "Bo &lt;the baker&gt;" in shown
        assert "<the baker>" not in shown

    def test_decimals_are_those_of_the_prediction(self):
        fine = replace(sample.SHARE_PREDICTION, step=0.001, decimals=1)
        learning.predict("05.p1", 0.25, questions=[fine])
        text = repr(learning.reveal("05.p1", 0.1463, questions=[fine]))
        assert "25.0%" in text
        assert "14.6%" in text
        assert "10.4 percentage points" in text

    def test_again_changes_nothing(self, folder):
        predict("05.p1", 0.4)
        first = repr(reveal("05.p1", 0.15))
        file = folder / "predictions.json"
        content, identity = file.read_bytes(), file.stat().st_ino
        assert repr(reveal("05.p1", 0.15)) == first
        assert (file.read_bytes(), file.stat().st_ino) == (content, identity)
