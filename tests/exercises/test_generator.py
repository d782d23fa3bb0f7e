"""tools.exercises: what becomes of a solution, and what happens to a learner's own work."""

import json

import nbformat
import pytest

from tests.helpers import learner, sample
from tests.helpers.notebooks import cells_of, shown
from tools import exercises
from tools.execute import run

STUB = (
    'raise NotImplementedError("Exercise 05.x1: write your answer above, then delete this line.")'
)


def student(notebook: dict) -> dict:
    return exercises.student_notebook(notebook, "exercises/solutions/05_alive.ipynb")


@pytest.fixture
def course(tmp_path):
    """A folder of exercises with one solution, and its student notebook."""
    folder = tmp_path / "exercises"
    (folder / "solutions").mkdir(parents=True)
    solution = nbformat.from_dict(sample.solution())
    nbformat.write(solution, folder / "solutions" / "05_alive.ipynb")
    return folder


def generate(folder, *options: str) -> int:
    return exercises.main(["--folder", str(folder), *options])


def worked_in(folder) -> str:
    """Let a learner answer the first exercise and save; return the file's text."""
    path = folder / "05_alive.ipynb"
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[3].source = "share_1 = 0.3"
    nbformat.write(notebook, path)
    return path.read_text(encoding="utf-8")


def test_block_becomes_a_stub_in_its_place():
    cell = student(sample.solution())["cells"][3]
    assert cell["source"] == (
        f"# Write the share of customers who came back, from 0 to 1.\nshare_1 = ...\n{STUB}"
    )
    assert cell["metadata"]["tags"] == ["raises-exception"]
    assert cell["outputs"] == []
    assert cell["execution_count"] is None


def test_block_in_a_function_and_text_after_it_stay_in_place():
    block = "    ### BEGIN SOLUTION\n    return x / 2\n    ### END SOLUTION"
    made = exercises.without_solution(f"# The share.\ndef f(x):\n{block}\nf(1)", "05.x1")
    assert made == f"# The share.\ndef f(x):\n    {STUB}\nf(1)"


def test_several_blanks_in_one_cell_each_get_a_stub():
    block = "### BEGIN SOLUTION\nx = 1\n### END SOLUTION"
    made = exercises.without_solution(f"# Both.\n{block}\ny = 2\n{block}", "05.x1")
    assert made == f"# Both.\n{STUB}\ny = 2\n{STUB}"


@pytest.mark.parametrize(
    "source",
    [
        "# Write.\n### BEGIN SOLUTION\nx = 1",
        "# Write.\nx = 1\n### END SOLUTION",
        "# Write.\n### BEGIN SOLUTION\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION",
        "# Write.\n### BEGIN SOLUTION\n\n### END SOLUTION",
        "x = ...\n### BEGIN SOLUTION\nx = 1\n### END SOLUTION",
        "# Write.\n## BEGIN SOLUTION\nx = 1\n## END SOLUTION",
        "# Write.\n### Begin solution\nx = 1\n### End solution",
    ],
)
def test_broken_marks_are_refused_with_their_cell(source):
    notebook = sample.solution()
    notebook["cells"][3]["source"] = source
    with pytest.raises(exercises.ExerciseError, match=r"05_alive\.ipynb, cell 4: "):
        student(notebook)


def test_marks_in_markdown_are_refused():
    notebook = sample.solution()
    notebook["cells"][0]["source"] = "### BEGIN SOLUTION"
    with pytest.raises(exercises.ExerciseError, match=r"cell 1: .*code cells only"):
        student(notebook)


def test_exercise_is_named_by_cell_heading_or_check():
    notebook = sample.solution()
    cells = notebook["cells"]
    assert exercises.exercise_of(cells, 3) == "05.x1"
    cells[3]["metadata"]["crm"] = {"exercise": "05.x9"}
    assert exercises.exercise_of(cells, 3) == "05.x9"
    assert exercises.exercise_of(cells, 1) == "05.x1"
    with pytest.raises(exercises.ExerciseError):
        exercises.exercise_of([sample.code("x")], 0)


def test_answers_go_and_ids_stay():
    solution = sample.solution()
    solution["metadata"]["crm"]["answers"] = "a secret"
    solution["cells"][3]["metadata"]["crm"] = {"answer": "a secret", "minutes": 3}
    solution["cells"][3]["metadata"]["note"] = "a secret"
    made = student(solution)
    assert "secret" not in json.dumps(made)
    assert "regression to the mean" not in json.dumps(made)
    assert "NBVAL" not in json.dumps(made)
    kept = [cell["id"] for cell in solution["cells"] if "regression" not in cell["source"]]
    assert [cell["id"] for cell in made["cells"]] == kept
    nbformat.validate(made)


