"""Collect what the notebooks say about the claims: python -m tools.verdicts.

A notebook says its verdicts with ``learning.verdict`` in a checked cell, and writes nothing into
``datasets/``. This script reads the stored outputs and writes ``datasets/verdicts.csv``: one row a
claim, in the order of the claims. A test compares file and notebooks.
"""

import csv
import io
import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
FILE = Path("datasets/verdicts.csv")
COLUMNS = ("claim", "notebook", "verdict", "number", "conditions")
SAID = re.compile(r"^Claim (C\d\d): (.+)\.\nNumber: (.+)\nConditions: (.+)$", re.MULTILINE)


def said(path: Path) -> list[dict[str, str]]:
    """Return the verdicts that a notebook's stored outputs say, in its order."""
    notebook = nbformat.read(path, as_version=4)
    rows = []
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            if output.output_type == "stream":
                rows += [
                    dict(zip(COLUMNS, (found[1], path.name[:2], *found.groups()[1:]), strict=True))
                    for found in SAID.finditer(output.text)
                ]
    return rows


def collected(root: Path = ROOT) -> list[dict[str, str]]:
    """Return the verdicts of all notebooks, sorted by claim and notebook."""
    paths = sorted((root / "notebooks").glob("[0-9][0-9]_*.ipynb"))
    rows = [row for path in paths for row in said(path)]
    return sorted(rows, key=lambda row: (row["claim"], row["notebook"]))


def written(rows: list[dict[str, str]]) -> str:
    """Return the content of the file."""
    text = io.StringIO()
    table = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(rows)
    return text.getvalue()


def main() -> None:
    """Write the file."""
    rows = collected()
    (ROOT / FILE).write_bytes(written(rows).encode())
    print(f"{len(rows)} verdicts in {FILE}")


if __name__ == "__main__":
    main()
