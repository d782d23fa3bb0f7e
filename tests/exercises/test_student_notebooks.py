"""The students' exercises: made from the solutions, polite, and without an answer in them."""

import re
from importlib import import_module

import nbformat
import pytest

from crmlib.learning.questions import NumberQuestion
from tests.helpers import layout, learner
from tests.helpers.notebooks import ROOT, asked, cells_of, read, shown, solution_paths
from tools import exercises

SOLUTIONS = solution_paths()
by_name = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)


def student_path(path):
    return ROOT / "exercises" / path.name


def reference_answers(name: str) -> dict[str, float]:
    """The theme's reference answers to the exercises, computed from the data."""
    questions = import_module(f"crmlib.{name[3:]}.questions").QUESTIONS
    return {
        question.id: float(question.answer())
        for question in questions
        if isinstance(question, NumberQuestion) and question.id[3] == "x"
    }


@by_name
def test_student_notebook_is_made_from_its_solution(path):
    made = exercises.student_notebook(
        nbformat.read(path, as_version=4), f"exercises/solutions/{path.name}"
    )
    assert student_path(path).read_text(encoding="utf-8") == nbformat.writes(made) + "\n", (
        "run `make exercises` (if you have worked in this file, that is why)"
    )


def test_no_student_notebook_without_a_solution():
    students = (ROOT / "exercises").glob("[0-9][0-9]_*.ipynb")
    made = {path.name for path in students if re.fullmatch(r"\d\d_[a-z]+\.ipynb", path.name)}
    assert made == {path.name for path in SOLUTIONS}


@by_name
@pytest.mark.parametrize(
    "rule",
    [learner.exercise_headings, learner.exercise_checks, learner.placeholders],
    ids=lambda rule: rule.__name__,
)
def test_solution_keeps_the_rules_of_exercises(path, rule):
    assert rule(read(path)) == []


@by_name
def test_links_resolve_for_the_student(path):
    assert layout.links(read(student_path(path)), student_path(path).parent) == []


@by_name
def test_no_line_of_a_solution_leaks(path):
    assert learner.leaked_lines(read(path), learner.whole_text(read(student_path(path)))) == []


@by_name
def test_no_reference_answer_leaks(path):
    student = learner.whole_text(read(student_path(path)))
    assert learner.leaked_answers(reference_answers(path.stem), student) == []


@by_name
def test_unanswered_exercises_fail_politely(path, tmp_path, monkeypatch):
    monkeypatch.setenv("CRMLIB_LEARNER", str(tmp_path))
    monkeypatch.chdir(student_path(path).parent)
    # without a kernel, in a tenth of its time; test_generator shows that both find the same
    executed = learner.run_on(read(student_path(path)))
    assert learner.impolite(executed) == []
    checks = [cell for _, cell in cells_of(executed, "code") if asked(cell, "check")]
    assert checks
    assert [shown(cell) for cell in checks if learner.NOT_ANSWERED not in shown(cell).lower()] == []