def test_links_lead_to_the_same_place():
    notebook = sample.solution()
    notebook["cells"][0]["source"] = (
        "[a](../05.ipynb) [b](../../c#d) [e](https://doi.org/..) [g](#h)"
    )
    assert student(notebook)["cells"][0]["source"] == (
        "[a](05.ipynb) [b](../c#d) [e](https://doi.org/..) [g](#h)"
    )
    notebook["cells"][0]["source"] = "[a](beside.ipynb)"
    with pytest.raises(exercises.ExerciseError, match=r"cell 1: a relative link must start"):
        student(notebook)


def test_solution_is_not_changed_and_result_is_the_same_each_time():
    solution = sample.solution()
    assert student(solution) == student(sample.solution())
    assert solution == sample.solution()


def test_student_notebook_of_the_sample_is_polite(tmp_path):
    executed = run(student(sample.solution()), tmp_path, allow_errors=True)
    assert learner.impolite(executed) == []
    answers = [shown(cell) for _, cell in cells_of(executed, "code") if "check(" in cell.source]
    assert [text.strip() for text in answers[1:]] == ["not answered yet"] * 4


def test_missing_placeholder_is_impolite_and_noticed(tmp_path):
    solution = sample.solution()
    solution["cells"][3]["source"] = solution["cells"][3]["source"].replace("share_1 = ...\n", "")
    assert learner.placeholders(sample.solution()) == []
    assert learner.placeholders(solution) == [
        "cell 4: write share_1 = ... before ### BEGIN SOLUTION"
    ]
    executed = run(student(solution), tmp_path, allow_errors=True)
    assert learner.impolite(executed) == ["cell 5: NameError: name 'share_1' is not defined"]
    # without a kernel the same is found, also where a cell holds only a remark
    made = student(solution)
    noted = made | {"cells": [*made["cells"], sample.code("# done")]}
    assert learner.impolite(learner.run_on(noted)) == learner.impolite(executed)


def test_sample_keeps_the_rules_and_broken_ones_are_noticed():
    for rule in (learner.exercise_headings, learner.exercise_checks):
        assert rule(sample.solution()) == []
    for old, new in (("must", "should"), ("5 min", "6 min"), ("x1 · Predict", "x1 · Compute")):
        broken = sample.solution()
        broken["cells"][2]["source"] = broken["cells"][2]["source"].replace(old, new)
        assert learner.exercise_headings(broken) != []
    broken = sample.solution()
    broken["cells"][4]["outputs"][0]["data"]["text/plain"] = "✎ Not yet."
    assert learner.exercise_checks(broken) != []
    broken = sample.solution()
    broken["cells"][4]["source"] = 'check("05.x1", share_1)'
    assert learner.exercise_checks(broken) != []


def test_leaks_are_noticed():
    solution, made = sample.solution(), learner.whole_text(student(sample.solution()))
    assert learner.leaked_lines(solution, made) == []
    line = "share_1 = returned_customers / 11"
    assert learner.leaked_lines(solution, f"{made}\n# {line}") == [line]
    model = "The share falls because of regression to the mean."
    assert learner.leaked_lines(solution, made + model) == [model]
    assert learner.leaked_answers({"05.x1": 0.54713}, f"{made} 0.5 and 1 in 2") == []
    for leak in ("0.547", "54.7", "0.54713"):
        assert learner.leaked_answers({"05.x1": 0.54713}, f"{made} {leak}") == [f"05.x1: {leak}"]


def test_unchanged_file_is_written_again(course):
    assert generate(course) == 0
    first = (course / "05_alive.ipynb").read_bytes()
    assert generate(course) == 0
    assert (course / "05_alive.ipynb").read_bytes() == first


def test_file_that_was_only_run_and_saved_is_written_again(course):
    generate(course)
    path = course / "05_alive.ipynb"
    first = path.read_bytes()
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[1].execution_count = 1
    notebook.metadata.language_info.version = "3.13.1"
    nbformat.write(notebook, path)
    assert generate(course) == 0
    assert path.read_bytes() == first


def test_learners_work_is_not_overwritten(course, capsys):
    generate(course)
    work = worked_in(course)
    assert generate(course) == 1
    assert (course / "05_alive.ipynb").read_text(encoding="utf-8") == work
    message = capsys.readouterr().err
    assert "05_alive.ipynb has been worked in" in message
    assert "--force" in message


@pytest.mark.parametrize("text", ["", "no notebook", "[]", '{"metadata": {}, "cells": []}'])
def test_file_of_somebody_else_is_not_overwritten(course, text):
    (course / "05_alive.ipynb").write_text(text, encoding="utf-8")
    assert generate(course) == 1
    assert (course / "05_alive.ipynb").read_text(encoding="utf-8") == text


def test_force_keeps_a_backup_each_time(course):
    generate(course)
    fresh = (course / "05_alive.ipynb").read_bytes()
    for number in (1, 2):
        work = worked_in(course)
        assert generate(course, "--force") == 0
        backup = course / f"05_alive.backup-{number}.ipynb"
        assert backup.read_text(encoding="utf-8") == work
        assert (course / "05_alive.ipynb").read_bytes() == fresh
