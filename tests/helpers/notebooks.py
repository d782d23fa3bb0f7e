"""Notebooks as the guards see them: plain dictionaries, and the questions asked of them."""

import ast
import json
import re
from pathlib import Path

from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).resolve().parents[2]

# The fourteen themes in the order of the course, with the minutes of the curriculum.
MINUTES = {
    "00_claims": 45,
    "01_records": 60,
    "02_value": 60,
    "03_lifetime": 75,
    "04_lifecycle": 75,
    "05_alive": 75,
    "06_segments": 60,
    "07_tiers": 75,
    "08_satisfaction": 60,
    "09_trap": 75,
    "10_loyalty": 75,
    "11_churn": 75,
    "12_growth": 75,
    "13_accounts": 75,
}
CHECKED = re.compile(r"^\s*#+\s*NBVAL_CHECK_OUTPUT\s*$", re.MULTILINE)


def course_paths() -> list[Path]:
    """The course's notebooks: the front page and whatever carries a number."""
    folder = ROOT / "notebooks"
    return sorted([*folder.glob("start.ipynb"), *folder.glob("[0-9][0-9]_*.ipynb")])


def solution_paths() -> list[Path]:
    return sorted((ROOT / "exercises" / "solutions").glob("[0-9][0-9]_*.ipynb"))


def read(path: Path) -> dict:
    """The notebook, each cell's source and each output text as one string."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        cell["source"] = joined(cell["source"])
        for output in cell.get("outputs", []):
            if "text" in output:
                output["text"] = joined(output["text"])
            for mime, content in output.get("data", {}).items():
                output["data"][mime] = joined(content)
    return notebook


def joined(text):
    return "".join(text) if isinstance(text, list) else text


def crm(holder: dict) -> dict:
    """The course's own metadata of a notebook or a cell."""
    return holder["metadata"].get("crm", {})


def is_numbered(path: Path) -> bool:
    return path.name[:2].isdigit()


def cells_of(notebook: dict, kind: str) -> list[tuple[int, dict]]:
    """The cells of a kind, each with its number from 1, as JupyterLab counts them."""
    return [
        (number, cell)
        for number, cell in enumerate(notebook["cells"], start=1)
        if cell["cell_type"] == kind
    ]


def tags(cell: dict) -> list[str]:
    return cell["metadata"].get("tags", [])


def is_checked(cell: dict) -> bool:
    """Whether nbval compares this cell's output."""
    return cell["cell_type"] == "code" and (
        bool(CHECKED.search(cell["source"])) or "nbval-check-output" in tags(cell)
    )


def printed(cell: dict) -> str:
    """What the cell printed."""
    return "".join(
        output["text"]
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream" and output["name"] == "stdout"
    )


def has_image(cell: dict) -> bool:
    return any(
        mime.startswith("image/")
        for output in cell.get("outputs", [])
        for mime in output.get("data", {})
    )


def shown(cell: dict) -> str:
    """Every text of the cell's outputs."""
    texts = []
    for output in cell.get("outputs", []):
        texts.append(output.get("text", ""))
        texts += [
            content
            for mime, content in output.get("data", {}).items()
            if isinstance(content, str) and not mime.startswith("image/png")
        ]
        texts += output.get("traceback", [])
    return "\n".join(texts)


def tree(cell: dict) -> ast.Module:
    """The cell's code as a syntax tree, magics and all."""
    return ast.parse(TransformerManager().transform_cell(cell["source"]))


def calls(cell: dict) -> list[tuple[str, object]]:
    """The cell's calls: the name called and the first argument where it is a literal."""
    found = []
    for node in ast.walk(tree(cell)):
        if isinstance(node, ast.Call):
            first = node.args[0] if node.args else None
            literal = first.value if isinstance(first, ast.Constant) else None
            found.append((ast.unparse(node.func), literal))
    return found


def asked(cell: dict, tool: str) -> list[str]:
    """The ids that the cell hands to predict, reveal or check."""
    return [str(first) for name, first in calls(cell) if name in (tool, f"learning.{tool}")]


def is_explorer(cell: dict) -> bool:
    return any(".widgets." in f".{name}" for name, _ in calls(cell))


def paths_with_explorers() -> list[Path]:
    """The course's notebooks that have an explorer."""
    return [
        path
        for path in course_paths()
        if any(is_explorer(cell) for _, cell in cells_of(read(path), "code"))
    ]


def markdown_text(notebook: dict) -> str:
    return "\n\n".join(cell["source"] for _, cell in cells_of(notebook, "markdown"))
