"""Slides: every notebook is marked by the rule, and the mark survives a run."""

import copy

import nbformat
import pytest

from tests.helpers import sample
from tests.helpers.notebooks import course_paths, is_numbered
from tools import execute, slides

NUMBERED = [path for path in course_paths() if is_numbered(path)]
FIGURE = [{"output_type": "display_data", "data": {"image/png": "AA=="}, "metadata": {}}]
PRINTED = [{"output_type": "stream", "name": "stdout", "text": "26%"}]
TABLE = [{"output_type": "execute_result", "data": {"text/plain": "1"}, "metadata": {}}]


def code(source: str, outputs=(), **crm) -> dict:
    return {"cell_type": "code", "source": source, "outputs": list(outputs), "metadata": crm}


def text(source: str, **crm) -> dict:
    return {"cell_type": "markdown", "source": source, "metadata": {"crm": crm} if crm else {}}


@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_the_notebook_is_marked(path):
    cells = nbformat.read(path, as_version=4).cells
    assert slides.is_marked(cells), "run python -m tools.slides"


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        (text("# A title"), "slide"),
        (text("## Data · 4 min"), "slide"),
        (text("### A part"), ""),
        (text("Look at the first row."), ""),
        (text("**In words.** It falls."), "fragment"),
        (text("**In words.** " + "It falls. " * 50), "slide"),
        (text("**In words.** It falls.\n<details>" + "No. " * 200 + "</details>"), "fragment"),
        (text("<details><summary>Answer</summary>\n\nFive.\n\n</details>"), "notes"),
        (text("## Sources", role="sources"), "skip"),
        (text("Look.", slide="fragment"), "fragment"),
        (code("import crmlib"), "skip"),
        (code("table.head()", TABLE), ""),
        (code("say('26%')", PRINTED), "fragment"),
        (code("plot();", FIGURE), "slide"),
        (code("alive.widgets.timeline(p)", TABLE), "slide"),
        (code('predict("05.p1")', TABLE), "slide"),
        (code('check("05.c1", x)', TABLE), "slide"),
        (code('reveal("05.p1", x)', TABLE), "fragment"),
    ],
)
def test_the_rule(cell, kind):
    assert slides.kind(cell) == kind


def test_a_question_stands_alone():
    question, result = code('predict("05.p1")', TABLE), code("table.head()", TABLE)
    assert slides.kind(result, question) == "slide"
    assert slides.kind(text("**In words.** It falls."), code("x.widgets.y(z)", TABLE)) == "slide"
    assert slides.kind(code("import crmlib"), question) == "skip"


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match=r"crm\.slide is 'side'"):
        slides.metadata(text("Look.", slide="side"))


def test_marking_changes_nothing_else_and_is_done_once(tmp_path):
    cells = [sample.markdown("# A notebook"), sample.code("print(1)", tags=("lesson",))]
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.from_dict(sample.whole(copy.deepcopy(cells))), path)
    before = nbformat.read(path, as_version=4)
    assert slides.mark(path)
    marked = nbformat.read(path, as_version=4)
    assert marked.cells[0].metadata.slideshow.slide_type == "slide"
    for cell in marked.cells:
        cell.metadata.pop("slideshow", None)
    assert marked == before
    content = path.read_bytes()
    assert not slides.mark(path)
    assert path.read_bytes() == content


def test_the_mark_survives_a_run():
    cell = code("1", TABLE) | {"metadata": {"slideshow": {"slide_type": "slide"}, "execution": {}}}
    assert execute.stable_cell(cell)["metadata"] == {"slideshow": {"slide_type": "slide"}}
    notebook = execute.without_outputs({"cells": [cell]})
    assert notebook["cells"][0]["metadata"]["slideshow"] == {"slide_type": "slide"}


def test_an_old_mark_is_taken_away():
    cell = text("Look.") | {"metadata": {"slideshow": {"slide_type": "subslide"}, "tags": ["x"]}}
    assert slides.metadata(cell) == {"tags": ["x"]}
