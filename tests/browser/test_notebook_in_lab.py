"""Every notebook with an explorer works in a real JupyterLab, by keyboard, without an error.

A small one also as slides: every slide is reached in its order, and the sliders on it are alive.
``--pictures FOLDER`` keeps screenshots of every step, for people to look at.
"""

import json
import time

import nbformat
import pytest

from tests.helpers import deck, outputs, sample
from tests.helpers.notebooks import cells_of, is_explorer, paths_with_explorers, read
from tools import slides
from tools.execute import without_outputs

pytestmark = pytest.mark.browser

SMALL = """from crmlib.core import controls, figures
def draw(rate):
    with figures.style():
        ax = figures.axes()
        ax.plot([rate**year for year in range(9)])
    return ax, f"After eight years {rate**8:.0%} are left."
controls.explorer(draw, {"rate": controls.slider("rate", 0.6, 0.5, 0.9, 0.1, unit="share")})"""

EXPLORER = ".jp-OutputArea-output:has(img.widget-image):has(.noUi-handle)"
SECONDS_TO_OPEN = 120
# A laptop's screen, and what is left of it for the page at a projector's zoom of 150%.
SCREENS = {"100": {"width": 1280, "height": 720}, "150": {"width": 853, "height": 480}}
# Parts of a cell's output that hide something behind a scroll bar of their own.
SCROLLING = """position => {
  const cell = document.querySelector(`.jp-Cell[data-windowed-list-index="${position}"]`);
  if (!cell) return [];
  return [...cell.querySelectorAll(".jp-OutputArea-output, .jp-OutputArea-output *")]
    .filter(part => ["auto", "scroll"].some(how =>
      (getComputedStyle(part).overflowY === how && part.scrollHeight > part.clientHeight + 2) ||
      (getComputedStyle(part).overflowX === how && part.scrollWidth > part.clientWidth + 2)))
    .map(part => `cell ${position}: ${part.className} ${part.scrollWidth}x${part.scrollHeight}` +
      ` in ${part.clientWidth}x${part.clientHeight}`);
}"""
MINUTES_TO_RUN = 5


def test_small_notebook_and_its_slides(course, lab, page, picture):
    cells = [
        sample.markdown("# An explorer"),
        sample.code(SMALL, slide="slide"),
        sample.markdown("## Numbers"),
        sample.code("rate = 0.8"),
        sample.markdown("<details><summary>Answer</summary>Yes.</details>"),
        sample.code("print(rate**8)", sample.prints("0.17")),
        sample.markdown("## Once more"),
        sample.code(SMALL, slide="slide"),
        sample.markdown("## Sources", role="sources"),
        sample.markdown("## The end"),
    ]
    for cell, metadata in zip(cells, slides.marked(cells), strict=True):
        cell["metadata"] = metadata
    marks = [cell["metadata"].get("slideshow", {}).get("slide_type") for cell in cells]
    assert set(marks) >= {"slide", "fragment", "notes", "skip"}
    path = course / "small.ipynb"
    not_yet_run(sample.whole(cells), path)
    page.goto(lab(path))
    run_all(page, path, picture)
    assert_quiet(path)
    assert_explorers_answer(page, [1, 7], picture)
    deck.start(page)
    assert deck.walk(page) == (["An explorer", "Numbers", "Once more", "The end"], 2)


@pytest.mark.parametrize("source", paths_with_explorers(), ids=lambda path: path.stem)
def test_notebook_with_explorers(course, desk, picture, source):
    path = course / "notebooks" / source.name
    not_yet_run(read(source), path)
    page = desk(path)
    run_all(page, path, picture)
    assert_quiet(path)
    cells = [number - 1 for number, cell in cells_of(saved(path), "code") if is_explorer(cell)]
    assert_explorers_answer(page, cells, picture)
    for zoom, size in SCREENS.items():
        page.set_viewport_size(size)
        for position in cells:
            # at another zoom the figure is only smaller: one slider shows whether it fits
            most = 99 if zoom == "100" else 1
            assert_ends_are_sound(page, position, picture, f"explorer-{position}-{zoom}", most)
    page.set_viewport_size(SCREENS["100"])
    assert_no_scroll_bars(page, [number - 1 for number, _ in cells_of(saved(path), "code")])


def not_yet_run(notebook: dict, path) -> None:
    """Write the notebook without its outputs: what is seen later comes from this run."""
    nbformat.write(nbformat.from_dict(without_outputs(notebook)), path)


def run_all(page, path, picture) -> None:
    """Run all cells of the notebook that opens, from the menu; wait until they have run."""
    # The status bar, since the notebook's own indicator says idle before there is a kernel.
    page.get_by_text("| Idle").wait_for(timeout=SECONDS_TO_OPEN * 1000)
    page.wait_for_selector(".jp-NotebookPanel .jp-Spinner", state="detached")
    assert page.get_by_text("Jupyter news").count() == 0
    picture(page, "opened")
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    wait_until_run(page, path)
    picture(page, "run")
    assert page.get_by_text("Jupyter news").count() == 0


