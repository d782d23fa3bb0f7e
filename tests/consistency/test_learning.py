"""What learners are told: checks, sentences, and a fresh start."""

import json
import subprocess
import sys
from dataclasses import replace
from functools import partial

import pytest

from crmlib import learning
from crmlib.learning.questions import NumberPrediction, WrongAnswer
from tests.helpers import sample_questions as sample

predict = partial(learning.predict, questions=sample.QUESTIONS)
reveal = partial(learning.reveal, questions=sample.QUESTIONS)
check = partial(learning.check, questions=sample.QUESTIONS)
HINTS = sample.SHARE.hints


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Give the test a learner's folder that does not exist yet."""
    folder = tmp_path / "my_course"
    monkeypatch.setenv("CRMLIB_LEARNER", str(folder))
    monkeypatch.setenv("CRMLIB_LANGUAGE", "en")
    return folder


class TestCheck:
    def test_right_says_what_was_checked(self):
        for value in (0.547, 0.55, 547 / 1000):
            assert repr(check("05.c1", value)) == ("✔ Right.\nChecked: the share of all customers")

    def test_known_wrong_answers_are_explained(self):
        assert "That is who did not." in repr(check("05.c1", 0.453))
        assert "upside down" in repr(check("05.c1", 1.83))
        assert "That is a percentage." in repr(check("05.c1", 54.7))

    @pytest.mark.parametrize("unit", ["percent", "points"])
    def test_share_for_a_percentage_is_explained(self, unit):
        question = replace(sample.SHARE, unit=unit, answer=lambda: 54.7, known_wrong=())
        reply = learning.check("05.c1", 0.547, questions=[question])
        assert "That is a share." in repr(reply)

    def test_hints_rise_with_distinct_wrong_answers_only(self):
        numbers = [0.1, 0.1, 0.2, 0.1, 0.3, 0.9, 0.1]
        expected = [1, 1, 2, 2, 3, 3, 3]
        for value, hint in zip(numbers, expected, strict=True):
            assert repr(check("05.c1", value)) == (
                f"✎ Not yet.\nHint {hint} of 3: {HINTS[hint - 1]}"
            )

    def test_known_wrong_answers_and_unreadable_ones_use_no_hint(self):
        for value in (0.453, 54.7, "text", None, [1, 2]):
            check("05.c1", value)
        assert "Hint 1 of 3" in repr(check("05.c1", 0.1))

    def test_right_wins_over_a_slip_with_the_same_value(self):
        shadow = WrongAnswer(value=lambda: 0.549, says="A slip.")
        question = replace(sample.SHARE, known_wrong=(shadow,))
        assert learning.check("05.c1", 0.549, questions=[question]).kind == "right"

    def test_the_nearest_slip_is_named(self):
        slips = (
            WrongAnswer(value=lambda: 0.300, says="Farther."),
            WrongAnswer(value=lambda: 0.303, says="Nearer."),
        )
        question = replace(sample.SHARE, known_wrong=slips)
        assert "Nearer." in repr(learning.check("05.c1", 0.3025, questions=[question]))

    def test_a_slip_that_other_data_rule_out_is_passed_over(self):
        impossible = WrongAnswer(value=lambda: 1 / 0, says="A slip.")
        question = replace(sample.SHARE, known_wrong=(impossible,))
        assert "Hint 1 of 3" in repr(learning.check("05.c1", 0.1, questions=[question]))

    def test_unanswered_shows_the_question(self):
        expected = (
            "▸ Not answered yet.\n"
            "What share of the customers came back?\n"
            'Answer with a share, a number between 0 and 1: check("05.c1", …)'
        )
        replies = [check("05.c1"), check("05.c1", None), check("05.c1", ...)]
        assert [repr(reply) for reply in replies] == [expected] * 3

    @pytest.mark.parametrize("value", ["b", " B ", "A convention", "a convention"])
    def test_option_by_key_or_text(self, value):
        assert repr(check("05.c2", value)) == (
            "✔ Right.\nb: A convention\nPeople chose where to draw the line."
        )

    def test_option_by_its_translated_text(self, monkeypatch):
        monkeypatch.setattr("crmlib.core.i18n.translate", lambda text, _language: f"译{text}")
        assert check("05.c2", "译A convention").kind == "right"

    def test_without_an_answer_offers_the_options(self):
        _heading, cause, convention, _error, answer = check("05.c2").controls().children
        cause.click()
        assert "A step alone shows no cause." in answer.value
        convention.click()
        assert "✔" in answer.value
        assert "People chose where to draw the line." in answer.value

    def test_wrong_option_is_explained(self):
        assert repr(check("05.c2", "c")) == "✎ Not yet.\nc: An error\nThe count was right."

    def test_own_words_are_kept_and_then_compared(self, folder):
        first, second = "It is easy to keep in mind.", "它很容易记住, and it is cheap enough."
        for text in (first, first, second, first):
            assert "Thirty salespeople can remember it," in repr(check("05.x1", text))
        kept = (folder / "answers.json").read_text(encoding="utf-8")
        assert json.loads(kept) == {"05.x1": [first, second]}
        assert second in kept

    def test_too_few_words_show_no_model_answer(self, folder):
        assert "Write a sentence or two first" in repr(check("05.x1", "  no idea " + " " * 40))
        assert not folder.exists()


