"""What the learner is asked: predictions, checks, exercises."""

import ast
import re

from tests.helpers.notebooks import (
    asked,
    cells_of,
    crm,
    is_checked,
    markdown_text,
    shown,
    tags,
    tree,
)
from tools.exercises import solution_blocks
from tools.explorers import empty_notebook, run_cell

KINDS = {"P": "Predict", "C": "Compute", "I": "Interpret", "E": "Extend"}
LEVELS = ("must", "should", "extra")
EXERCISE = re.compile(r"## Exercise (\d\d\.x\d+) · (\w+) · (\w+) · (\d+) min$")
SUCCESS, NOT_ANSWERED = "✔", "not answered yet"


def ids(notebook: dict, tool: str) -> list[str]:
    """The ids that the notebook hands to a tool, in their order."""
    return [name for _, cell in cells_of(notebook, "code") for name in asked(cell, tool)]


def predictions(notebook: dict) -> list[str]:
    """Predictions without their result later, and the other way round."""
    problems, open_ids = [], []
    for number, cell in cells_of(notebook, "code"):
        for name in asked(cell, "reveal"):
            if name not in open_ids:
                problems.append(f"cell {number}: reveal({name!r}) without a predict before it")
        open_ids += asked(cell, "predict")
    missing = sorted(set(open_ids) - set(ids(notebook, "reveal")))
    return problems + [f"predict({name!r}) has no reveal" for name in missing]


def questions(notebook: dict, known: set[str]) -> list[str]:
    """Ids that the theme's questions.py does not have."""
    used = {name for tool in ("predict", "reveal", "check") for name in ids(notebook, tool)}
    return [f"no question {name} in questions.py" for name in sorted(used - known)]


def unused_questions(notebooks: list[dict], known: set[str]) -> list[str]:
    """Questions of questions.py that no notebook of the theme asks."""
    used = {
        name
        for notebook in notebooks
        for tool in ("predict", "check")
        for name in ids(notebook, tool)
    }
    return [f"nobody is asked {name}" for name in sorted(known - used)]


def exercises(notebook: dict) -> list[tuple[dict, list[dict]]]:
    """Each exercise: its heading cell, and the cells up to the next one."""
    found: list[tuple[dict, list[dict]]] = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown" and crm(cell).get("exercise"):
            found.append((cell, []))
        elif found:
            found[-1][1].append(cell)
    return found


def exercise_headings(notebook: dict) -> list[str]:
    """Faults of the exercises' ids, kinds, levels, minutes and number."""
    problems = []
    for heading, _ in exercises(notebook):
        first, exercise = heading["source"].splitlines()[0], crm(heading)["exercise"]
        match = EXERCISE.match(first)
        expected = (
            exercise.get("id"),
            KINDS.get(exercise.get("kind")),
            exercise.get("level"),
            str(exercise.get("minutes")),
        )
        if not match or match.groups() != expected or expected[2] not in LEVELS:
            problems.append(f"{first!r} and crm.exercise {exercise} must say the same")
    marked = markdown_text(notebook).count("\n## Exercise ")
    if marked != len(exercises(notebook)):
        problems.append(f"{marked} exercise headings, {len(exercises(notebook))} with metadata")
    if not 4 <= len(exercises(notebook)) <= 5:
        problems.append(f"{len(exercises(notebook))} exercises; 4 or 5 are wanted")
    levels = [crm(heading)["exercise"].get("level") for heading, _ in exercises(notebook)]
    if levels != sorted(levels, key=lambda level: LEVELS.index(level) if level in LEVELS else 9):
        problems.append(f"must comes first, then should, then extra: {levels}")
    numbers = [crm(heading)["exercise"].get("id", "")[4:] for heading, _ in exercises(notebook)]
    if numbers != [str(number) for number in range(1, len(numbers) + 1)]:
        problems.append(f"the exercises are numbered x1, x2, …: {numbers}")
    return problems


def exercise_checks(notebook: dict) -> list[str]:
    """Exercises that nothing answers, and checks whose answer nbval does not compare."""
    problems = []
    for heading, cells in exercises(notebook):
        exercise = crm(heading)["exercise"]
        code = [cell for cell in cells if cell["cell_type"] == "code"]
        checks = [cell for cell in code if exercise["id"] in asked(cell, "check")]
        predicts = [cell for cell in code if asked(cell, "predict")]
        if not checks and not (predicts and exercise["kind"] == "P"):
            problems.append(f"{exercise['id']}: no check({exercise['id']!r}, …) answers it")
        for cell in checks:
            if not is_checked(cell):
                problems.append(f"{exercise['id']}: its check needs # NBVAL_CHECK_OUTPUT")
            if SUCCESS not in shown(cell):
                problems.append(f"{exercise['id']}: the solution does not pass: {shown(cell)!r}")
    return problems


