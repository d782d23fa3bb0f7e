"""Trainers' pages and their notes: numbers that the notebook says, links that lead somewhere."""

import re
from dataclasses import asdict
from pathlib import Path
from urllib.parse import unquote

from tests.helpers.notebooks import ROOT, read, shown

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
# Ids of questions and notebooks are no numbers.
ID = re.compile(r"\b\d\d\.[pcx]\d+\b|\bnotebooks? \d\d(?:(?:,| and) \d\d)*")
LINK = re.compile(r"\]\(([^)\s]+)\)|(?:href|src)=\"(?!data:)([^\"]+)\"")


def numbers(text: str) -> set[str]:
    """The numbers in a text, without commas for thousands."""
    return {found.replace(",", "").rstrip(",") for found in NUMBER.findall(ID.sub("", text))}


def said_in(name: str) -> set[str]:
    """Every number that a notebook, its exercises' solution or its outputs hold."""
    paths = [ROOT / "notebooks" / f"{name}.ipynb", ROOT / f"exercises/solutions/{name}.ipynb"]
    cells = [cell for path in paths for cell in read(path)["cells"]]
    texts = [cell["source"] for cell in cells] + [shown(cell) for cell in cells]
    return set().union(*map(numbers, texts))


def noted(notes) -> dict[str, str]:
    """Every text of the notes that states something, by its place; guesses may be any number."""
    found = {}

    def walk(place: str, part) -> None:
        if isinstance(part, dict):
            for key, value in part.items():
                if key != "typical":
                    walk(f"{place} {key}".strip(), value)
        elif isinstance(part, list):
            for value in part:
                walk(place, value)
        else:
            found[place] = found.get(place, "") + " " + str(part)

    walk("", {key: value for key, value in asdict(notes).items() if key != "sheet"})
    return found


def dead_links(path: Path) -> list[str]:
    """Links of a page to files that are not there."""
    text = re.sub(r"(?ms)^ *```.*?^ *```|`[^`\n]+`", "", path.read_text(encoding="utf-8"))
    targets = [unquote(first or second) for first, second in LINK.findall(text)]
    files = [target.partition("#")[0] for target in targets if not re.match(r"[a-z]+:", target)]
    return [file for file in files if file and not (path.parent / file).exists()]
