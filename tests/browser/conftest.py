"""A real JupyterLab, and a real browser to look at it.

Each process of the tests has one JupyterLab, and each module of tests one browser, with one page
that stays open for its notebooks. What a test leaves behind ends with it: its kernels, its folder,
its notebook in that page or its own page with all that it remembered.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.helpers.notebooks import ROOT

SECONDS_TO_START = 120
TOKEN = "tests"
SETTINGS = 'language = "en"\nlearner = "my_course"\n'
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SCREEN = {"width": 1280, "height": 800}
# What a click on a file does, and what closing its tab and saying "save" does.
OPEN = """async path => {
  const panel = await window.jupyterapp.commands.execute("docmanager:open", { path });
  await panel.context.ready;
  await panel.sessionContext.ready;
}"""
CLOSE = """async seconds => {
  const { commands } = window.jupyterapp;
  const closed = commands.execute("docmanager:save-all")
    .then(() => commands.execute("application:close-all"));
  const late = new Promise((_, fail) =>
    setTimeout(() => fail(new Error("the notebook does not close")), 1000 * seconds));
  await Promise.race([closed, late]);
}"""
SECONDS_TO_CLOSE = 60


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def lab_environment(folder: Path) -> dict[str, str]:
    """The settings of `make lab`, and nothing of the person who runs the tests."""
    own = folder / "jupyter"
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRMLIB_")}
    return kept | {
        "IPYTHONDIR": str(own / "ipython"),
        "JUPYTER_CONFIG_DIR": str(own / "config"),
        "JUPYTER_CONFIG_PATH": str(ROOT),
        "JUPYTER_DATA_DIR": str(own / "data"),
        "JUPYTER_RUNTIME_DIR": str(own / "runtime"),
        "JUPYTERLAB_SETTINGS_DIR": str(own / "settings"),
        "JUPYTERLAB_WORKSPACES_DIR": str(own / "workspaces"),
        "PYTHONWARNINGS": "error::FutureWarning",
    }


def wait_for(server: subprocess.Popen, address: str, log: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=5):
                return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.3)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


@pytest.fixture(scope="session")
def server(tmp_path_factory, browser_required) -> Iterator[tuple[str, Path]]:
    """JupyterLab's address, and the folder that it shows."""
    folder, port = tmp_path_factory.mktemp("lab"), free_port()
    root, log = folder / "root", folder / "lab.log"
    root.mkdir()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    command += ["--LabApp.expose_app_in_browser=True"]  # for `desk`
    options = ["--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    options += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={root}"]
    with log.open("w", encoding="utf-8") as out:
        process = subprocess.Popen(
            command + options,
            env=lab_environment(folder),
            cwd=root,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(process, address, log)
            yield address, root
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def ask(address: str, path: str, method: str = "GET") -> bytes:
    request = urllib.request.Request(f"{address}/api/{path}?token={TOKEN}", method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def own_name(request: pytest.FixtureRequest) -> str:
    return re.sub(r"\W+", "-", request.node.name).strip("-")


def forget(root: Path) -> None:
    """Delete what JupyterLab remembers, such as that the slides are on."""
    for memory in ("settings", "workspaces"):
        shutil.rmtree(root.parent / "jupyter" / memory, ignore_errors=True)


@pytest.fixture
def course(server, request) -> Iterator[Path]:
    """A folder of the test's own in JupyterLab, with the settings of a course."""
    address, root = server
    forget(root)
    folder = root / own_name(request)
    (folder / "notebooks").mkdir(parents=True)
    (folder / "crmlib.toml").write_text(SETTINGS, encoding="utf-8")
    yield folder
    for session in json.loads(ask(address, "sessions")):
        ask(address, f"sessions/{session['id']}", "DELETE")
    assert json.loads(ask(address, "kernels")) == []


@pytest.fixture
def lab(server, course) -> Callable[[Path], str]:
    """The address at which JupyterLab opens a notebook of the course."""
    address, root = server
    tree = f"{address}/lab/tree"
    return lambda path: f"{tree}/{path.relative_to(root).as_posix()}?token={TOKEN}&reset"


# Not for the whole session: while Playwright runs, no other test of this process can have a loop
# of asyncio of its own, which running a notebook needs.
@pytest.fixture(scope="module")
def browser(browser_required) -> Iterator[Browser]:
    """Chromium, for all tests of a module."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_required, args=FLAGS)
        yield browser
        browser.close()


def new_page(browser: Browser) -> Page:
    """Open a page of a workshop's screen, without memory of others."""
    page = browser.new_page(viewport=SCREEN)
    page.set_default_timeout(60_000)
    return page


@pytest.fixture
def page(browser, tmp_path) -> Iterator[Page]:
    """A page of the test's own; its last look is kept."""
    page = new_page(browser)
    yield page
    page.screenshot(path=tmp_path / "last.png")
    page.close()


# To open JupyterLab takes a third of a notebook's test: it stays open from one to the next.
@pytest.fixture(scope="module")
def open_lab(server, browser) -> Iterator[Page]:
    """JupyterLab in a page that stays, with no notebook open in it."""
    address, root = server
    forget(root)
    page = new_page(browser)
    page.goto(f"{address}/lab?token={TOKEN}&reset")
    page.wait_for_selector("#jp-main-dock-panel")
    page.evaluate("() => window.jupyterapp.restored")
    yield page
    page.close()


@pytest.fixture
def desk(open_lab, course, server, tmp_path) -> Iterator[Callable[[Path], Page]]:
    """Open a notebook of the course in the page that stays; it is closed after the test."""
    _, root = server

    def open_(path: Path) -> Page:
        open_lab.set_viewport_size(SCREEN)
        open_lab.evaluate(OPEN, path.relative_to(root).as_posix())
        return open_lab

    yield open_
    open_lab.screenshot(path=tmp_path / "last.png")
    open_lab.evaluate(CLOSE, SECONDS_TO_CLOSE)


@pytest.fixture
def picture(request) -> Callable[[Page, str], None]:
    """Take a picture of a page for people to look at, if ``--pictures FOLDER`` asks for them."""
    folder = request.config.getoption("--pictures")

    def take(page: Page, name: str) -> None:
        if folder:
            page.screenshot(path=folder / own_name(request) / f"{name}.png")

    return take
