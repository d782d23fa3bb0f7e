"""A course of two notebooks, small enough to change and to copy in no time."""

import json
from pathlib import Path

from crmlib.workshop.notebook_file import fingerprint

DATA = b"id,amount\n1,18.0\n"
CARD = b"The [world](../docs/world.md#traps), [rules](../CONTRIBUTING.md)."


def cell(source: str, kind: str = "code") -> dict:
    made = {"cell_type": kind, "id": "c1", "metadata": {}, "source": [source]}
    return made | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def notebook(*cells: dict, **crm) -> bytes:
    content = {"cells": list(cells), "metadata": {"crm": crm}, "nbformat": 4, "nbformat_minor": 5}
    text = json.dumps(content, ensure_ascii=False, indent=1, sort_keys=True)
    return (text + "\n").encode()


def exercise(*cells: dict) -> bytes:
    return notebook(*cells, generated={"fingerprint": fingerprint(cells)})


def write(root: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)


def make(root: Path) -> Path:
    """Write the course into a folder, with what does not belong to it lying about."""
    links = cell("[two](02_value.ipynb), [book](../docs/book.md), [make](../Makefile)", "markdown")
    five = cell("[next](../exercises/05_alive.ipynb) [code](../crmlib/a.py)", "markdown")
    write(
        root,
        {
            "notebooks/start.ipynb": notebook(links),
            "notebooks/02_value.ipynb": notebook(cell("x = 2")),
            "notebooks/05_alive.ipynb": notebook(five, cell("x = 5")),
            "notebooks/Untitled.ipynb": notebook(cell("mine")),
            "notebooks/.ipynb_checkpoints/02_value-checkpoint.ipynb": notebook(cell("old")),
            "notebooks/my_course/05.json": b"{}",
            "exercises/02_value.ipynb": exercise(cell("answer = ...")),
            "exercises/05_alive.ipynb": exercise(cell("answer = ...")),
            "exercises/05_alive.backup-1.ipynb": exercise(cell("answer = 555")),
            "exercises/solutions/02_value.ipynb": notebook(cell("answer = 222")),
            "exercises/solutions/05_alive.ipynb": notebook(cell("answer = 555")),
            "datasets/README.md": CARD,
            "datasets/sales.csv": DATA,
            "datasets/truth/truth.json": b"{}",
            "docs/book.md": b"A book. ![picture](pictures/book.png)",
            "docs/pictures/book.png": b"PNG",
            "docs/world.md": b"The world. [Guide](trainers/guide.md)",
            "docs/scale.md": b"Nobody links to this.",
            "docs/trainers/guide.md": b"What to say at 222.",
            "docs/trainers/notes/05_alive.toml": b"Say 555.",
            "labconfig/page_config.json": b"{}",
            "labconfig/default_setting_overrides.json": b"{}",
            "requirements.txt": b"pandas==3.1.1\n",
            "LICENSE-TEXT": b"CC BY 4.0",
            "CONTRIBUTING.md": b"Rules.",
        },
    )
    return root
