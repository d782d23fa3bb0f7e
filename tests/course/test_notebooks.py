"""Every notebook of the course keeps the rules that make it checkable and readable.

The rules themselves are tried on small notebooks, sound and broken, in test_guards.py.
"""

from importlib import import_module

import pytest

from tests.helpers import layout, learner, outputs
from tests.helpers.notebooks import (
    MINUTES,
    ROOT,
    course_paths,
    crm,
    is_numbered,
    read,
    solution_paths,
)
from tests.helpers.rules import FOR_EVERY_NOTEBOOK, FOR_NUMBERED_NOTEBOOKS

COURSE = course_paths()
NUMBERED = [path for path in COURSE if is_numbered(path)]
SOLUTIONS = solution_paths()
EVERY = COURSE + SOLUTIONS


def called(value) -> str:
    if hasattr(value, "relative_to"):
        return value.relative_to(ROOT).as_posix()
    return value.__name__


def none_of(problems: list[str]) -> None:
    """Fail with every problem on a line of its own."""
    assert not problems, "\n".join(problems)


def question_ids(name: str, letters: str) -> set[str]:
    """The theme's ids with one of these letters: p, c, x."""
    theme = import_module(f"crmlib.{name[3:]}.questions")
    return {question.id for question in theme.QUESTIONS if question.id[3] in letters}


@pytest.mark.parametrize("path", EVERY, ids=called)
@pytest.mark.parametrize("rule", FOR_EVERY_NOTEBOOK, ids=called)
def test_rule_of_every_notebook(path, rule):
    none_of(rule(read(path)))


@pytest.mark.parametrize("path", NUMBERED, ids=called)
@pytest.mark.parametrize("rule", FOR_NUMBERED_NOTEBOOKS, ids=called)
def test_rule_of_numbered_notebooks(path, rule):
    none_of(rule(read(path), path.stem))


@pytest.mark.parametrize("path", [path for path in COURSE if not is_numbered(path)], ids=called)
def test_sections_of_the_front_page(path):
    if "total_minutes" in crm(read(path)):
        none_of(layout.sections(read(path), path.stem))


@pytest.mark.parametrize("path", EVERY, ids=called)
def test_enough_cells_are_checked(path):
    least = len(learner.exercises(read(path))) if path in SOLUTIONS else 5
    none_of(outputs.checked_cells(read(path), least if is_numbered(path) else 1))


@pytest.mark.parametrize("path", EVERY, ids=called)
def test_links_resolve(path):
    none_of(layout.links(read(path), path.parent))


@pytest.mark.parametrize("path", NUMBERED + SOLUTIONS, ids=called)
def test_questions_exist(path):
    none_of(learner.questions(read(path), question_ids(path.stem, "pcx")))


@pytest.mark.parametrize("path", NUMBERED, ids=called)
def test_every_question_is_asked(path):
    solution = ROOT / "exercises" / "solutions" / path.name
    notebooks = [read(path), read(solution)]
    none_of(learner.unused_questions(notebooks, question_ids(path.stem, "px")))
    none_of(learner.unused_questions(notebooks[:1], question_ids(path.stem, "c")))


@pytest.mark.parametrize("path", NUMBERED + SOLUTIONS, ids=called)
def test_names_are_those_of_the_course(path):
    assert path.stem in MINUTES
    assert (ROOT / "notebooks" / path.name).exists()
    assert (ROOT / "exercises" / path.name).exists()
    assert (ROOT / "crmlib" / path.stem[3:] / "questions.py").exists()


def test_every_concept_has_a_notebook_of_the_course():
    assert {row["notebook"] for row in layout.concepts()} == {name[:2] for name in MINUTES}


def test_every_concept_can_be_looked_for():
    none_of([row["id"] for row in layout.concepts() if not layout.main_terms(row["zh"])])
