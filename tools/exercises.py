"""Write the students' exercises from their solutions.

``python -m tools.exercises`` makes ``exercises/NN_theme.ipynb`` from
``exercises/solutions/NN_theme.ipynb``, the only source.

The contract:

- In a code cell, the block from ``### BEGIN SOLUTION`` to ``### END SOLUTION`` becomes one line
  that raises NotImplementedError, says which exercise waits, and what to do. It stands as far to
  the right as the block did. The cell is tagged ``raises-exception``, so that running all cells
  goes on behind it.
- The author writes before the block a comment that says what to write, and sets each name that
  later cells use to ``...``: ``check("05.x2", share)`` then answers "not answered yet".
- A block in a function is called in its own cell only, below the function.
- The exercise is the one of the cell's metadata (``crm.exercise``), else of the last exercise
  heading before it, else of the next ``check("05.x2", …)``.
- A markdown cell with metadata ``crm: {"solution": true}`` is left out. So are the metadata that
  can hold an answer: of a cell everything but tags and ``crm``, and in ``crm`` every key but
  ``exercise``, ``minutes`` and ``part``; of the notebook everything but the kernel.
- A relative link starts with ``../`` and is shortened by it: the student's file lies one folder up.
- Outputs, execution counts and nbval's marks are taken out. Cell ids stay.
- A solution that breaks these rules is refused with its cell's number.

What a learner has written is never overwritten: the file carries a fingerprint of its cells, and
where it does not fit them any more, the file stays. ``--force`` keeps it as a backup beside the
new one.
"""

import argparse
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from crmlib.workshop.notebook_file import fingerprint
from tools.execute import KERNEL, LANGUAGE, ROOT, write

BEGIN = re.compile(r"^(?P<indent>[ \t]*)### BEGIN SOLUTION\s*$")
END = re.compile(r"^[ \t]*### END SOLUTION\s*$")
LOOKS_LIKE_MARK = re.compile(r"#.*\b(begin|end)\W*solution", re.IGNORECASE)
NBVAL_MARK = re.compile(r"^[ \t]*#+\s*NBVAL_\w+\s*$")
CHECK = re.compile(r"""\bcheck\(\s*["'](\d\d\.x\d+)["']""")
RELATIVE_LINK = re.compile(r"(?<=\]\()(?![a-z]+:|#)(\.\./)?(?=[^)\s])")
CELL_KEYS = ("cell_type", "id", "source", "attachments")
KEPT_KEYS = ("exercise", "minutes", "part")


class ExerciseError(ValueError):
    """A solution notebook that cannot be made into a student's notebook."""


def stub(exercise: str) -> str:
    """Return the line that stands where the learner is to write.

    >>> stub("05.x2")
    'raise NotImplementedError("Exercise 05.x2: write your answer above, then delete this line.")'
    """
    text = f"Exercise {exercise}: write your answer above, then delete this line."
    return f'raise NotImplementedError("{text}")'


def without_solution(source: str, exercise: str) -> str:
    """Return a code cell's text with a stub in place of each solution block.

    >>> print(without_solution('''# The share, from 0 to 1.
    ... share = ...
    ... ### BEGIN SOLUTION
    ... share = 12 / 40
    ... ### END SOLUTION''', "05.x2"))
    # The share, from 0 to 1.
    share = ...
    raise NotImplementedError("Exercise 05.x2: write your answer above, then delete this line.")

    Raises
    ------
    ExerciseError
        A block does not end, ends without beginning, is empty, has no comment before it, or a
        mark is misspelt.
    """
    lines: list[str] = []
    block: list[str] | None = None
    for line in source.splitlines():
        begins, ends = BEGIN.match(line), END.match(line)
        if LOOKS_LIKE_MARK.search(line) and not begins and not ends:
            raise ExerciseError(f"write the mark exactly as ### BEGIN SOLUTION, not {line!r}")
        if begins and block is None:
            if not any(before.lstrip().startswith("#") for before in lines):
                raise ExerciseError("a comment before ### BEGIN SOLUTION must say what to write")
            lines.append(begins["indent"] + stub(exercise))
            block = []
        elif begins or (ends and block is None):
            raise ExerciseError("### BEGIN SOLUTION and ### END SOLUTION must take turns")
        elif ends:
            if not "".join(block).strip():
                raise ExerciseError("the block between the marks is empty")
            block = None
        elif block is not None:
            block.append(line)
        else:
            lines.append(line)
    if block is not None:
        raise ExerciseError("### BEGIN SOLUTION has no ### END SOLUTION")
    return "\n".join(lines)


def solution_blocks(source: str) -> list[str]:
    """Return the lines that stand between the marks of a code cell.

    >>> lines = ["### BEGIN SOLUTION", "share = 1", "### END SOLUTION", "share"]
    >>> solution_blocks(chr(10).join(lines))
    ['share = 1']
    """
    inside, found = False, []
    for line in source.splitlines():
        if BEGIN.match(line) or END.match(line):
            inside = bool(BEGIN.match(line))
        elif inside:
            found.append(line)
    return found


def one_folder_up(markdown: str) -> str:
    """Return the text with its relative links as they read from the folder above.

    >>> one_folder_up("See [notebook 05](../../notebooks/05_alive.ipynb).")
    'See [notebook 05](../notebooks/05_alive.ipynb).'
    """
    for link in RELATIVE_LINK.finditer(markdown):
        if not link[1]:
            where = markdown[link.start() : link.start() + 40]
            raise ExerciseError(f"a relative link must start with ../ here: {where!r}")
    return RELATIVE_LINK.sub("", markdown)


