"""Whatever a learner hands in is answered in plain words, and no file of theirs is lost."""

import datetime as dt
import decimal
import json
import math
import re
import types
from functools import partial

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crmlib import learning
from crmlib.learning.questions import ChoicePrediction, ChoiceQuestion, NumberPrediction, Option
from tests.helpers import sample_questions as sample

predict = partial(learning.predict, questions=sample.QUESTIONS)
reveal = partial(learning.reveal, questions=sample.QUESTIONS)
check = partial(learning.check, questions=sample.QUESTIONS)
IDS = ("05.c1", "05.c2", "05.x1")


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """Give the test a learner's folder of its own."""
    monkeypatch.setenv("CRMLIB_LEARNER", str(tmp_path))
    monkeypatch.setenv("CRMLIB_LANGUAGE", "en")
    return tmp_path


NOT_NUMBERS = {
    "percentage as text": ("54.7%", 'You wrote the text "54.7%". Write the number 0.547, without'),
    "full-width percentage": ("54.7％", "Write the number 0.547, without quotes."),
    "number as text": (" 0.5 ", 'You wrote the text "0.5". Write the number 0.5, without quotes.'),
    "text": ("half", 'You wrote the text "half". The question asks for a share'),
    "text nan": ("nan", 'You wrote the text "nan". The question asks for a share'),
    "empty text": ("", 'You wrote the text "". The question asks for a share'),
    "numpy text": (np.str_("half"), 'You wrote the text "half".'),
    "True": (True, "That is True, an answer to a yes-or-no question."),
    "numpy True": (np.True_, "That is True, an answer to a yes-or-no question."),
    "NaN": (math.nan, "That is a missing value (NaN)."),
    "numpy NaN": (np.float64("nan"), "That is a missing value (NaN)."),
    "pandas NA": (pd.NA, "That is a missing value (NaN)."),
    "NaT": (pd.NaT, "That is a missing value (NaN)."),
    "Series with a NaN": (pd.Series([math.nan]), "That is a missing value (NaN)."),
    "infinite": (-math.inf, "That is infinite."),
    "Series of two": (pd.Series([1.0, 2.0]), "That holds 2 values (type Series)."),
    "empty Series": (pd.Series(dtype=float), "That holds 0 values (type Series)."),
    "Series with a text": (pd.Series(["12%"]), 'You wrote the text "12%".'),
    "table": (pd.DataFrame({"a": [1, 2], "b": [3, 4]}), "That holds 4 values (type DataFrame)."),
    "array": (np.arange(3), "That holds 3 values (type ndarray)."),
    "tuple": ((1, 2), "That holds 2 values (type tuple)."),
    "dictionary": ({"a": 1}, "That is a value of the type dict."),
    "date": (dt.date(1997, 9, 30), "That is a value of the type date."),
    "timestamp": (pd.Timestamp("1997-09-30"), "That is a value of the type Timestamp."),
    "complex": (1 + 2j, "That is a value of the type complex."),
    "huge": (10**400, "That is a value of the type int."),
    "function": (len, "That is a function, not its result."),
    "method not called": (pd.Series([1.0]).mean, "That is a function, not its result."),
    "class": (pd.Series, "That is a function, not its result."),
    "module": (math, "That is a value of the type module."),
    "namespace": (types.SimpleNamespace(a=1), "That is a value of the type SimpleNamespace."),
}


@pytest.mark.parametrize(("value", "says"), list(NOT_NUMBERS.values()), ids=list(NOT_NUMBERS))
def test_what_is_no_number_is_explained(value, says, folder):
    reply = check("05.c1", value)
    assert reply.kind == "retry"
    assert says in repr(reply)
    assert list(folder.iterdir()) == []


NUMBERS = {
    "float32": np.float32(0.547),
    "decimal": decimal.Decimal("0.547"),
    "zero-dimensional array": np.array(0.547),
}


@pytest.mark.parametrize("value", list(NUMBERS.values()), ids=list(NUMBERS))
def test_numbers_of_every_kind_are_read(value):
    assert repr(check("05.c1", value)) == ("✔ Right.\nChecked: the share of all customers")


SINGLES = {
    "Series": pd.Series([0.547], index=["share"]),
    "DataFrame": pd.DataFrame({"share": [0.547]}),
    "ndarray": np.array([[0.547]]),
    "list": [0.547],
}


