"""tools.execute: the same bytes each time, and nothing written when something is wrong."""

import nbformat
import pytest

from tests.helpers import outputs, sample
from tests.helpers.notebooks import read
from tools import execute

FIGURE = """import matplotlib.pyplot as plt
plt.figure(figsize=(2, 1))
plt.plot([1, 2]);"""
WIDGET = """import ipywidgets
class Told(ipywidgets.IntSlider):
    def __repr__(self): return "It is one."
Told(1)"""


def saved(path, *cells: dict):
    for cell in cells:
        cell["metadata"].update(execution={"iopub.status.busy": "2026-11-22T00:00:00Z"})
    notebook = sample.whole(list(cells))
    notebook["metadata"]["widgets"] = {"state": {}}
    nbformat.write(nbformat.from_dict(notebook), path)
    return path


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    folder = tmp_path_factory.mktemp("course")
    cells = [
        sample.markdown("# A notebook"),
        sample.code("import os, sys\nprint(os.environ['CRMLIB_LANGUAGE'], os.getcwd())"),
        sample.code("print(len(os.listdir(os.environ['CRMLIB_LEARNER'])))"),
        sample.code("print(sys.flags.hash_randomization, os.environ['TZ'])"),
        sample.code(FIGURE),
        sample.code(WIDGET),
        sample.code("1 / 0", tags=("raises-exception",)),
    ]
    path = saved(folder / "a.ipynb", *cells)
    assert execute.main([str(path)]) == 0
    return path


def test_cells_run_in_order_with_their_ids(executed):
    notebook = read(executed)
    assert outputs.run_in_order(notebook) + outputs.metadata(notebook) == []
    assert [cell["id"] for cell in notebook["cells"]] == [f"cell-{i}" for i in range(1, 8)]


def test_kernel_works_beside_the_notebook_and_knows_nobody(executed):
    cells = read(executed)["cells"]
    assert cells[1]["outputs"][0]["text"] == f"en {executed.parent}\n"
    assert cells[2]["outputs"][0]["text"] == "0\n"
    assert cells[3]["outputs"][0]["text"] == "0 UTC\n"


def test_nothing_that_changes_is_stored(executed):
    notebook = read(executed)
    notebook["cells"][1]["outputs"] = []  # prints the folder, for the test above
    assert outputs.stable_outputs(notebook) == []


def test_picture_is_stored_and_the_widget_leaves_its_sentence(executed):
    *_, figure, widget, _ = read(executed)["cells"]
    assert figure["outputs"][0]["data"]["image/png"]
    assert [output["data"] for output in widget["outputs"]] == [{"text/plain": "It is one."}]


def test_traceback_is_its_last_line(executed):
    *_, error = read(executed)["cells"]
    assert error["outputs"][0]["traceback"] == ["ZeroDivisionError: division by zero"]


def test_second_run_writes_the_same_bytes(executed):
    before = executed.read_bytes()
    assert execute.main([str(executed)]) == 0
    assert executed.read_bytes() == before


@pytest.mark.parametrize(
    "source",
    [
        "1 / 0",
        "import sys\nsys.stderr.write('careful')",
        "import warnings\nwarnings.warn('careful')",
        "import warnings\nwarnings.warn('soon', FutureWarning)",
    ],
)
def test_nothing_is_written_when_a_cell_fails_or_warns(tmp_path, capsys, source):
    path = saved(tmp_path / "a.ipynb", sample.code("print(1)"), sample.code(source))
    before = path.read_bytes()
    assert execute.main([str(path)]) == 1
    assert path.read_bytes() == before
    assert "left as it was" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == [path]
