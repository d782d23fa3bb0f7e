"""nbval really compares: a stored output that is spoilt makes it fail."""

import copy
import os
import re
import subprocess
import sys

import nbformat

from tests.helpers import sample
from tests.helpers.notebooks import course_paths, is_checked, printed, read
from tools import execute


def nbval(folder) -> str:
    """The report of the suite's nbval command on a folder, with no settings but its own."""
    command = [sys.executable, "-m", "pytest", "--nbval-lax", "--nbval-current-env", "-rA"]
    options = ["-p", "nbval.plugin", "-p", "no:cacheprovider", "--rootdir", str(folder)]
    environment = os.environ | {
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "PYTHONWARNINGS": "error::FutureWarning",
    }
    environment.pop("PYTEST_ADDOPTS", None)
    return subprocess.run(
        [*command, *options, str(folder)],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    ).stdout


def smallest_of_the_course() -> dict | None:
    """A notebook up to its first checked cell that prints a number: the one quickest to run."""
    found = []
    for notebook in map(read, course_paths()):
        for number, cell in enumerate(notebook["cells"], start=1):
            if is_checked(cell) and re.search(r"\d", printed(cell)):
                found.append(notebook | {"cells": notebook["cells"][:number]})
                break
    return min(found, key=lambda notebook: len(notebook["cells"]), default=None)


def of_our_own(folder) -> dict:
    path = folder / "own.ipynb"
    cells = [sample.code("# NBVAL_CHECK_OUTPUT\nprint('The share is 14.6%.')")]
    nbformat.write(nbformat.from_dict(sample.whole(cells)), path)
    assert execute.main([str(path)]) == 0
    notebook = read(path)
    path.unlink()
    return notebook


def spoilt(notebook: dict) -> dict:
    """The notebook with another last digit in its last cell's sentence."""
    notebook = copy.deepcopy(notebook)
    output = next(
        output for output in notebook["cells"][-1]["outputs"] if output.get("name") == "stdout"
    )
    last = re.findall(r"\d", output["text"])[-1]
    before, _, after = output["text"].rpartition(last)
    output["text"] = before + str((int(last) + 1) % 10) + after
    return notebook


def test_nbval_fails_on_a_spoilt_output_only(tmp_path):
    notebook = smallest_of_the_course() or of_our_own(tmp_path)
    for name, content in (("sound", notebook), ("spoilt", spoilt(notebook))):
        nbformat.write(nbformat.from_dict(content), tmp_path / f"{name}.ipynb")
    report = nbval(tmp_path)
    last = sum(cell["cell_type"] == "code" for cell in notebook["cells"]) - 1
    failed = re.findall(r"^FAILED (\S+::Cell \d+)", report, re.MULTILINE)
    assert failed == [f"spoilt.ipynb::Cell {last}"], report
    assert f"PASSED sound.ipynb::Cell {last}" in report