@pytest.mark.parametrize("kind", SINGLES)
def test_one_number_in_a_table_is_taken_and_said(kind):
    reply = check("05.c1", SINGLES[kind])
    assert reply.kind == "right"
    assert f"Your answer holds one number (type {kind}); that number was taken." in repr(reply)


@pytest.mark.parametrize("question_id", IDS)
@given(value=st.one_of(st.text(), st.floats(), st.integers(), st.binary(), st.booleans()))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_no_answer_raises(question_id, value):
    reply = check(question_id, value)
    assert repr(reply)
    assert reply._repr_html_()


@pytest.mark.parametrize("question_id", IDS)
@pytest.mark.parametrize(
    "text",
    ["<script>alert(1)</script>", "<img src=x onerror=alert(1)> & more of the same", "{0}{x}"],
)
def test_typed_text_is_escaped(question_id, text):
    shown = check(question_id, text)._repr_html_()
    assert "<script" not in shown
    assert "<img" not in shown


def test_long_text_is_shortened():
    assert len(repr(check("05.c1", "word " * 1000))) < 300


@pytest.mark.parametrize("value", ["d", "", 3, True, None.__class__, ["b"], 0.5])
def test_what_is_no_option_is_explained(value):
    reply = check("05.c2", value)
    assert reply.kind == "retry"
    assert 'Choose one of "a", "b", "c", in quotes.' in repr(reply)
    assert "People chose" not in repr(reply)


@pytest.mark.parametrize("value", [3, "3", np.int64(3)])
def test_an_option_named_by_a_number_is_read(value):
    options = (Option(key="2", text="at the second"), Option(key="3", text="at the third"))
    question = ChoicePrediction(id="05.p4", prompt="Where?", options=options)
    assert "The data say: 3" in repr(learning.reveal("05.p4", value, questions=[question]))


def test_own_words_must_be_words():
    assert "The question asks for a text in quotes." in repr(check("05.x1", 42))


PREDICTIONS = {
    "percentage": ("05.p1", 40, "For 40 per cent, write 0.4."),
    "below": ("05.p2", -1, "-1 is outside the range from 0 to 52."),
    "above": ("05.p2", 53, "53 is outside the range from 0 to 52."),
    "text": ("05.p1", "40%", "Write the number 0.4, without quotes."),
    "missing": ("05.p1", math.nan, "missing value"),
    "no option": ("05.p3", "c", 'You chose "c". Choose one of "a", "b", in quotes.'),
}


@pytest.mark.parametrize(
    ("name", "value", "says"), list(PREDICTIONS.values()), ids=list(PREDICTIONS)
)
def test_what_cannot_be_predicted_is_explained_and_not_recorded(name, value, says, folder):
    reply = predict(name, value)
    assert "Not recorded." in repr(reply)
    assert says in repr(reply)
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "truth", "says"),
    [
        ("05.p1", math.nan, "The result for 05.p1 cannot be shown. That is a missing value"),
        ("05.p1", "15%", "Write the number 0.15"),
        ("05.p3", "z", 'Choose one of "a", "b"'),
    ],
)
def test_a_result_that_is_none_is_an_error(name, truth, says):
    with pytest.raises(ValueError, match=says):
        reveal(name, truth)


class TestUnknownId:
    @pytest.mark.parametrize(
        ("name", "says"),
        [
            ("05.c9", 'There is no question "05.c9". Did you mean 05.c'),
            ("05.q1", '"05.q1" is not the id of a question'),
            ("14.c1", "(00 to 13)"),
            ("c1", '"c1" is not the id of a question'),
            (5.1, "The id of a question is text in quotes"),
        ],
    )
    def test_is_an_error_that_helps(self, name, says):
        asked = None if name != "05.c9" else sample.QUESTIONS
        for tool in (learning.check, learning.predict):
            with pytest.raises(ValueError, match=re.escape(says)):
                tool(name, questions=asked)

    def test_in_a_notebook_without_questions(self):
        with pytest.raises(ValueError, match="this notebook has no questions yet"):
            learning.check("05.c1", questions=())

    def test_capitals_and_spaces_do_not_matter(self):
        assert check(" 05.C1 ", 0.547).kind == "right"

    def test_a_prediction_is_not_checked_and_a_question_not_predicted(self):
        with pytest.raises(ValueError, match=r"Make it with predict\(\"05.p1\"\)"):
            check("05.p1", 0.5)
        for tool in (predict, reveal):
            with pytest.raises(ValueError, match=r"Answer it with check\(\"05.c1\", …\)"):
                tool("05.c1", 0.5)


