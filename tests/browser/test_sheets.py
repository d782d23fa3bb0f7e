"""The print sheets in a real browser: two pages each, nothing cut off.

The PDFs stay in the test's temporary folder, for people to look at.
"""

import re

import pytest

from tools import notebook_parts, sheets

pytestmark = pytest.mark.browser

NAMES = notebook_parts.names()
CUT = "() => document.documentElement.scrollWidth > document.documentElement.clientWidth"


def test_sheets_print_on_two_pages(browser_required, tmp_path):
    files = sheets.pdf(NAMES, tmp_path)
    pages = {file.stem: len(re.findall(rb"/Type\s*/Page\b", file.read_bytes())) for file in files}
    assert pages == dict.fromkeys(NAMES, 2)


@pytest.mark.parametrize("name", NAMES)
def test_sheet_has_its_figure_and_fits_a_screen(page, name):
    page.set_viewport_size({"width": 760, "height": 1000})
    page.set_content((sheets.FOLDER / f"{name}.html").read_text(encoding="utf-8"))
    image = page.locator("img")
    assert image.evaluate("image => image.naturalWidth") > 300
    assert len(image.get_attribute("alt")) > 40
    assert not page.evaluate(CUT)
