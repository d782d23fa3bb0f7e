"""crmlib as one file that pip installs without the internet, holding a chosen part of the course.

- ``build()``  the wheel, from a clone that was set up or from an installed package

A wheel is a zip: the modules, the course in ``crmlib/_course``, and the metadata that the
installation wrote. So it is put together here, with no tool to build with, and a workshop's
students get one without the solutions.

The subtle point: the metadata are those of the day crmlib was installed. In a clone whose
``pyproject.toml`` was changed since, they would be wrong: that is refused.
"""

import base64
import hashlib
import tomllib
from collections.abc import Mapping
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from crmlib.core.i18n import gettext as _
from crmlib.workshop import archive

PACKAGE = Path(__file__).parents[1]
COURSE = "crmlib/_course"
LEFT_OUT = {"__pycache__", "_course"}
TAG = "py3-none-any"
WHEEL = f"Wheel-Version: 1.0\nGenerator: crmlib\nRoot-Is-Purelib: true\nTag: {TAG}\n"
KEPT = ("METADATA", "entry_points.txt", "licenses/")


def build(course: Mapping[str, bytes], project: Path | None = None) -> tuple[str, bytes]:
    """Return the name and the bytes of a wheel.

    Parameters
    ----------
    course : mapping of str to bytes
        What it holds of the course: path and content.
    project : pathlib.Path, optional
        The ``pyproject.toml`` of a clone, to see whether the metadata are up to date.

    Raises
    ------
    ValueError
        Where crmlib is not installed, or was changed since; the text says what to do.
    """
    try:
        installed = metadata.distribution("crmlib")
    except metadata.PackageNotFoundError:
        raise ValueError(_advice(_("crmlib is not installed, only its files are there."))) from None
    if project is not None and project.is_file() and not _up_to_date(installed, project):
        raise ValueError(_advice(_("crmlib was changed since it was installed.")))
    version = installed.metadata["Version"]
    folder = f"crmlib-{version}.dist-info"
    files = _modules() | {f"{COURSE}/{name}": content for name, content in course.items()}
    files |= {f"{folder}/{name}": content for name, content in _metadata(installed).items()}
    files[f"{folder}/WHEEL"] = WHEEL.encode()
    files[f"{folder}/RECORD"] = _record(files, f"{folder}/RECORD")
    return f"crmlib-{version}-{TAG}.whl", archive.zipped(files)


def _modules() -> dict[str, bytes]:
    paths = (path for path in sorted(PACKAGE.rglob("*")) if path.is_file())
    names = {path.relative_to(PACKAGE): path for path in paths}
    return {
        f"crmlib/{name.as_posix()}": path.read_bytes()
        for name, path in names.items()
        if not LEFT_OUT & set(name.parts)
        and not any(part.startswith(".") for part in name.parts)
        and path.suffix != ".pyc"
    }


def _metadata(installed: metadata.Distribution) -> dict[str, bytes]:
    found = {}
    for path in installed.files or []:
        folder, _slash, name = path.as_posix().partition("/")
        if folder.endswith(".dist-info") and name.startswith(KEPT):
            found[name] = Path(path.locate()).read_bytes()
    return found


def _up_to_date(installed: metadata.Distribution, project: Path) -> bool:
    wanted = tomllib.loads(project.read_text(encoding="utf-8"))["project"]
    there = {Requirement(text) for text in installed.requires or [] if "extra ==" not in str(text)}
    scripts = {
        entry.name: entry.value
        for entry in installed.entry_points
        if entry.group == "console_scripts"
    }
    return (
        wanted["version"] == installed.metadata["Version"]
        and set(map(Requirement, wanted["dependencies"])) == there
        and wanted.get("scripts", {}) == scripts
    )


def _record(files: Mapping[str, bytes], itself: str) -> bytes:
    lines = []
    for name, content in sorted(files.items()):
        digest = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).rstrip(b"=").decode()
        lines.append(f"{name},sha256={digest},{len(content)}")
    return "\n".join([*lines, f"{itself},,", ""]).encode()


def _advice(problem: str) -> str:
    return _(
        "{problem} So no file that installs it can be made.\n"
        'What to do: run "make lab" in the folder of the course (or "python -m pip install '
        '--editable ."), then try again.'
    ).format(problem=problem)
