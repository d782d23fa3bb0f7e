"""A notebook as a trainer sees it: title, objectives, sections, and what happens in each.

``read()``       a notebook of the course or a solution, as nbformat reads it
``sections()``   its sections, with minutes, figures, explorers, and the questions asked in each
``results()``    what `reveal` showed, from the stored outputs
``exercises()``  the exercises of a solution: heading, code and model answer
"""

import re
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from tools.execute import ROOT
from tools.exercises import solution_blocks
from tools.slides import FOLDED, is_explorer

HEADING = re.compile(r"^## (?P<title>.+?) · \d+ min(?: · optional)?$", re.MULTILINE)
ASKED = re.compile(r"""\b(predict|reveal|check)\(\s*["'](\d\d\.[pcx]\d+)["']""")
RESULT = re.compile(r"^(?:Result|The data say): (.+)$", re.MULTILINE)
OBJECTIVE = re.compile(r"^[-*] (.+)$", re.MULTILINE)
QUESTION = re.compile(r"^\*\*(.+?\?)\*\*", re.MULTILINE)


@dataclass(frozen=True)
class Figure:
    """A stored figure, and the text that says what it shows."""

    png: str
    words: str


@dataclass
class Section:
    """A section of a notebook."""

    title: str
    minutes: int
    part: str
    asked: list[tuple[str, str]] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    explorers: int = 0


@dataclass
class Exercise:
    """An exercise of a solution notebook."""

    heading: str
    code: list[str] = field(default_factory=list)
    model_answer: list[str] = field(default_factory=list)


def names(root: Path = ROOT) -> list[str]:
    """Return the numbered notebooks that are there, such as ``05_alive``."""
    return sorted(path.stem for path in (root / "notebooks").glob("[0-9][0-9]_*.ipynb"))


def read(name: str, folder: str = "notebooks", root: Path = ROOT) -> nbformat.NotebookNode:
    """Read a notebook of the course, or a solution."""
    return nbformat.read(root / folder / f"{name}.ipynb", as_version=4)


def title(notebook: dict) -> str:
    """Return the title."""
    return notebook["cells"][0]["source"].splitlines()[0].removeprefix("# ")


def question(notebook: dict) -> str:
    """Return the business question, empty where it is not in bold."""
    found = QUESTION.search(notebook["cells"][0]["source"])
    return found[1] if found else ""


def objectives(notebook: dict) -> list[str]:
    """Return what a learner will be able to do."""
    return OBJECTIVE.findall(notebook["cells"][0]["source"].partition("ou will be able to")[2])


def minutes(notebook: dict) -> tuple[int, int]:
    """Return the minutes of the core, and of the whole notebook."""
    crm = notebook["metadata"]["crm"]
    return crm["core_minutes"], crm["total_minutes"]


def sections(notebook: dict) -> list[Section]:
    """Return the sections in their order."""
    found: list[Section] = []
    cells = notebook["cells"]
    for cell, after in zip(cells, [*cells[1:], {"source": ""}], strict=True):
        crm = cell["metadata"].get("crm", {})
        if "part" in crm:
            heading = HEADING.search(cell["source"])["title"]
            found.append(Section(heading, crm["minutes"], crm["part"]))
        elif found and cell["cell_type"] == "code":
            here = found[-1]
            here.asked += ASKED.findall(cell["source"])
            here.explorers += is_explorer(cell)
            here.figures += [Figure(png, words(after["source"])) for png in pictures(cell)]
    return found


def pictures(cell: dict) -> list[str]:
    """Return a cell's stored figures, in base64."""
    data = [output.get("data", {}) for output in cell["outputs"]]
    return ["".join(each["image/png"].split()) for each in data if "image/png" in each]


def words(source: str) -> str:
    """Return the first paragraph of what a figure shows, in words.

    >>> words("**In words.** It *falls*." + chr(10) * 2 + "And so on.")
    'It falls.'
    """
    text = FOLDED.sub("", source).partition("\n\n")[0]
    return re.sub(r"[*`]", "", text.removeprefix("**In words.**")).strip()


def results(notebook: dict) -> dict[str, str]:
    """Return what was revealed of each prediction, as the learner reads it."""
    found = {}
    for cell in notebook["cells"]:
        revealed = [name for tool, name in ASKED.findall(cell["source"]) if tool == "reveal"]
        outputs = cell.get("outputs", [])
        texts = [output.get("data", {}).get("text/plain", "") for output in outputs]
        shown = RESULT.findall("\n".join(texts))
        found |= dict(zip(revealed, shown, strict=False))
    return found


def exercises(solution: dict) -> dict[str, Exercise]:
    """Return the exercises of a solution notebook by their ids."""
    found: dict[str, Exercise] = {}
    here = None
    for cell in solution["cells"]:
        crm = cell["metadata"].get("crm", {})
        if "exercise" in crm:
            here = Exercise(cell["source"].splitlines()[0].removeprefix("## "))
            found[crm["exercise"]["id"]] = here
        elif here and crm.get("solution"):
            here.model_answer.append(cell["source"].strip())
        elif here and cell["cell_type"] == "code":
            here.code += solution_blocks(cell["source"])
    return found
