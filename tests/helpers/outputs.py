"""What is stored under the cells: run in order, quiet, the same everywhere."""

import base64
import re

from tests.helpers.notebooks import calls, cells_of, is_checked, printed, shown, tags

# What a stored output must not hold, because it changes from run to run or from machine to machine.
UNSTABLE = {
    "a memory address": re.compile(r"0x[0-9a-f]{6,}", re.IGNORECASE),
    "a path of a machine": re.compile(
        r"(?<![\w.])/(?:home|Users|root|tmp|work|usr|opt|var)/\w|[A-Z]:\\\\?Users"
        r"|site-packages|ipykernel_\d+"
    ),
    "a time of day": re.compile(r"\b(?!00:00:00)(?:[01]?\d|2[0-3]):[0-5]\d:[0-5]\d\b"),
    "a day of the clock": re.compile(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d{1,2} \w{3} \d{4}"),
    "a widget without its sentence": re.compile(r"^\w+\((?:children|description|value)=", re.M),
    "the name of a plot object": re.compile(r"<(?:Axes|matplotlib|Figure size)[^>\n]*at |<Axes"),
}
WIDGETS = "application/vnd.jupyter.widget-view+json"
LARGEST_PICTURE = 200_000


def run_in_order(notebook: dict) -> list[str]:
    counts = [cell["execution_count"] for _, cell in cells_of(notebook, "code")]
    if counts == list(range(1, len(counts) + 1)):
        return []
    return [f"run it top to bottom with tools.execute: the counts are {counts}"]


def quiet(notebook: dict) -> list[str]:
    """Stored errors, and anything on stderr, where warnings arrive."""
    problems = []
    for number, cell in cells_of(notebook, "code"):
        for output in cell["outputs"]:
            if output["output_type"] == "error" and "raises-exception" not in tags(cell):
                problems.append(f"cell {number}: {output['ename']}: {output['evalue']}")
            if output.get("name") == "stderr" or "Warning:" in output.get("text", ""):
                problems.append(f"cell {number}: a warning: {output['text']}")
    return problems


def stable_outputs(notebook: dict) -> list[str]:
    """Outputs that change from run to run, or are dead in a stored file, or too large."""
    problems = []
    for number, cell in cells_of(notebook, "code"):
        text = shown(cell)
        problems += [
            f"cell {number} stores {what}: {match[0]}"
            for what, pattern in UNSTABLE.items()
            if (match := pattern.search(text))
        ]
        for output in cell["outputs"]:
            data = output.get("data", {})
            if WIDGETS in data:
                problems.append(f"cell {number} stores a dead widget")
            if len(base64.b64decode(data.get("image/png", ""))) > LARGEST_PICTURE:
                problems.append(f"cell {number}: a picture over {LARGEST_PICTURE // 1000} kB")
        if "execution" in cell["metadata"]:
            problems.append(f"cell {number} stores the time of its run")
    if "widgets" in notebook["metadata"]:
        problems.append("the notebook stores the state of its widgets")
    return problems


def metadata(notebook: dict) -> list[str]:
    problems = []
    if notebook["metadata"].get("kernelspec", {}).get("name") != "python3":
        problems.append("the kernel must be python3")
    if "version" in notebook["metadata"].get("language_info", {}):
        problems.append("the version of Python is stored: run tools.execute")
    ids = [cell.get("id") for cell in notebook["cells"]]
    if None in ids or len(set(ids)) < len(ids):
        problems.append("every cell needs an id of its own")
    return problems


def checked_cells(notebook: dict, least: int) -> list[str]:
    """Checked cells, and that nbval finds something in them that it can compare."""
    checked = [(number, cell) for number, cell in cells_of(notebook, "code") if is_checked(cell)]
    problems = []
    if len(checked) < least:
        problems.append(f"{len(checked)} cells with # NBVAL_CHECK_OUTPUT; at least {least}")
    for number, cell in checked:
        text = shown(cell)
        is_check = any(name in ("check", "learning.check") for name, _ in calls(cell))
        if not (printed(cell).strip() or (is_check and text.strip())):
            problems.append(f"cell {number} is checked, but prints nothing")
        if 'class="dataframe"' in text:
            problems.append(f"cell {number} is checked, but shows a table: say the number instead")
    return problems
