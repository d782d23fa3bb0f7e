"""The page on redraws names the explorers that the course has."""

import re

from benchmarks import redraw
from tests.helpers.notebooks import calls, cells_of, course_paths, is_explorer, read


def test_the_page_measures_every_explorer():
    page = redraw.RESULTS.read_text(encoding="utf-8")
    measured = set(re.findall(r"^\| (\w+) \| `([\w.]+)` \|", page, re.MULTILINE))
    there = {
        (path.stem, name)
        for path in course_paths()
        for _, cell in cells_of(read(path), "code")
        if is_explorer(cell)
        for name, _ in calls(cell)
        if ".widgets." in name
    }
    assert measured == there, "run python -m benchmarks.redraw"
