"""A real JupyterLab on a folder of its own, and a real browser to look at it."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tests.helpers.notebooks import ROOT

SECONDS_TO_START = 120
TOKEN = "tests"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def lab_environment(folder: Path) -> dict[str, str]:
    """The settings of `make lab`, and nothing of the person who runs the tests."""
    own = folder / "jupyter"
    return os.environ | {
        "CRMLIB_LEARNER": str(folder / "learner"),
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


@pytest.fixture
def lab(tmp_path, browser_required):
    """JupyterLab on ``tmp_path / "course"``; the function gives the address of a notebook."""
    course, log, port = tmp_path / "course", tmp_path / "lab.log", free_port()
    course.mkdir()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
    options = ["--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
    options += [f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={course}"]
    with log.open("w", encoding="utf-8") as out:
        server = subprocess.Popen(
            command + options,
            env=lab_environment(tmp_path),
            cwd=course,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_for(server, address, log)
            yield lambda path: f"{address}/lab/tree/{path}?token={TOKEN}&reset"
        finally:
            server.terminate()  # the server ends its kernels
            try:
                server.wait(30)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


@pytest.fixture
def page(browser_required):
    """A page of a workshop's screen; the browser ends with the test."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_required, args=FLAGS)
        try:
            page = browser.new_page(viewport={"width": 1280, "height": 800})
            page.set_default_timeout(60_000)
            yield page
        finally:
            browser.close()