def placeholders(notebook: dict) -> list[str]:
    """Names of a solution block that later cells use and that no line before it sets to ``...``."""
    problems, cells = [], cells_of(notebook, "code")
    for position, (number, cell) in enumerate(cells):
        solved, blank = names_set(cell)
        later = {
            node.id
            for _, after in cells[position + 1 :]
            for node in ast.walk(tree(after))
            if isinstance(node, ast.Name)
        }
        problems += [
            f"cell {number}: write {name} = ... before ### BEGIN SOLUTION"
            for name in sorted(solved & later - blank)
        ]
    return problems


def names_set(cell: dict) -> tuple[set[str], set[str]]:
    """The names that a cell's solution blocks set, and those it sets to ``...`` or None."""
    secret = set(solution_blocks(cell["source"]))
    solved, blank = set(), set()
    for statement in tree(cell).body:
        lines = cell["source"].splitlines()[statement.lineno - 1 : statement.end_lineno]
        names = names_of(statement)
        if secret & set(lines):
            solved |= names
        elif is_blank(statement):
            blank |= names
    return solved, blank


def is_blank(statement: ast.stmt) -> bool:
    value = getattr(statement, "value", None)
    return isinstance(value, ast.Constant) and value.value in (..., None)


def names_of(statement: ast.stmt) -> set[str]:
    """The names that a statement defines."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    return {
        node.id
        for node in ast.walk(statement)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    }


def leaked_lines(solution: dict, student: str) -> list[str]:
    """Lines of the solution that stand in the student's file and nowhere else in the source.

    A line that the solution notebook also has outside its blocks is no secret.
    """
    secrets, public = set(), []
    for cell in solution["cells"]:
        blocks = solution_blocks(cell["source"]) if cell["cell_type"] == "code" else []
        hidden = cell["source"].splitlines() if crm(cell).get("solution") else blocks
        secrets |= {line.strip() for line in hidden if len(line.strip()) > 12}
        open_lines = [line for line in cell["source"].splitlines() if line not in hidden]
        public.append("\n".join(open_lines))
    return sorted(line for line in secrets if line in student and line not in "\n".join(public))


def leaked_answers(references: dict[str, float], student: str) -> list[str]:
    """Reference answers that stand in the student's file, to three digits or more."""
    leaks = []
    for number in re.findall(r"(?<![\w.])\d+(?:\.\d+)?", student):
        digits, decimals = number.replace(".", "").lstrip("0"), len(number.partition(".")[2])
        if len(digits) < 3:
            continue
        leaks += [
            f"{name}: {number}"
            for name, answer in references.items()
            if any(f"{abs(scaled):.{decimals}f}" == number for scaled in (answer, 100 * answer))
        ]
    return sorted(set(leaks))


def tagged(cell: dict) -> bool:
    return "raises-exception" in tags(cell)


def whole_text(value) -> str:
    """Every key and every text of a notebook, without JSON's escapes and without checksums."""
    if isinstance(value, dict):
        return "\n".join(
            f"{key}\n{whole_text(part)}" for key, part in value.items() if key != "fingerprint"
        )
    if isinstance(value, list):
        return "\n".join(whole_text(part) for part in value)
    return str(value)


def run_on(notebook: dict) -> dict:
    """The notebook after a run in this process, which goes on after a cell that raises."""
    names, cells = empty_notebook(), []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            try:
                value, printed = run_cell(tree(cell), names)
                output = {"output_type": "stream", "text": f"{printed}{value!r}"}
            except Exception as error:
                output = {
                    "output_type": "error",
                    "ename": type(error).__name__,
                    "evalue": str(error),
                }
            cell = cell | {"outputs": [output]}
        cells.append(cell)
    return notebook | {"cells": cells}


def impolite(notebook: dict) -> list[str]:
    """Errors of a run that are not the stub's own, in the stub's own cell."""
    return [
        f"cell {number}: {output['ename']}: {output['evalue']}"
        for number, cell in cells_of(notebook, "code")
        for output in cell["outputs"]
        if output["output_type"] == "error"
        if output["ename"] != "NotImplementedError"
        or not re.fullmatch(r"Exercise \d\d\.x\d+: write your answer above.*", output["evalue"])
        or not tagged(cell)
    ]
