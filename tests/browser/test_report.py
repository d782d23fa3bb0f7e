"""The analyst's report in a real browser: readable by all, quiet, and safe with hostile names."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from crmlib.core import terminal
from crmlib.report.command import report
from tests.helpers.ugly import HOSTILE, ugly

pytestmark = pytest.mark.browser

WIDER = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
TITLE = HOSTILE[1]


@pytest.fixture(scope="module", params=["en", "zh"])
def made(request, tmp_path_factory):
    """A report on the ugly file, in both languages, with a hostile title."""
    place = tmp_path_factory.mktemp("report")
    text = ugly().text.replace("EIRE", HOSTILE[0])
    (place / "ugly.csv").write_text(text, encoding="utf-8", newline="")
    (place / "report.toml").write_text(f"[report]\ntitle = '{TITLE}'\n", encoding="utf-8")
    words = ["ugly.csv", "--config", "report.toml", "--out", "report", "--lang", request.param]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        terminal.run(report, words, "crmlib report")
    return request.param, place / "report" / "report.html"


def test_the_report_is_readable_quiet_and_safe(made, page, picture):
    language, path = made
    heard, asked, dialogs = [], [], []
    page.on("console", lambda message: heard.append(message.text))
    page.on("pageerror", lambda error: heard.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.goto(path.as_uri())
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("h1").inner_text() == TITLE
    assert page.locator("td", has_text=HOSTILE[0]).count() > 0
    images = page.locator("img")
    assert images.count() >= 7
    assert all(image.evaluate("image => image.naturalWidth") > 300 for image in images.all())
    picture(page, f"{language}-wide")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(WIDER) == 0, width
    # narrow, since then tables are scrolled, which must be possible without a mouse
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    picture(page, f"{language}-narrow")
    assert heard == []
    assert dialogs == []
    # the figures lie in the page itself
    assert [address for address in asked if not address.startswith("data:")] == [path.as_uri()]
