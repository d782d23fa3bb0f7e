"""What a trainer may hand to the class's vote by mistake, and what is said then."""

import matplotlib.pyplot as plt
import pytest

from crmlib.learning import classroom
from crmlib.learning.questions import OpenQuestion
from tests.helpers import sample_questions as sample


@pytest.fixture(autouse=True)
def _english(monkeypatch):
    monkeypatch.setenv("CRMLIB_LANGUAGE", "en")


@pytest.mark.parametrize(
    ("question", "options", "said"),
    [
        ("05.p1", {}, "Give either counts"),
        ("05.p1", {"counts": [0.2], "folder": "."}, "Give either counts"),
        ("05.p1", {"counts": []}, "There is no vote"),
        ("05.p1", {"counts": {0.2: 0}}, "There is no vote"),
        ("05.p1", {"counts": 12}, "counts is of the type int. Give how many"),
        ("05.p1", {"counts": "0.2"}, "counts is of the type str. Give how many"),
        ("05.p1", {"counts": {0.2: 1.5}}, "1.5 cannot be how many chose 0.2"),
        ("05.p1", {"counts": {0.2: -1}}, "-1 cannot be how many chose 0.2"),
        ("05.p1", {"counts": {0.2: True}}, "True cannot be how many chose 0.2"),
        ("05.p1", {"counts": [26]}, "For 26 per cent, write 0.26."),
        ("05.p1", {"counts": [-3]}, "-3 is outside the range from 0 to 1."),
        ("05.p1", {"counts": ["26%"]}, "Write the number 0.26, without quotes."),
        ("05.p1", {"counts": [None]}, "missing value"),
        ("05.p1", {"counts": [0.2], "truth": 26}, "truth cannot be read. 05.p1: 26 is outside"),
        ("05.p3", {"counts": {"z": 1}}, 'You chose "z". Choose one of "a", "b"'),
        ("05.p3", {"counts": ["a"], "truth": "z"}, 'truth cannot be read. 05.p3: You chose "z"'),
        ("05.p1", {"folder": "no such folder"}, "There is no folder no such folder."),
        ("05.c1", {"folder": "."}, "05.c1 is no prediction"),
        ("05.p9", {"counts": [1]}, "There is no question"),
    ],
)
def test_a_mistake_gets_a_plain_answer(question, options, said):
    with pytest.raises(ValueError, match=r"\w") as error:
        classroom.vote(question, questions=sample.QUESTIONS, **options)
    assert said in str(error.value)
    assert plt.get_fignums() == [], "nothing is drawn"


def test_a_folder_without_files_says_what_to_look_for(tmp_path):
    with pytest.raises(ValueError, match=r"is called predictions\.json"):
        classroom.vote("05.p1", folder=tmp_path, questions=sample.QUESTIONS)


def test_a_folder_of_broken_files_only_names_them(tmp_path):
    (tmp_path / "anna.json").write_text("{", encoding="utf-8")
    with pytest.raises(ValueError, match=r"None of the files[\s\S]*anna\.json"):
        classroom.vote("05.p1", folder=tmp_path, questions=sample.QUESTIONS)


def test_an_answer_in_words_cannot_be_counted():
    question = OpenQuestion(id="05.x5", prompt="Why?", model_answer="Because.")
    with pytest.raises(ValueError, match="answered in words"):
        classroom.vote("05.x5", ["because"], questions=[question])
