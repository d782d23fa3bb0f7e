"""Every question of every theme: what is right is accepted, and what is wrong is explained."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import crmlib
from crmlib.core.i18n import mark
from crmlib.learning.finding import THEMES, theme_questions
from crmlib.learning.questions import Option, WrongAnswer
from tests.helpers import sample_questions as sample
from tests.helpers.question_faults import computed_once, faults, untranslatable

BY_THEME = {theme: theme_questions(theme) for theme in THEMES}
EVERY = [pytest.param(question, id=question.id) for each in BY_THEME.values() for question in each]


@pytest.fixture(autouse=True)
def _fresh_learner(tmp_path, monkeypatch):
    monkeypatch.setenv("CRMLIB_LEARNER", str(tmp_path))


@pytest.fixture(scope="module")
def catalogue() -> set[str]:
    file = Path(crmlib.__file__).parent / "core" / "locale" / "crmlib.pot"
    with file.open("rb") as handle:
        return {message.id for message in read_po(handle)}


@pytest.mark.parametrize("question", EVERY)
def test_answers_itself_and_gives_nothing_away(question):
    assert faults(computed_once(question)) == []


@pytest.mark.parametrize("question", EVERY)
def test_every_text_can_be_translated(question, catalogue):
    assert untranslatable(question, catalogue) == []


@pytest.mark.parametrize(("number", "theme"), list(enumerate(THEMES)))
def test_ids_are_those_of_the_theme_and_used_once(number, theme):
    ids = [question.id for question in BY_THEME[theme]]
    assert [name for name in ids if not name.startswith(f"{number:02d}.")] == []
    assert [name for name, count in Counter(ids).items() if count > 1] == []


@pytest.mark.parametrize("question", sample.QUESTIONS, ids=lambda question: question.id)
def test_the_sample_questions_have_no_faults(question):
    assert faults(question) == []


FAULTY = {
    "shadowed slip": (
        replace(sample.SHARE, known_wrong=(WrongAnswer(value=lambda: 0.547, says="Slip."),)),
        "is accepted",
    ),
    "two slips with one value": (
        replace(
            sample.SHARE,
            known_wrong=(
                WrongAnswer(value=lambda: 0.3, says="One."),
                WrongAnswer(value=lambda: 0.3, says="Two."),
            ),
        ),
        "the wrong answer 0.3 gets",
    ),
    "answer in a hint": (
        replace(sample.SHARE, hints=("Count.", "Divide.", "It is 0.55.")),
        "0.55 gives the answer away",
    ),
    "answer in a hint as a percentage": (
        replace(sample.SHARE, hints=("Count.", "Divide.", "It is 54.7%.")),
        "54.7 gives the answer away",
    ),
    "answer in a slip": (
        replace(
            sample.SHARE,
            known_wrong=(WrongAnswer(value=lambda: 0.3, says="Not 0.3 but 0.547."),),
        ),
        "0.547 gives the answer away",
    ),
    "the same hint twice": (
        replace(sample.SHARE, hints=("Count.", "Count.", "Divide.")),
        "two hints are the same",
    ),
    "no reference": (replace(sample.SHARE, answer=lambda: float("nan")), "reference answer is nan"),
    "option that names the right one": (
        replace(
            sample.CHOICE,
            options=(
                Option(key="a", text="A cause", says="No: A convention."),
                Option(key="b", text="A convention", says="Yes."),
            ),
        ),
        "option a gives the answer away",
    ),
    "model answer in the question": (
        replace(sample.OPEN, prompt="Is it this? Thirty salespeople can remember it,"),
        "shown too early",
    ),
}


@pytest.mark.parametrize(("question", "fault"), list(FAULTY.values()), ids=list(FAULTY))
def test_a_faulty_question_is_caught(question, fault):
    assert any(fault in found for found in faults(question)), faults(question)


def test_a_text_outside_the_catalogue_is_caught():
    text = mark("Not yet.")
    assert untranslatable(replace(sample.CHOICE_PREDICTION, prompt=text), {text}) == [
        "Anna",
        "Bo <the baker>",
    ]
