"""The front page promises what is there: its course map, its routes, its minutes."""

import re

import pytest

from tests.helpers.notebooks import MINUTES, ROOT, course_paths, is_numbered, markdown_text, read

START = ROOT / "notebooks" / "start.ipynb"
MAP = re.compile(r"^\| (?P<name>.*?\d\d_.*?) \|.*\| (?P<minutes>\d+) \| (?P<today>.*?) \|$", re.M)
LINK = re.compile(r"\[\*{0,2}(\w+)\*{0,2}\]\(\1\.ipynb\)")


def course_map(markdown: str) -> dict[str, tuple[int, bool]]:
    """Each notebook of the map: its minutes, and whether it is called ready and linked."""
    found = {}
    for row in MAP.finditer(markdown):
        link = LINK.search(row["name"])
        name, today = link[1] if link else row["name"], row["today"].strip("*")
        assert (today, bool(link)) in {("ready", True), ("planned", False)}, row[0]
        found[name] = int(row["minutes"]), today == "ready"
    return found


def test_the_map_is_the_curriculum_and_says_what_is_there():
    there = {path.stem for path in course_paths() if is_numbered(path)}
    assert course_map(markdown_text(read(START))) == {
        name: (minutes, name in there) for name, minutes in MINUTES.items()
    }


@pytest.mark.parametrize(
    "row",
    [
        "| 05_alive | Alive | 复购 | 75 | ready |",
        "| [05_alive](05_alive.ipynb) | Alive | 复购 | 75 | planned |",
        "| [05_alive](04_lifecycle.ipynb) | Alive | 复购 | 75 | ready |",
    ],
)
def test_a_map_that_contradicts_itself_is_found(row):
    with pytest.raises(AssertionError):
        course_map(row)


def test_the_page_begins_with_how_long_it_takes():
    notebook = read(START)
    crm = notebook["metadata"]["crm"]
    said = f"{crm['total_minutes']} minutes; {crm['core_minutes']} minutes without the optional"
    assert said in notebook["cells"][0]["source"]