DAMAGED = {
    "cut off": '{"05.p1": {"prediction": 0.4,',
    "empty": "",
    "a list": "[1, 2]",
    "an entry of another form": '{"05.p1": 0.4, "05.c1": {}, "05.x1": "text"}',
    "a prediction that is none": (
        '{"05.p1": {"prediction": "x", "made_after_result": false, "result_shown": false}, '
        '"05.c1": ["x"], "05.x1": 1}'
    ),
    "no number": (
        '{"05.p1": {"prediction": NaN, "made_after_result": false, "result_shown": false}, '
        '"05.c1": 0.1, "05.x1": {}}'
    ),
    "not UTF-8": b"\xff\xfe{}",
}


@pytest.mark.parametrize("content", list(DAMAGED.values()), ids=list(DAMAGED))
class TestDamagedFile:
    @pytest.fixture
    def files(self, folder, content):
        """Write the damaged content into each of the learner's files."""
        damaged = content if isinstance(content, bytes) else content.encode()
        names = ("predictions.json", "attempts.json", "answers.json")
        for name in names:
            (folder / name).write_bytes(damaged)
        return {folder / name: damaged for name in names}

    def test_is_explained_and_left_as_it_is(self, files):
        replies = [
            predict("05.p1"),
            predict("05.p1", 0.4),
            reveal("05.p1", 0.15),
            check("05.c1", 0.1),
            check("05.x1", "My own words, long enough."),
        ]
        for reply in replies:
            assert "cannot be read" in repr(reply)
            assert "run reset()" in repr(reply)
        assert {file: file.read_bytes() for file in files} == files

    def test_does_not_stop_the_lesson(self, files):
        assert "Result: 15%" in repr(reveal("05.p1", 0.15))
        assert "Hint 1 of 3" in repr(check("05.c1", 0.1))
        assert check("05.c1", 0.547).kind == "right"
        assert "Thirty salespeople" in repr(check("05.x1", "My own words, long enough."))

    def test_is_set_aside_by_reset(self, files, folder):
        learning.reset()
        assert (folder / "predictions.1.json").read_bytes() == files[folder / "predictions.json"]
        assert "Recorded." in repr(predict("05.p1", 0.4))


def test_a_file_with_a_byte_order_mark_is_read(folder):
    predict("05.p1", 0.4)
    file = folder / "predictions.json"
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert "Your prediction: 40%" in repr(predict("05.p1"))


def test_what_others_wrote_into_the_file_is_kept(folder):
    (folder / "predictions.json").write_text('{"99.p1": {"note": "mine"}}')
    predict("05.p1", 0.4)
    assert json.loads((folder / "predictions.json").read_text())["99.p1"] == {"note": "mine"}


def test_a_folder_that_cannot_be_written_is_explained(folder, monkeypatch):
    (folder / "taken").write_text("a file, not a folder")
    monkeypatch.setenv("CRMLIB_LEARNER", str(folder / "taken"))
    for reply in (predict("05.p1", 0.4), check("05.c1", 0.1), learning.reset("05")):
        assert str(folder / "taken") in repr(reply)
    assert "Hint 1 of 3" in repr(check("05.c1", 0.1))


