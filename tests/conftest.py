"""Tests that need what pip cannot bring: skipped with a reason, but failures where it is required.

A test marked ``browser`` skips on a machine without Chromium, one marked ``spark`` where there is
no Java. Where the environment variable ``CRMLIB_REQUIRE`` names the marker
(``CRMLIB_REQUIRE=browser,spark``), such a skip is a failure.
"""

import os
import shutil
from pathlib import Path

import pytest

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let people ask for the pictures of the tests in a browser, which no test compares."""
    parser.addoption("--pictures", type=Path, metavar="FOLDER", help="screenshots for people")


@pytest.fixture(scope="session")
def browser_required() -> str:
    """Return the path of a Chromium, or skip."""
    for name in BROWSERS:
        if path := shutil.which(name):
            return path
    pytest.skip("no Chromium on this machine (Debian: apt-get install chromium)")


@pytest.fixture(scope="session")
def java_required() -> str:
    """Return the path of Java, or skip."""
    home = os.environ.get("JAVA_HOME")
    if path := shutil.which("java", path=str(Path(home) / "bin") if home else None):
        return path
    pytest.skip("no Java on this machine (Debian: apt-get install default-jre-headless)")


@pytest.fixture
def quick_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make figures but do not draw them: half of a small report's time, and tested elsewhere."""
    from PIL import Image

    from crmlib.core import images

    nothing = Image.new("RGB", (8, 6), "white")
    monkeypatch.setattr(images, "drawn", lambda *_figure, **_options: nothing)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> pytest.TestReport:
    """Turn a skip of a required test into a failure."""
    report = yield
    required = set(os.environ.get("CRMLIB_REQUIRE", "").replace(",", " ").split())
    needed = sorted(required & {marker.name for marker in item.iter_markers()})
    if report.skipped and not hasattr(report, "wasxfail") and needed:
        report.outcome = "failed"
        report.longrepr = f"CRMLIB_REQUIRE={','.join(needed)} forbids this skip: {call.excinfo}"
    return report
