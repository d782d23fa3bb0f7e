"""Is everything there? What ``environment.check`` looks at, and what only a terminal can try.

- ``check()``  the findings: also the kernel, the sliders' half in JupyterLab, disk and port
- ``lines()``  one line each, in words, with what to do

The subtle point: the kernel is not looked for, it is started, and asked whether it finds the
course. That takes some seconds, and is the only test that counts.
"""

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

from crmlib.core import environment
from crmlib.core.environment import Finding, Report
from crmlib.core.i18n import gettext as _
from crmlib.workshop import course
from crmlib.workshop.lab import USUAL_PORT

MEGABYTE = 1_000_000
NEEDED_MEGABYTES = 500
PORTS_TRIED = 5
SECONDS = 90
QUESTION = "import crmlib.core, ipywidgets, sys; print(sys.executable)"


def check(folder: Path | None = None, port: int = USUAL_PORT) -> Report:
    """Look at everything that a workshop needs. Nothing is installed or changed.

    Parameters
    ----------
    folder : pathlib.Path, optional
        Where the course is to go. The working folder if not given.
    port : int, default 8888
        The first port that JupyterLab would use.

    Returns
    -------
    Report
        The findings of `environment.check`, then the course, the kernel, the sliders, the disk
        and the port.

    Raises
    ------
    crmlib.core.settings.SettingsError
        If ``crmlib.toml`` cannot be understood.
    """
    folder = Path.cwd() if folder is None else folder
    more = (notebooks(), kernel(), sliders(), disk(folder), free_port(port))
    return Report((*environment.check(start=folder).findings, *more))


def lines(report: Report) -> list[str]:
    r"""Return a report as lines: one for each finding, and the verdict.

    Examples
    --------
    >>> one = Finding("pandas (tables)", "3 or newer", "nothing", "Run pip.")
    >>> print(*lines(Report((Finding("Python", "3.11 or newer", "3.12.1"), one))), sep="\n")
    ✔ Python: 3.12.1
    ✘ pandas (tables): nothing (needed: 3 or newer) → Run pip.
    <BLANKLINE>
    One thing is missing or does not fit: pandas (tables).
    Lines with ✘ say behind the arrow what to do. Then run this once more.
    """
    fine, wrong = (
        _("✔ {what}: {found}"),
        _("✘ {what}: {found} (needed: {needed}) → {advice}"),
    )
    shown = [
        (wrong if one.advice else fine).format(
            what=one.what,
            found=one.found,
            needed=one.needed,
            advice=" ".join(one.advice.split()),
        )
        for one in report.findings
    ]
    end = _("Lines with ✘ say behind the arrow what to do. Then run this once more.")
    return [*shown, "", report.verdict, *([end] if report.problems else [])]


def notebooks() -> Finding:
    """Look for the notebooks and the tables of the course."""
    what, needed = _("the course"), _("its notebooks")
    try:
        folder = course.root()
    except FileNotFoundError as error:
        return Finding(what, needed, _("nothing"), str(error))
    return Finding(
        what, needed, _("notebooks {list}").format(list=", ".join(course.numbers(folder)))
    )


def kernel(question: str = QUESTION) -> Finding:
    """Start the program that runs the cells, and let it look for the course.

    Parameters
    ----------
    question : str
        A line of Python that prints which Python runs it.
    """
    what = _("the kernel (it runs the cells)")
    needed = _("one that starts and finds the course")
    try:
        import nbformat
        from nbclient import NotebookClient

        cell = nbformat.v4.new_code_cell(question)
        client = NotebookClient(
            nbformat.v4.new_notebook(cells=[cell]), kernel_name="python3", timeout=SECONDS
        )
        # What a kernel tells its makers is no matter of a trainer's.
        outputs = client.execute(stderr=subprocess.DEVNULL).cells[0].outputs
        python = Path("".join(output.get("text", "") for output in outputs).strip())
    except Exception as error:
        # Whatever goes wrong here is the finding.
        found = str(error).strip().splitlines() or [type(error).__name__]
        advice = _(
            "Run {command} in a terminal. If that does not help, install crmlib again."
        ).format(command="python -m ipykernel install --sys-prefix")
        return Finding(what, needed, _("none: {reason}").format(reason=found[-1]), advice)
    if python.parent != Path(sys.executable).parent:
        advice = _(
            "The notebooks would run in another Python than this one. Run {command} in a terminal."
        ).format(command="python -m ipykernel install --sys-prefix")
        return Finding(what, needed, str(python), advice)
    return Finding(what, needed, _("it starts, and finds the course"))


def sliders(folders: list[str] | None = None) -> Finding:
    """Look for the half of the sliders that JupyterLab's pages need.

    Parameters
    ----------
    folders : list of str, optional
        Where JupyterLab looks for extensions. Jupyter's own list if not given.
    """
    what, needed = _("sliders in JupyterLab"), _("an extension of JupyterLab")
    advice = _("Run {command} in a terminal, then start JupyterLab again.").format(
        command="python -m pip install --force-reinstall jupyterlab-widgets"
    )
    if folders is None:
        try:
            from jupyter_core.paths import jupyter_path
        except ImportError:
            return Finding(what, needed, _("nothing"), advice)
        folders = jupyter_path("labextensions")
    extension = "@jupyter-widgets/jupyterlab-manager/package.json"
    if any(Path(folder, extension).is_file() for folder in folders):
        return Finding(what, needed, _("there"))
    return Finding(what, needed, _("nothing"), advice)


def disk(folder: Path) -> Finding:
    """Look at how much room the disk has, and whether the folder can be written to."""
    what = _("room on the disk")
    needed = _("{size:,} MB").format(size=NEEDED_MEGABYTES)
    nearest = next(path for path in (folder, *folder.absolute().parents) if path.is_dir())
    free = shutil.disk_usage(nearest).free // MEGABYTE
    found = _("{size:,} MB free").format(size=free)
    if free < NEEDED_MEGABYTES:
        return Finding(what, needed, found, _("Delete files that you no longer need."))
    if not os.access(nearest, os.W_OK):
        advice = _("You may not write in {folder}. Go to a folder of your own, such as Documents.")
        return Finding(what, needed, found, advice.format(folder=nearest))
    return Finding(what, needed, found)


def free_port(first: int = USUAL_PORT) -> Finding:
    """Look for a port on this computer for JupyterLab. Nothing leaves the computer."""
    what = _("a port (where the browser finds JupyterLab)")
    last = min(first + PORTS_TRIED, 65_535)
    needed = _("one that is free, {first} to {last}").format(first=first, last=last)
    for port in range(first, last + 1):
        if is_free(port):
            taken = _("{port} (another program uses {first}: perhaps a JupyterLab that is open)")
            text = str(port) if port == first else taken.format(port=port, first=first)
            return Finding(what, needed, text)
    advice = _("Close other JupyterLabs, or name another port: {command}.").format(
        command=f"crmlib start --port {first + 100 if first < 65_000 else USUAL_PORT}"
    )
    return Finding(what, needed, _("none"), advice)


def is_free(port: int) -> bool:
    """Return whether a program could listen at a port of this computer."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as tried:
        try:
            tried.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