def test_an_interrupted_write_leaves_the_old_file(folder, monkeypatch):
    predict("05.p1", 0.4)
    old = (folder / "predictions.json").read_bytes()

    def full_disk(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.replace", full_disk)
    reply = predict("05.p1", 0.3)
    assert "No space left on device" in repr(reply)
    assert [file.name for file in folder.iterdir()] == ["predictions.json"]
    assert (folder / "predictions.json").read_bytes() == old


class TestSay:
    @pytest.mark.parametrize(
        ("sentence", "values", "says"),
        [
            ("{a} and {b}.", {"a": 1}, "needs a value for: b"),
            ("{a}.", {"a": 1, "c": 2}, "no place for: c. Remove the value, or write {c} in it."),
            ("{a}.", {"a": None}, "The value of a is None"),
            ("{a:.0f}.", {"a": math.nan}, "The value of a is nan"),
            ("{a:.0f}.", {"a": math.inf}, "The value of a is inf"),
            ("{a}.", {"a": pd.NA}, "The value of a is <NA>"),
            ("{a}.", {"a": pd.NaT}, "The value of a is NaT"),
            ("{a:.0f}.", {"a": pd.Series([1.0])}, "The value of a is a Series"),
            ("{a}.", {"a": [1, 2]}, "The value of a is a list"),
            ("{a:.0f}.", {"a": "text"}, "A value does not fit its place in the sentence (a: str)"),
            ("{}.", {}, "A place in the sentence is named {}"),
            ("{a.b}.", {"a": 1}, "A place in the sentence is named {a.b}"),
            ("{a.", {"a": 1}, "The sentence cannot be read"),
        ],
    )
    def test_what_cannot_be_said_is_an_error(self, sentence, values, says, capsys):
        with pytest.raises(ValueError, match=re.escape(says)):
            learning.say(sentence, **values)
        assert capsys.readouterr().out == ""

    def test_text_and_numpy_numbers_can_be_said(self, capsys):
        learning.say("{who}: {n:.0f}, {k}.", who="none", n=np.float64(3), k=np.int64(4))
        assert capsys.readouterr().out == "none: 3, 4.\n"


class TestVerdict:
    @pytest.mark.parametrize(
        ("arguments", "values", "says"),
        [
            (("16", "holds", "One.", "Two."), {}, 'A claim has an id such as "C16"'),
            ((16, "holds", "One.", "Two."), {}, 'A claim has an id such as "C16"'),
            (("C16", "true", "One.", "Two."), {}, "'true' is no verdict. The verdicts are: holds,"),
            (("C16", "holds", " ", "Two."), {}, "needs a text for: number"),
            (("C16", "holds", "One.", ""), {}, "needs a text for: conditions"),
            (("C16", "holds", "{a}.", "Two."), {}, "needs a value for: a"),
            (("C16", "holds", "One.", "{a}."), {}, "needs a value for: a"),
            (("C16", "holds", "{a}.", "Two."), {"a": 1, "b": 2}, "no place for: b"),
            (("C16", "holds", "One.", "{a}."), {"a": math.nan}, "The value of a is nan"),
        ],
    )
    def test_what_is_no_verdict_is_an_error_and_prints_nothing(
        self, arguments, values, says, capsys
    ):
        with pytest.raises(ValueError, match=re.escape(says)):
            learning.verdict(*arguments, **values)
        assert capsys.readouterr().out == ""

    def test_number_and_conditions_share_values(self, capsys):
        learning.verdict("C16", "holds", "{a} of {b}", "if {a}.", a=1, b=2)
        assert capsys.readouterr().out.splitlines()[1:] == ["Number: 1 of 2.", "Conditions: if 1."]


OPTIONS = (Option(key="a", text="A", says="A."), Option(key="b", text="B", says="B."))


@pytest.mark.parametrize(
    ("kind", "fields", "says"),
    [
        (NumberPrediction, {"id": "05.c1", "low": 0, "high": 1, "step": 0.1}, "05.c1"),
        (NumberPrediction, {"id": "05.p1", "low": 1, "high": 0, "step": 0.1}, "low < high"),
        (NumberPrediction, {"id": "05.p1", "low": 0, "high": 1, "step": 2}, "low < high"),
        (ChoicePrediction, {"id": "05.p1", "options": OPTIONS[:1]}, "two or more options"),
        (ChoicePrediction, {"id": "05.p1", "options": OPTIONS[:1] * 2}, "different keys"),
        (ChoiceQuestion, {"id": "05.c1", "options": OPTIONS, "answer": "c"}, "not among"),
        (ChoiceQuestion, {"id": "5.c1", "options": OPTIONS, "answer": "a"}, "5.c1"),
    ],
)
def test_an_author_cannot_write_a_broken_question(kind, fields, says):
    with pytest.raises(ValueError, match=says):
        kind(prompt="?", **fields)


def test_printing_a_question_gives_nothing_away():
    for question in (sample.SHARE, sample.CHOICE, sample.OPEN):
        shown = repr(question)
        for secret in ("answer", "0.547", "function", "says", "Thirty", "Divide", "convention."):
            assert secret not in shown
