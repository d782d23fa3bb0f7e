"""JupyterLab on the front page of a working folder, set up as ``make lab`` does.

The subtle point: the course brings a folder ``labconfig`` that keeps JupyterLab's news banner off
a workshop's screen, and lets a page that a link leads to (``.md``) open as a page, not as its
source. JupyterLab is only told where it lies; nobody's own settings are changed.
"""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

from crmlib.core.i18n import gettext as _
from crmlib.workshop.course import FRONT_PAGE

USUAL_PORT = 8888


def command(browser: bool = True, port: int | None = None, more: Sequence[str] = ()) -> list[str]:
    """Return the command line that starts JupyterLab.

    Parameters
    ----------
    browser : bool, default True
        Whether it opens a page in the browser.
    port : int, optional
        JupyterLab's own choice if not given; where it is taken, JupyterLab tries the next ones.
    more : sequence of str
        Options that JupyterLab knows.

    Examples
    --------
    >>> command(browser=False, port=8899)[3:]
    ['--LabApp.default_url=/lab/tree/notebooks/start.ipynb', '--no-browser', '--port=8899']
    """
    line = [sys.executable, "-m", "jupyterlab", f"--LabApp.default_url=/lab/tree/{FRONT_PAGE}"]
    line += [] if browser else ["--no-browser"]
    line += [] if port is None else [f"--port={port}"]
    return [*line, *more]


def environment(course: Path, inherited: Mapping[str, str]) -> dict[str, str]:
    """Return the environment variables for JupyterLab.

    Parameters
    ----------
    course : pathlib.Path
        The folder of the course, which holds ``labconfig``.
    inherited : mapping of str to str
        Those of this program.
    """
    before = inherited.get("JUPYTER_CONFIG_PATH")
    path = str(course) if not before else f"{course}{os.pathsep}{before}"
    return {**inherited, "JUPYTER_CONFIG_PATH": path}


def require() -> None:
    """Refuse where JupyterLab is not installed, and say what to do.

    Raises
    ------
    ModuleNotFoundError
    """
    if find_spec("jupyterlab") is None:
        raise ModuleNotFoundError(
            _(
                "JupyterLab is not installed, which shows the notebooks.\n"
                'What to do: run "python -m pip install jupyterlab", then try again. '
                "To copy the course only: --copy-only."
            )
        )


def open_in(folder: Path, line: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run JupyterLab in a folder until somebody stops it; return its exit status.

    Where the system can, JupyterLab takes this program's place: so whatever stops the one stops
    the other. On Windows this waits for it; Ctrl + C reaches JupyterLab as well, which asks
    whether to stop.
    """
    if os.name == "posix":
        os.chdir(folder)
        os.execve(line[0], list(line), dict(variables))
    with subprocess.Popen(line, cwd=folder, env=dict(variables)) as server:
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                continue
