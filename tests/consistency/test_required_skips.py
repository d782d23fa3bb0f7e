"""A test that needs a browser skips where there is none, and fails where CI requires it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[1]

NEEDS_A_BROWSER = """
import pytest

@pytest.mark.browser
def test_in_a_browser(browser_required):
    assert browser_required

@pytest.mark.browser
@pytest.mark.xfail(reason="known", strict=True)
def test_known_to_fail():
    assert False

def test_of_something_else():
    pytest.skip("not today")
"""


def run(folder: Path, required: str, path: str) -> str:
    """Run a test that needs a browser, with our conftest, and return the closing line."""
    (folder / "conftest.py").write_text((TESTS / "conftest.py").read_text(encoding="utf-8"))
    (folder / "test_page.py").write_text(NEEDS_A_BROWSER)
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = browser: needs Chromium\n")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    environment = {**os.environ, "CRMLIB_REQUIRE": required, "PATH": path}
    environment["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    return done.stdout.splitlines()[-1]


@pytest.mark.parametrize(
    ("required", "expected"),
    [
        ("", "2 skipped, 1 xfailed"),
        ("spark", "2 skipped, 1 xfailed"),
        ("browser", "1 skipped, 1 xfailed, 1 error"),
        ("spark, browser", "1 skipped, 1 xfailed, 1 error"),
    ],
)
def test_without_a_browser(tmp_path, required, expected):
    assert run(tmp_path, required, path="").startswith(expected)


def test_with_a_browser(tmp_path):
    browser = tmp_path / "bin" / "chromium"
    browser.parent.mkdir()
    browser.touch(mode=0o755)
    line = run(tmp_path, "browser", path=str(browser.parent))
    assert line.startswith("1 passed, 1 skipped, 1 xfailed")