def exercise_of(cells: Sequence[dict], position: int) -> str:
    """Return the id of the exercise to which the cell at this position belongs."""
    for cell in reversed(cells[: position + 1]):
        if found := cell["metadata"].get("crm", {}).get("exercise"):
            return found if isinstance(found, str) else found["id"]
    for cell in cells[position:]:
        if found := CHECK.search(cell["source"]):
            return found[1]
    raise ExerciseError("no exercise heading before it and no check after it tells which it is")


def student_cell(cells: Sequence[dict], position: int) -> dict | None:
    """Return the student's version of the cell at this position, or None where it is left out."""
    cell = cells[position]
    crm = cell["metadata"].get("crm", {})
    if cell["cell_type"] != "code":
        if LOOKS_LIKE_MARK.search(cell["source"]):
            raise ExerciseError("solution marks work in code cells only")
        kept = {key: cell[key] for key in CELL_KEYS if key in cell}
        kept |= {"source": one_folder_up(cell["source"]), "metadata": kept_metadata(cell)}
        return None if crm.get("solution") else kept
    source = "\n".join(line for line in cell["source"].splitlines() if not NBVAL_MARK.match(line))
    metadata = kept_metadata(cell)
    if LOOKS_LIKE_MARK.search(source):
        source = without_solution(source, exercise_of(cells, position))
        metadata["tags"] = sorted({*metadata.get("tags", []), "raises-exception"})
    made = {"cell_type": "code", "id": cell["id"], "source": source, "metadata": metadata}
    return made | {"outputs": [], "execution_count": None}


def kept_metadata(cell: dict) -> dict:
    """Return the cell's metadata that hold no answer."""
    crm = cell["metadata"].get("crm", {})
    tags = [tag for tag in cell["metadata"].get("tags", []) if not tag.startswith("nbval")]
    kept = {key: crm[key] for key in KEPT_KEYS if key in crm}
    return ({"crm": kept} if kept else {}) | ({"tags": tags} if tags else {})


def student_notebook(solution: dict, source: str) -> NotebookNode:
    """Return the student's notebook of this solution.

    Parameters
    ----------
    solution
        The solution notebook, as nbformat reads it. It is not changed.
    source
        Where it lies, for people who open the student's file.

    Raises
    ------
    ExerciseError
        With the number, from 1, of the cell that breaks the contract.
    """
    cells = []
    for position, cell in enumerate(solution["cells"]):
        try:
            if "id" not in cell:
                raise ExerciseError("it has no id; save the notebook in JupyterLab once")
            made = student_cell(solution["cells"], position)
        except ExerciseError as error:
            raise ExerciseError(f"{source}, cell {position + 1}: {error}") from error
        if made is not None:
            cells.append(made)
    generated = {"from": source, "fingerprint": fingerprint(cells)}
    metadata = {"crm": {"generated": generated}, "kernelspec": KERNEL, "language_info": LANGUAGE}
    return nbformat.from_dict(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    )


def is_untouched(path: Path) -> bool:
    """Return whether the file is there as this tool wrote it, nothing of a learner's in it."""
    try:
        notebook = json.loads(path.read_text(encoding="utf-8"))
        return notebook["metadata"]["crm"]["generated"]["fingerprint"] == fingerprint(
            notebook["cells"]
        )
    except (ValueError, KeyError, TypeError, AttributeError):
        return False


def backup_path(path: Path) -> Path:
    """Return the first free name for a backup beside the file."""
    number = 1
    while (backup := path.with_name(f"{path.stem}.backup-{number}.ipynb")).exists():
        number += 1
    return backup


def generate(solution: Path, folder: Path, *, force: bool = False) -> str:
    """Write the student's notebook of one solution into the folder; return what was done.

    Raises
    ------
    ExerciseError
        The solution breaks the contract, or a learner has worked in the student's file and
        ``force`` is not given. Nothing is written then.
    """
    student = student_notebook(
        nbformat.read(solution, as_version=4), f"exercises/solutions/{solution.name}"
    )
    target = folder / solution.name
    done = f"{target}: written"
    if target.exists() and not is_untouched(target):
        if not force:
            raise ExerciseError(
                f"{target} has been worked in and was left as it is. Move it away and run this "
                "again, or run it with --force, which keeps it as a backup beside the new one."
            )
        backup = target.rename(backup_path(target))
        done += f", the old file kept as {backup.name}"
    write(student, target)
    return done


def main(arguments: Sequence[str] | None = None) -> int:
    """Write every student's notebook; return 1 if any could not be written."""
    parser = argparse.ArgumentParser(prog="python -m tools.exercises", description=__doc__)
    parser.add_argument("--force", action="store_true", help="back up a file that was worked in")
    parser.add_argument("--folder", type=Path, default=ROOT / "exercises", help="of the exercises")
    options = parser.parse_args(arguments)
    failed = False
    for solution in sorted((options.folder / "solutions").glob("[0-9][0-9]_*.ipynb")):
        try:
            print(generate(solution, options.folder, force=options.force))
        except ExerciseError as error:
            failed = True
            print(error, file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
