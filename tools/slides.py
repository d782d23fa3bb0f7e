"""Set which cell begins a slide: ``python -m tools.slides``, or with the notebooks that it names.

A notebook is presented as it stands, in the deck of JupyterLab (jupyterlab-deck, sliders alive)
or, without sliders, by ``jupyter nbconvert --to slides``. Both read ``slideshow.slide_type``:

========  ===========================================================================
slide     the title; every section heading; a figure; an explorer; a prediction or a
          check, alone, and what comes after it; a long text about a figure
fragment  what is to be seen after the room has guessed: a result in words, a cell
          that reveals, a short "**In words.**" below its figure
notes     a cell that is nothing but a folded answer
skip      the list of sources; code that shows nothing
none      all else goes on the slide where it stands
========  ===========================================================================

The rule reads the cells, so no author has to think of slides, and the tool can be run again after
every change. A cell with ``crm: {"slide": "fragment"}`` decides for itself. Nothing else of the
notebook changes: sources, outputs and ids stay.

There are no subslides: jupyterlab-deck 0.2.0 loses one that directly follows another, and a
trainer needs one key only, forward.
"""

import argparse
import re
import sys
from collections.abc import Sequence
from pathlib import Path

import nbformat

from tools.execute import ROOT, write

KINDS = ("slide", "fragment", "notes", "skip", "")
# So many characters go below a figure on a screen of 1280 x 720.
SHORT = 450
HEADING = re.compile(r"^##? \S")
FOLDED = re.compile(r"<details.*?</details>", re.DOTALL)
ASKS = re.compile(r"\b(?:predict|check)\(")
REVEALS = re.compile(r"\breveal\(")
EXPLORER = re.compile(r"\.widgets\.\w+\(")


def kind(cell: dict, before: dict | None = None) -> str:
    """Return the kind of slide that a cell makes; empty where it goes on with the one before.

    Parameters
    ----------
    cell : dict
        The cell.
    before : dict, optional
        The cell before it.

    Examples
    --------
    >>> kind({"cell_type": "markdown", "source": "## Data · 4 min", "metadata": {}})
    'slide'
    >>> kind({"cell_type": "markdown", "source": "**In words.** It falls.", "metadata": {}})
    'fragment'
    >>> kind({"cell_type": "markdown", "source": "Look at the first row.", "metadata": {}})
    ''
    """
    crm = cell["metadata"].get("crm", {})
    if chosen := crm.get("slide"):
        return str(chosen)
    if crm.get("role") == "sources":
        return "skip"
    made = of_text(cell) if cell["cell_type"] == "markdown" else of_code(cell)
    # A question stands alone: its answer must not.
    alone = before is not None and (asks(before) or is_explorer(before))
    return "slide" if alone and made in ("", "fragment") else made


def of_text(cell: dict) -> str:
    """Return the kind of slide that a markdown cell makes."""
    source = cell["source"]
    if HEADING.match(source):
        return "slide"
    open_text = FOLDED.sub("", source).strip()
    if not open_text:
        return "notes"
    if not source.startswith("**In words.**"):
        return ""
    return "fragment" if len(open_text) <= SHORT else "slide"


def of_code(cell: dict) -> str:
    """Return the kind of slide that a code cell makes."""
    outputs = cell.get("outputs", [])
    figure = any("image/png" in output.get("data", {}) for output in outputs)
    if is_explorer(cell) or asks(cell) or figure:
        return "slide"
    if not outputs:
        return "skip"
    printed = any(output["output_type"] == "stream" for output in outputs)
    return "fragment" if printed or REVEALS.search(cell["source"]) else ""


def asks(cell: dict) -> bool:
    """Return whether a cell asks for a prediction or an answer, and shows no result."""
    source = cell["source"]
    return cell["cell_type"] == "code" and bool(ASKS.search(source)) and not REVEALS.search(source)


def is_explorer(cell: dict) -> bool:
    """Return whether a cell shows sliders."""
    return cell["cell_type"] == "code" and bool(EXPLORER.search(cell["source"]))


def marked(cells: Sequence[dict]) -> list[dict]:
    """Return the metadata of each cell with the kind of slide that it makes."""
    return [metadata(cell, before) for cell, before in zip(cells, [None, *cells[:-1]], strict=True)]


def metadata(cell: dict, before: dict | None = None) -> dict:
    """Return the cell's metadata with the kind of slide that it makes."""
    others = {key: value for key, value in cell["metadata"].items() if key != "slideshow"}
    made = kind(cell, before)
    if made not in KINDS:
        raise ValueError(f"crm.slide is {made!r}; it may be {', '.join(KINDS[:-1])}")
    return others | ({"slideshow": {"slide_type": made}} if made else {})


def is_marked(cells: Sequence[dict]) -> bool:
    """Return whether every cell's metadata are those that the rule gives."""
    return marked(cells) == [dict(cell["metadata"]) for cell in cells]


def mark(path: Path) -> bool:
    """Set the slides of a notebook; return whether anything changed."""
    notebook = nbformat.read(path, as_version=4)
    if is_marked(notebook.cells):
        return False
    for cell, made in zip(notebook.cells, marked(notebook.cells), strict=True):
        cell["metadata"] = nbformat.from_dict(made)
    write(notebook, path)
    return True


def default_paths() -> list[Path]:
    """Return the course's numbered notebooks."""
    return sorted((ROOT / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Mark the notebooks that the command line names."""
    parser = argparse.ArgumentParser(prog="python -m tools.slides", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks (without any: all)")
    for path in parser.parse_args(arguments).paths or default_paths():
        print(f"{path}: {'marked' if mark(path) else 'as it was'}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
