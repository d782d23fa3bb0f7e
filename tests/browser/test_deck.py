"""A notebook as slides in a real JupyterLab: every slide is reached, and the sliders are alive.

The screenshots stay in the test's temporary folder, for people to look at.
"""

import pytest

from tests.browser.test_notebook_in_lab import not_yet_run, run_all
from tests.helpers.notebooks import ROOT, read
from tools import slides

pytest.importorskip("jupyterlab_deck", reason="jupyterlab-deck is not installed")
pytestmark = pytest.mark.browser

NOTEBOOK = ROOT / "notebooks" / "05_alive.ipynb"
FORWARD = ".jp-deck-mod-direction-forward:not(.jp-mod-disabled)"
SHOWN = ".jp-deck-mod-visible"
SCREEN = {"width": 1280, "height": 720}
MOST_STEPS = 150


def test_deck(lab, page, tmp_path):
    course = tmp_path / "course"
    (course / "crmlib.toml").write_text('language = "en"\nlearner = "my_course"\n')
    (course / "notebooks").mkdir()
    path = course / "notebooks" / NOTEBOOK.name
    not_yet_run(read(NOTEBOOK), path)
    page.set_viewport_size(SCREEN)
    run_all(page, lab(f"notebooks/{path.name}"), path, tmp_path)
    start(page)
    headings, explorers = walk(page, tmp_path)
    cells = read(NOTEBOOK)["cells"]
    texts = [cell for cell in cells if cell["cell_type"] == "markdown"]
    assert headings == [title(cell) for cell in texts if slides.HEADING.match(cell["source"])]
    assert explorers == sum(slides.is_explorer(cell) for cell in cells)


def title(cell: dict) -> str:
    return cell["source"].splitlines()[0].lstrip("# ")


def start(page) -> None:
    """Select the first cell, and start the deck from the command palette."""
    page.locator(".jp-Notebook").first.focus()
    page.keyboard.press("Escape")
    for _ in range(80):
        page.keyboard.press("k")
    page.keyboard.press("Control+Shift+c")
    page.wait_for_selector(".lm-CommandPalette-input")
    page.keyboard.type("Start Deck")
    page.wait_for_timeout(500)
    page.keyboard.press("Enter")
    page.wait_for_selector(".jp-deck-mod-stop")
    page.wait_for_timeout(1000)


def walk(page, folder) -> tuple[list[str], int]:
    """Go forward to the end; return the headings seen in their order, and the live explorers."""
    headings, explorers = [], 0
    for _ in range(MOST_STEPS):
        for heading in page.locator(f"{SHOWN} :is(h1, h2)").all_inner_texts():
            if heading.rstrip("¶") not in headings:
                headings.append(heading.rstrip("¶"))
        explorers += moves_the_figure(page)
        button = page.locator(FORWARD)
        if button.count() == 0:
            return headings, explorers
        button.first.click()
        page.wait_for_timeout(250)
    raise AssertionError(f"the deck has no end within {MOST_STEPS} steps")


def moves_the_figure(page) -> bool:
    """Move the slider of an explorer that is shown; return whether its figure follows."""
    explorer = page.locator(f"{SHOWN} .jp-OutputArea-output:has(img.widget-image)")
    if explorer.count() == 0:
        return False
    image = explorer.locator("img.widget-image").first
    before = image.get_attribute("src")
    explorer.locator(".noUi-handle").first.focus()
    page.keyboard.press("ArrowRight")
    for _ in range(50):
        page.wait_for_timeout(200)
        if image.get_attribute("src") != before:
            return True
    raise AssertionError("the slider was moved on a slide, and its figure stayed")
