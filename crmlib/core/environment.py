"""Is everything there that the course needs? The answer is in words, with what to do.

- ``check()``       looks at Python, the packages, the Chinese font, the folders
- ``Report``        what it found: a table in a notebook, lines of text elsewhere
- ``try_slider()``  a slider and its figure, for the one thing that only the eye can tell

The subtle point: this module has to work where much is missing. So it loads the standard library
and ``packaging`` alone (which ``import crmlib`` needs as well), and reads from the installed
``crmlib`` itself which packages it asks for, and in which versions.
"""

import html
import os
import platform
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from crmlib.core import settings
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.core.i18n import ngettext

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from crmlib.core.controls import Explorer

PURPOSES = MappingProxyType(
    {
        "click": N_("commands in a terminal"),
        "ipykernel": N_("runs the cells"),
        "ipywidgets": N_("sliders"),
        "jinja2": N_("pages of the report"),
        "jupyterlab": N_("shows the notebooks"),
        "jupyterlab-widgets": N_("sliders in JupyterLab"),
        "lazy-loader": N_("starts crmlib quickly"),
        "matplotlib": N_("figures"),
        "narwhals": N_("tables of any kind"),
        "nbval": N_("tests the notebooks"),
        "numpy": N_("arithmetic"),
        "packaging": N_("compares versions"),
        "pandas": N_("tables"),
        "scipy": N_("mathematics"),
        "statsmodels": N_("statistics"),
    }
)
BOUNDS = MappingProxyType(
    {
        ">=": N_("{version} or newer"),
        "<": N_("below {version}"),
        "~=": N_("{version} or a later one like it"),
    }
)
CHINESE_CHARACTER = "客"
YEARS = 5


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what : str
        Its name, and what it is for.
    needed, found : str
        What the course asks for, and what is there.
    advice : str
        What to do; empty when nothing is wrong.
    """

    what: str
    needed: str
    found: str
    advice: str = ""


@dataclass(frozen=True, repr=False)
class Report:
    """What `check` found. It shows itself as the last line of a cell.

    Attributes
    ----------
    findings : tuple of Finding
        In the order in which they are shown.
    """

    findings: tuple[Finding, ...]

    @property
    def problems(self) -> tuple[Finding, ...]:
        """The findings that ask for something to be done."""
        return tuple(finding for finding in self.findings if finding.advice)

    @property
    def verdict(self) -> str:
        """Whether everything is there, in one sentence."""
        if not self.problems:
            return _("Everything is there.")
        return ngettext(
            "One thing is missing or does not fit: {names}.",
            "{number} things are missing or do not fit: {names}.",
            len(self.problems),
        ).format(number=len(self.problems), names=", ".join(f.what for f in self.problems))

    def __repr__(self) -> str:
        lines = [self.verdict]
        for finding in self.findings:
            sign = "✘" if finding.advice else "✔"
            lines.append(
                _("{sign} {what}: {found} (needed: {needed})").format(
                    sign=sign, what=finding.what, found=finding.found, needed=finding.needed
                )
            )
        lines += [
            f"{finding.what}: {finding.advice}".replace("\n", " ") for finding in self.problems
        ]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        head = _row_html("th", [_("what"), _("needed"), _("found"), ""])
        rows = "".join(
            _row_html("td", [f.what, f.needed, f.found, _("✘ not yet") if f.advice else "✔"])
            for f in self.findings
        )
        advice = "".join(
            f"<li><strong>{html.escape(f.what)}</strong>: {html.escape(f.advice)}</li>"
            for f in self.problems
        )
        heading = html.escape(_("What to do:"))
        steps = f"<p>{heading}</p><ul>{advice}</ul>" if advice else ""
        return (
            f"<p><strong>{html.escape(self.verdict)}</strong></p>{steps}"
            f"<table><thead>{head}</thead><tbody>{rows}</tbody></table>"
        )


def check(distribution: str = "crmlib", start: Path | None = None) -> Report:
    """Look at what the course needs, and say what is missing and what to do.

    Nothing is installed, written or changed.

    Parameters
    ----------
    distribution : str, default "crmlib"
        The installed package whose wishes are checked: its range of Python versions and the
        packages it asks for.
    start : pathlib.Path, optional
        The folder whose settings count. The working folder if not given.

    Returns
    -------
    Report
        One finding each for Python, every package, the Chinese font of the figures, the tables
        and the learner's folder.

    Raises
    ------
    crmlib.core.settings.SettingsError
        If ``crmlib.toml`` cannot be understood; the text says where and what to do.

    Examples
    --------
    >>> report = check()
    >>> report.findings[0].what
    'Python'
    >>> [finding.found for finding in report.findings if finding.advice]
    []
    """
    chosen = settings.read(start)
    return Report(
        (
            *_installed(distribution),
            _chinese_font(),
            _tables(chosen.data_folder),
            _learner_folder(chosen.learner_folder),
        )
    )


def try_slider() -> "Explorer":
    """Return a slider with a figure and a sentence that follow it.

    Returns
    -------
    Explorer
        Of 100 customers, how many are left after each year, if the same share stays each year.

    Examples
    --------
    >>> trial = try_slider()
    >>> trial
    If 80% of the customers stay each year, 33 of 100 are left after five years.
    >>> trial.controls["rate"].value = 0.9
    >>> trial
    If 90% of the customers stay each year, 59 of 100 are left after five years.
    """
    # Only here: the check itself has to work without ipywidgets.
    from crmlib.core import controls

    rate = controls.slider(_("customers who stay each year"), 0.8, 0.5, 0.95, 0.05, unit="share")
    return controls.explorer(_draw_customers_left, {"rate": rate})


def _installed(distribution: str) -> list[Finding]:
    try:
        wishes = metadata.metadata(distribution)
    except metadata.PackageNotFoundError:
        command = "python -m pip install --editable ."
        advice = _("Run {command} in a terminal, in the folder of the course.")
        return [
            _python(SpecifierSet()),
            Finding(distribution, _("installed"), _("nothing"), advice.format(command=command)),
        ]
    packages = _requirements(distribution)
    # ipywidgets is two halves: one runs with the cells, the other in JupyterLab's pages.
    names = {requirement.name for requirement in packages}
    halves = [
        requirement
        for requirement in (_requirements("ipywidgets") if "ipywidgets" in names else [])
        if requirement.name.replace("_", "-") == "jupyterlab-widgets"
    ]
    return [
        _python(SpecifierSet(wishes.get("Requires-Python") or "")),
        *[_package(requirement) for requirement in packages + halves],
    ]


def _requirements(distribution: str) -> list[Requirement]:
    try:
        texts = metadata.requires(distribution) or []
    except metadata.PackageNotFoundError:
        return []
    requirements = sorted(map(Requirement, texts), key=lambda requirement: requirement.name)
    return [r for r in requirements if r.marker is None or r.marker.evaluate({"extra": ""})]


def _python(wanted: SpecifierSet) -> Finding:
    version = platform.python_version()
    fits = wanted.contains(version, prereleases=True)
    advice = _(
        "Install a newer Python. Then run make lab PYTHON=python3.12 in a terminal, in the folder "
        "of the course, with the name of the newer Python."
    )
    return Finding("Python", _in_words(wanted), version, "" if fits else advice)


def _package(wanted: Requirement) -> Finding:
    name = wanted.name.replace("_", "-")
    purpose = PURPOSES.get(name)
    what = f"{name} ({_(purpose)})" if purpose else name
    try:
        version = metadata.metadata(wanted.name).get("Version")
    except metadata.PackageNotFoundError:
        version = None
    # An interrupted installation may leave a package without a version.
    fits = bool(version) and wanted.specifier.contains(version, prereleases=True)
    advice = "" if fits else _how_to_install(f"{name}{wanted.specifier}")
    return Finding(what, _in_words(wanted.specifier), version or _("nothing"), advice)


def _how_to_install(requirement: str) -> str:
    # The notebook's own Python may be another than the one a terminal finds.
    if "ipykernel" in sys.modules:
        return _(
            "Run {command} in a new cell. Then choose Kernel, Restart Kernel… in the menu."
        ).format(command=f'%pip install "{requirement}"')
    return _("Run {command} in a terminal.").format(
        command=f'python -m pip install "{requirement}"'
    )


def _in_words(wanted: SpecifierSet) -> str:
    bounds = sorted(wanted, key=lambda bound: bound.operator, reverse=True)
    words = [
        _(BOUNDS[bound.operator]).format(version=bound.version)
        if bound.operator in BOUNDS
        else str(bound)
        for bound in bounds
    ]
    return ", ".join(words) or _("any version")


def _chinese_font() -> Finding:
    what, needed = _("Chinese characters in figures"), _("a font that has them")
    try:
        # Only here: the check has to work without matplotlib.
        from matplotlib.font_manager import get_font

        from crmlib.core import figures
    except ImportError:
        return Finding(what, needed, _("not known"), _("Install matplotlib first."))
    try:
        found = get_font(figures.FONT_FILE).get_char_index(ord(CHINESE_CHARACTER))
    except (OSError, RuntimeError):
        found = 0
    if found:
        return Finding(what, needed, figures.FONTS[-1])
    advice = _(
        "Fetch a fresh copy of the file {file} of the course. Figures in English do not need it."
    )
    name = f"crmlib/core/fonts/{figures.FONT_FILE.name}"
    return Finding(what, needed, _("nothing"), advice.format(file=name))


def _tables(folder: Path | None) -> Finding:
    what, needed = _("tables"), _("a folder that can be found")
    if folder is None:
        return Finding(what, needed, _("those of the course"))
    if folder.is_dir():
        return Finding(what, needed, _("your own folder first, then those of the course"))
    advice = _(
        'The folder {folder} is not there. Correct the line "data" of crmlib.toml, or the '
        "environment variable CRMLIB_DATA."
    ).format(folder=folder)
    return Finding(what, needed, _("nothing"), advice)


def _learner_folder(folder: Path) -> Finding:
    what, needed = _("your predictions and answers"), _("a folder that can be written to")
    # The folder is made with the first prediction, so it may be its parent that counts.
    nearest = next(path for path in (folder, *folder.parents) if path.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK):
        return Finding(what, needed, _("one that can be written to"))
    advice = _(
        'Nothing can be kept in {folder}. Name another folder in the line "learner" of crmlib.toml.'
    ).format(folder=folder)
    return Finding(what, needed, _("one that cannot be written to"), advice)


def _draw_customers_left(rate: float) -> tuple["Axes", str]:
    from crmlib.core import figures

    left = [100 * rate**year for year in range(YEARS + 1)]
    with figures.style():
        ax = figures.axes(width=7, height=3)
        ax.bar(range(YEARS + 1), left)
        ax.set(xlabel=_("years later"), ylabel=_("customers left"), ylim=(0, 100))
    sentence = _(
        "If {rate:.0%} of the customers stay each year, {left:.0f} of 100 are left after five "
        "years."
    )
    return ax, sentence.format(rate=rate, left=left[-1])


def _row_html(kind: str, texts: list[str]) -> str:
    # JupyterLab sets tables to the right; words are read from the left.
    cells = "".join(
        f'<{kind} style="text-align: left">{html.escape(text)}</{kind}>' for text in texts
    )
    return f"<tr>{cells}</tr>"