def wait_until_run(page, path) -> None:
    """Wait until the kernel has nothing to do, and the saved file holds a run of every cell.

    Or an error, which stops the run.
    """
    end = time.monotonic() + 60 * MINUTES_TO_RUN
    while time.monotonic() < end:
        page.wait_for_timeout(250)
        if not page.get_by_text("| Idle").count():
            continue
        page.keyboard.press("Control+s")
        page.wait_for_timeout(250)
        code = [cell for _, cell in cells_of(saved(path), "code")]
        kinds = {output["output_type"] for cell in code for output in cell["outputs"]}
        if all(cell["execution_count"] for cell in code) or "error" in kinds:
            return
    raise AssertionError(f"not all cells had run after {MINUTES_TO_RUN} minutes")


def saved(path) -> dict:
    """Read the notebook that JupyterLab saves, again where it was just being written."""
    for _ in range(99):
        try:
            return read(path)
        except json.JSONDecodeError:
            time.sleep(0.1)
    return read(path)


def assert_quiet(path) -> None:
    """The saved notebook has run whole, without an error and without a warning."""
    notebook = saved(path)
    assert outputs.run_in_order(notebook) == []
    assert outputs.quiet(notebook) == []
    assert "Error displaying widget" not in json.dumps(notebook)


def assert_explorers_answer(page, cells: list[int], picture) -> None:
    """Each explorer's first slider, moved by keyboard, changes its figure and its sentence."""
    assert cells
    for position in cells:
        explorer = page.locator(f'.jp-Cell[data-windowed-list-index="{position}"] {EXPLORER}')
        bring_into_view(page, explorer)
        picture(page, f"explorer-{position}-before")
        before = look(explorer)
        assert before["sentence"].strip()
        handle = explorer.locator(".noUi-handle").first
        at_its_end = handle.get_attribute("aria-valuenow") == handle.get_attribute("aria-valuemax")
        handle.focus()
        page.keyboard.press("ArrowLeft" if at_its_end else "ArrowRight")
        wait_for_change(page, explorer, before)
        picture(page, f"explorer-{position}-after")
    assert page.locator('[data-mime-type="application/vnd.jupyter.stderr"]').count() == 0


def bring_into_view(page, explorer) -> None:
    """Scroll until the explorer stays: cells get their height when they first come into view."""
    last = None
    for _ in range(120):
        explorer.locator("img.widget-image").scroll_into_view_if_needed()
        page.wait_for_timeout(100)
        box = explorer.bounding_box()
        if box == last and box["y"] < page.viewport_size["height"] and box["y"] + box["height"] > 0:
            return
        last = box
    raise AssertionError(f"the explorer does not come into view: {last}")


def look(explorer) -> dict[str, str]:
    """What the explorer shows: its figure, its sentence, the number beside its slider."""
    return {
        "figure": explorer.locator("img.widget-image").get_attribute("src"),
        "sentence": explorer.locator(".widget-html-content").last.inner_text(),
        "number": explorer.locator(".widget-readout").first.inner_text(),
    }


def wait_for_change(page, explorer, before: dict[str, str]) -> None:
    for _ in range(200):
        after = look(explorer)
        if all(after[part] != before[part] for part in before):
            return
        page.wait_for_timeout(100)
    unchanged = [part for part in before if after[part] == before[part]]
    raise AssertionError(f"the slider was moved, but not the {' and '.join(unchanged)}: {after}")


def assert_ends_are_sound(page, position: int, picture, name: str, most: int) -> None:
    """The first sliders, moved by keyboard to both their ends: a figure, a sentence, all seen."""
    explorer = page.locator(f'.jp-Cell[data-windowed-list-index="{position}"] {EXPLORER}')
    bring_into_view(page, explorer)
    problems = []
    for number in range(min(most, explorer.locator(".noUi-handle").count())):
        handle = explorer.locator(".noUi-handle").nth(number)
        for key, end in (("Home", "aria-valuemin"), ("End", "aria-valuemax")):
            before = look(explorer)
            there = handle.get_attribute("aria-valuenow") == handle.get_attribute(end)
            handle.focus()
            page.keyboard.press(key)
            for _ in range(0 if there else 100):
                page.wait_for_timeout(50)
                if look(explorer)["figure"] != before["figure"]:
                    break
            picture(page, f"{name}-{number}-{key}")
            if explorer.locator('[role="alert"]').count():
                problems.append(f"control {number} at {key}: {look(explorer)['sentence']}")
            image = explorer.locator("img.widget-image").bounding_box()
            if image["x"] + image["width"] > page.viewport_size["width"]:
                problems.append(f"control {number} at {key}: the figure is cut at the right")
        handle.focus()
        page.keyboard.press("ArrowLeft")
    problems += page.evaluate(SCROLLING, position)
    assert problems == []


def assert_no_scroll_bars(page, positions: list[int]) -> None:
    """No output hides a part of itself behind a scroll bar of its own."""
    problems = []
    for position in positions:
        cell = page.locator(f'.jp-Cell[data-windowed-list-index="{position}"]')
        if cell.count():
            cell.scroll_into_view_if_needed()
            problems += page.evaluate(SCROLLING, position)
    assert problems == []
