"""The packages that the course needs, as files, so that a workshop needs no internet.

- ``Target``     a system and a Python for which they are fetched
- ``wanted()``   which of the pinned packages that system needs
- ``download()`` fetches them with pip: the only thing in crmlib that uses the network

The subtle point: many packages are made for one system and one version of Python. The course's
list says which packages a system needs (Windows' own, for one), and pip, which would answer that
for the computer it runs on, is told the answer.
"""

import platform
import re
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

from packaging.requirements import Requirement

from crmlib.core.i18n import gettext as _

LATEST_GLIBC = 34
LATEST_MACOS = 14
# What pip calls the systems of a workshop's computers, the most demanding first.
PLATFORMS = MappingProxyType(
    {
        "windows": ("win_amd64",),
        "mac": tuple(
            f"macosx_{n}_0_{kind}"
            for n in range(LATEST_MACOS, 10, -1)
            for kind in ("arm64", "universal2")
        ),
        "mac-intel": (
            *(
                f"macosx_{n}_0_{kind}"
                for n in range(LATEST_MACOS, 10, -1)
                for kind in ("x86_64", "universal2")
            ),
            *(
                f"macosx_10_{n}_{kind}"
                for n in range(16, 8, -1)
                for kind in ("x86_64", "universal2")
            ),
        ),
        "linux": (
            *(f"manylinux_2_{n}_x86_64" for n in range(LATEST_GLIBC, 4, -1)),
            *("manylinux2014_x86_64", "manylinux2010_x86_64", "manylinux1_x86_64"),
        ),
    }
)
MARKERS = MappingProxyType(
    {
        "windows": ("nt", "win32", "Windows", "AMD64"),
        "mac": ("posix", "darwin", "Darwin", "arm64"),
        "mac-intel": ("posix", "darwin", "Darwin", "x86_64"),
        "linux": ("posix", "linux", "Linux", "x86_64"),
    }
)
NAMES = MappingProxyType(
    {"windows": "Windows", "mac": "Mac", "mac-intel": "Mac (Intel)", "linux": "Linux"}
)
LATE = 99
NOT_FOUND = re.compile(r"No matching distribution found for (?P<package>\S+)")
NONE_AT_ALL = "(from versions: none"


@dataclass(frozen=True)
class Target:
    """The computers that packages are fetched for.

    Attributes
    ----------
    system : str
        "windows", "mac" (Apple's own processors), "mac-intel" or "linux".
    python : str
        Python's version, such as "3.12".
    """

    system: str
    python: str

    def __str__(self) -> str:
        return f"{NAMES[self.system]}, Python {self.python}"


def this_computer() -> Target:
    """Return the target that fits the computer this runs on."""
    system = {"Windows": "windows", "Darwin": "mac"}.get(platform.system(), "linux")
    if system == "mac" and platform.machine() == "x86_64":
        system = "mac-intel"
    return Target(system, f"{sys.version_info.major}.{sys.version_info.minor}")


def wanted(pinned: str, target: Target, patch: int = 0) -> list[str]:
    r"""Return the packages that a target needs, each with its version.

    Parameters
    ----------
    pinned : str
        The text of ``requirements.txt``: every package, some for certain systems only.
    target : Target
    patch : int, default 0
        The third number of Python's version: 4 for 3.12.4.

    Examples
    --------
    >>> pinned = "pandas==3.1.1\npywinpty==3.1.2 ; os_name == 'nt'"
    >>> wanted(pinned, Target("linux", "3.12"))
    ['pandas==3.1.1']
    >>> wanted(pinned, Target("windows", "3.12"))
    ['pandas==3.1.1', 'pywinpty==3.1.2']
    """
    os_name, sys_platform, platform_system, machine = MARKERS[target.system]
    surroundings = {
        "os_name": os_name,
        "sys_platform": sys_platform,
        "platform_system": platform_system,
        "platform_machine": machine,
        "python_version": target.python,
        "python_full_version": f"{target.python}.{patch}",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": "",
    }
    lines = (line.strip() for line in pinned.splitlines())
    needed = [Requirement(line) for line in lines if line and not line.startswith("#")]
    return [
        f"{one.name}{one.specifier}"
        for one in needed
        if one.marker is None or one.marker.evaluate(surroundings)
    ]


def command(requirements: Iterable[str], target: Target, folder: Path, patch: int = 0) -> list[str]:
    """Return the command line of pip that fetches packages into a folder."""
    number = target.python.replace(".", "")
    options = ["--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "--quiet"]
    options += [f"--platform={name}" for name in PLATFORMS[target.system]]
    options += [f"--python-version={target.python}.{patch}", "--implementation=cp"]
    options += [f"--abi={abi}" for abi in (f"cp{number}", "abi3", "none")]
    return [sys.executable, "-m", "pip", "download", *options, f"--dest={folder}", *requirements]


def download(pinned: str, target: Target, folder: Path) -> list[Path]:
    """Fetch the packages that a target needs. This uses the internet.

    Parameters
    ----------
    pinned : str
        The text of ``requirements.txt``.
    target : Target
    folder : pathlib.Path
        Where the files go.

    Returns
    -------
    list of pathlib.Path
        The files, sorted.

    Raises
    ------
    ValueError
        Where pip is not there, or could not fetch everything; the text says what to do.
    """
    if find_spec("pip") is None:
        raise ValueError(
            _(
                "The packages are fetched with pip, which this Python does not have.\n"
                'What to do: run "python -m ensurepip" once, or leave out --wheelhouse.'
            )
        )
    # A few packages have one version for a Python's first months, and another for later ones.
    first = wanted(pinned, target)
    later = [one for one in wanted(pinned, target, LATE) if one not in first]
    _fetch(command(first, target, folder), target)
    if later:
        _fetch(command(later, target, folder, LATE), target)
    return sorted(folder.glob("*.whl"))


def _fetch(line: list[str], target: Target) -> None:
    done = subprocess.run(line, capture_output=True, text=True, check=False)
    missing = NOT_FOUND.search(done.stderr)
    # Without the internet pip finds no version at all.
    if done.returncode and missing and f"{NONE_AT_ALL})" not in done.stderr:
        raise ValueError(
            _(
                "For {target} the package {package} is not to be had.\n"
                "What to do: name another --python, or leave out this --system; whoever has such a "
                "computer shares one with a neighbour."
            ).format(target=target, package=missing["package"])
        )
    if done.returncode:
        said = "\n".join(line[:200] for line in done.stderr.strip().splitlines()[-2:])
        raise ValueError(
            _(
                "The packages could not be fetched. pip says:\n{said}\n"
                "What to do: --wheelhouse needs the internet while the bundle is made. Connect "
                "this computer and try again, or leave out --wheelhouse."
            ).format(said=said)
        )


def targets(systems: Iterable[str], pythons: Iterable[str]) -> list[Target]:
    """Return the targets that somebody names; where nothing is named, this computer's.

    Examples
    --------
    >>> [str(target) for target in targets(["windows", "mac"], ["3.12"])]
    ['Windows, Python 3.12', 'Mac, Python 3.12']
    """
    own = this_computer()
    return [
        Target(system, python)
        for system in list(dict.fromkeys(systems)) or [own.system]
        for python in list(dict.fromkeys(pythons)) or [own.python]
    ]
