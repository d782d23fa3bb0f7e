"""The explorers of a notebook, alive: the cells that they need are run here, one after another.

For the tests that move every slider to its ends, and for the benchmark of redrawing.
"""

import ast
import contextlib
import io
from collections.abc import Iterator
from pathlib import Path

import matplotlib.pyplot as plt
import nbformat
from IPython.core.inputtransformer2 import TransformerManager
from ipywidgets import Dropdown

from crmlib.core.controls import Explorer
from tools.slides import is_explorer


def explorers(path: Path) -> list[tuple[str, Explorer]]:
    """Return the notebook's explorers, each with the call that makes it, without its arguments."""
    cells = [
        cell
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "code" and "raises-exception" not in cell.metadata.get("tags", [])
    ]
    names = empty_notebook()
    found = []
    for tree in needed(cells):
        value, _printed = run_cell(tree, names)
        if isinstance(value, Explorer):
            found.append((ast.unparse(tree.body[-1].value.func), value))
    return found


def needed(cells: list[dict]) -> list[ast.Module]:
    """Return the cells that show an explorer, and those that make what these use, as trees."""
    kept, used = [], set()
    for cell in reversed(cells):
        tree = ast.parse(TransformerManager().transform_cell(cell["source"]))
        if is_explorer(cell) or used & _made(tree):
            kept.append(tree)
            used |= {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    return kept[::-1]


def empty_notebook() -> dict[str, object]:
    """Return the names that there are before the first cell."""
    return {"__name__": "__main__", "display": lambda *shown: None}


def run_cell(tree: ast.Module, names: dict) -> tuple[object, str]:
    """Run a cell among these names; return its last line's value, and what it printed.

    Figures are closed, also where the cell fails.
    """
    ends_in_value = bool(tree.body) and isinstance(tree.body[-1], ast.Expr)
    body = tree.body[:-1] if ends_in_value else tree.body
    value, printed = None, io.StringIO()
    try:
        with contextlib.redirect_stdout(printed):
            exec(compile(ast.Module(body, []), "<cell>", "exec"), names)
            if ends_in_value:
                last = ast.Expression(tree.body[-1].value)
                value = eval(compile(last, "<cell>", "eval"), names)
    finally:
        plt.close("all")
    return value, printed.getvalue()


def positions(explorer: Explorer) -> Iterator[dict[str, object]]:
    """Yield the values of the controls with one of them moved: to each end, or to each option."""
    start = {name: control.value for name, control in explorer.controls.items()}
    yield start
    for name, control in explorer.controls.items():
        if isinstance(control, Dropdown):
            places = [option for _label, option in control.options]
        elif hasattr(control, "min"):
            places = [control.min, control.max]
        else:
            places = [not control.value]  # a box to tick
        for place in places:
            yield start | {name: place}


def _made(tree: ast.Module) -> set[str]:
    """Return the names that a cell imports, defines, sets or changes a part of."""
    made = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            made |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            made.add(node.name)
        elif isinstance(getattr(node, "ctx", None), ast.Store):
            while not isinstance(node, ast.Name) and hasattr(node, "value"):
                node = node.value
            if isinstance(node, ast.Name):
                made.add(node.id)
    return made