class TestReset:
    def test_forgets_and_keeps_the_old_files(self, folder):
        predict("05.p1", 0.4)
        check("05.c1", 0.1)
        check("05.x1", "My own words are never forgotten.")
        old = (folder / "predictions.json").read_bytes()
        assert repr(learning.reset()) == (
            "▸ All predictions and attempts are forgotten.\n"
            "predictions.json is now predictions.1.json.\n"
            "attempts.json is now attempts.1.json."
        )
        assert (folder / "predictions.1.json").read_bytes() == old
        assert "No prediction recorded yet." in repr(predict("05.p1"))
        assert (folder / "answers.json").exists()

    def test_never_replaces_an_older_file(self, folder):
        for value in (0.1, 0.2, 0.3):
            predict("05.p1", value)
            learning.reset()
        kept = [
            json.loads((folder / f"predictions.{number}.json").read_text())["05.p1"]["prediction"]
            for number in (1, 2, 3)
        ]
        assert kept == [0.1, 0.2, 0.3]

    def test_of_one_notebook_leaves_the_others(self, folder):
        other = NumberPrediction(id="06.p1", prompt="How many?", low=0, high=9, step=1)
        learning.predict("06.p1", 3, questions=[other])
        predict("05.p1", 0.4)
        old = (folder / "predictions.json").read_bytes()
        assert "From predictions.json: 05.p1." in repr(learning.reset("05"))
        assert "Your prediction: 3\n" in repr(learning.predict("06.p1", questions=[other]))
        assert "No prediction recorded yet." in repr(predict("05.p1"))
        assert (folder / "predictions.1.json").read_bytes() == old

    def test_that_fails_forgets_nothing(self, folder, monkeypatch):
        predict("05.p1", 0.4)

        def full_disk(self, target):
            raise OSError(28, "No space left on device")

        monkeypatch.setattr("pathlib.Path.replace", full_disk)
        assert "Nothing was forgotten." in repr(learning.reset("05"))
        assert "Your prediction: 40%" in repr(predict("05.p1"))

    def test_of_one_question_leaves_the_rest(self):
        predict("05.p1", 0.4)
        predict("05.p2", 12)
        learning.reset("05.p1")
        assert "No prediction recorded yet." in repr(predict("05.p1"))
        assert "12 weeks" in repr(predict("05.p2"))

    def test_with_nothing_to_forget_makes_no_files(self, folder):
        assert "nothing to forget" in repr(learning.reset())
        assert "Nothing to forget" in repr(learning.reset("05"))
        assert not folder.exists()

    def test_lets_a_prediction_count_as_made_before_again(self):
        reveal("05.p1", 0.15)
        learning.reset("05")
        predict("05.p1", 0.4)
        assert "after" not in repr(reveal("05.p1", 0.15))


class TestSay:
    def test_prints_one_line(self, capsys):
        learning.say("The step is {third:.0f} points,\nnot {second:.1f}.", third=16.6, second=2)
        assert capsys.readouterr() == ("The step is 17 points, not 2.0.\n", "")

    def test_without_values(self, capsys):
        learning.say("Nobody tells us who has left. 100%.")
        assert capsys.readouterr().out == "Nobody tells us who has left. 100%.\n"

    def test_speaks_the_learners_language(self, capsys, monkeypatch):
        monkeypatch.setattr(
            "crmlib.learning.sentences._", {"{n:.0f} left.": "{n:.0f} 人离开。"}.get
        )
        learning.say("{n:.0f} left.", n=3)
        assert capsys.readouterr().out == "3 人离开。\n"


def test_a_module_never_hides_a_function():
    code = (
        "import crmlib.learning.checks, crmlib.learning.predictions, crmlib.learning.sentences; "
        "from crmlib.learning import check, predict, reset, reveal, say; "
        "print(all(map(callable, (check, predict, reset, reveal, say))))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (run.stdout, run.stderr) == ("True\n", "")


def test_every_text_is_looked_up_in_the_catalogue(monkeypatch):
    monkeypatch.setattr("crmlib.core.i18n.translate", lambda text, _language: f"译{text}")
    replies = [
        *(check("05.c1", value) for value in (None, 0.547, 0.453, 54.7, 0.1, "54.7%", True)),
        *(check("05.c2", value) for value in (None, "a", "z")),
        *(check("05.x1", value) for value in (None, 1, "short", "Long enough to be compared.")),
        *(predict(name, value) for name, value in (("05.p1", None), ("05.p1", 40), ("05.p1", 0.4))),
        *(reveal(name, truth) for name, truth in (("05.p1", 0.15), ("05.p3", "b"))),
        *(
            predict(name, value)
            for name, value in (("05.p1", None), ("05.p3", None), ("05.p3", "a"))
        ),
        *(learning.reset(which) for which in ("05.p1", None, None)),
    ]
    lines = [line for reply in replies for line in repr(reply).splitlines()]
    continued = "and it costs nothing."  # The second line of a text that was looked up.
    assert [line for line in lines if "译" not in line and line != continued] == []
