"""A learner's working folder: the course is copied into it, and what they changed stays.

- ``fill()``     copies or updates the course, and says what it did
- ``Outcome``    what it did: copied, updated, kept, laid beside

For each file there are three texts: the course's, the learner's, and the one that was copied
(its checksum is kept in ``.crm_course.json``).

========================  ==========================  =========================================
the learner's file        the course's file           what happens
========================  ==========================  =========================================
is not there              whatever                    it is copied
is as it was copied       is the same as then         nothing
is as it was copied       is a new version            it is replaced
was changed               is the same as then         it is kept
was changed               is a new version            it is kept, the new one is laid beside it
========================  ==========================  =========================================

The subtle point: a notebook that was only run counts as unchanged. Its outputs come again when
it is run again; what somebody wrote in its cells would not.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from crmlib.core import settings
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.core.i18n import ngettext, translate
from crmlib.workshop.archive import write_whole
from crmlib.workshop.notebook_file import says

NAME = "crm_course"
MANIFEST = ".crm_course.json"
LANGUAGE_LINE = re.compile(r"""^([ \t]*language[ \t]*=[ \t]*)("[^"\n]*"|'[^'\n]*')""", re.MULTILINE)
REMARKS = (
    N_("Settings of this folder. Change a value, save, restart the notebook's kernel."),
    N_('The language of figures, sliders, questions and messages: "en" (English) or "zh" (中文).'),
    N_("The folder for your predictions and answers. It is yours: nothing here replaces it."),
    N_("The folder with the tables. Name another one to work with tables of your own."),
)


@dataclass
class Outcome:
    """What was done in a working folder; each name is a path in it.

    Attributes
    ----------
    copied, updated, kept : list of str
    beside : dict of str to str
        A file that was kept, and the name of the course's new version of it.
    """

    copied: list[str] = field(default_factory=list)
    updated: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    beside: dict[str, str] = field(default_factory=dict)


def default_folder(here: Path) -> Path:
    """Return the folder to use where none is named: this one, if it is one; else one in it."""
    return here if (here / MANIFEST).is_file() else here / NAME


def fill(folder: Path, files: Mapping[str, bytes], language: str | None, source: Path) -> Outcome:
    """Copy the course into a folder; on a second time, bring it up to date.

    Parameters
    ----------
    folder : pathlib.Path
        The working folder. It is made if it is not there.
    files : mapping of str to bytes
        The course's files: path and content.
    language : str, optional
        "en" or "zh". If not given: what is set there already.
    source : pathlib.Path
        The course's own folder, which nothing is copied into.

    Raises
    ------
    ValueError
        Where the folder is a file, or the course's own.
    OSError
        Where a file cannot be written. What was done until then stays, each file whole.
    """
    _refuse(folder, source)
    known, outcome = _manifest(folder), Outcome()
    set_language = language or settings.read(folder).language
    try:
        for name, content in files.items():
            known[name] = _bring(folder, name, content, known.get(name), outcome)
        _settle(folder / settings.FILE_NAME, language, set_language)
    finally:
        # Where the disk is full, the first error is the one to tell.
        with suppress(OSError):
            text = json.dumps(known, indent=1, sort_keys=True) + "\n"
            write_whole(folder / MANIFEST, text.encode())
    return outcome


def settings_text(language: str) -> str:
    """Return the settings file of a new working folder.

    Examples
    --------
    >>> print(settings_text("en").splitlines()[3])
    language = "en"
    """
    about, of_language, of_learner, of_data = (translate(text, language) for text in REMARKS)
    return (
        f'# {about}\n\n# {of_language}\nlanguage = "{language}"\n\n'
        f'# {of_learner}\nlearner = "{settings.DEFAULT_LEARNER_FOLDER}"\n\n'
        f'# {of_data}\ndata = "datasets"\n'
    )


def _refuse(folder: Path, source: Path) -> None:
    if folder.exists() and not folder.is_dir():
        text = _("{folder} is a file. Name a folder, or one that is not there yet.")
        raise ValueError(text.format(folder=folder))
    if source.resolve() == folder.resolve():
        text = _("{folder} is the course's own folder. Name another one, such as {other}.")
        raise ValueError(text.format(folder=folder, other=folder / NAME))


def _manifest(folder: Path) -> dict[str, dict[str, str]]:
    try:
        entries = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return {
            name: {key: entry[key] for key in ("file", "says")} for name, entry in entries.items()
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        # Without it every file that differs counts as changed: nothing of the learner's is lost.
        return {}


def _bring(
    folder: Path, name: str, content: bytes, entry: dict[str, str] | None, outcome: Outcome
) -> dict[str, str]:
    """Bring one file up to date; return its new entry in the manifest."""
    path = folder / name
    digest = hashlib.sha256(content).hexdigest()
    copied = {"file": digest, "says": says(name, content)}
    if not path.exists():
        write_whole(path, content)
        outcome.copied.append(name)
        return copied
    here = path.read_bytes()
    if here == content:
        return copied
    is_new = entry is None or entry["file"] != digest
    here_says = says(name, here)
    if here_says in {copied["says"], entry["says"] if entry else ""}:
        if is_new and entry is not None:
            write_whole(path, content)
            outcome.updated.append(name)
        return copied
    outcome.kept.append(name)
    if is_new:
        outcome.beside[name] = _lay_beside(folder, name, content)
    return {"file": digest, "says": entry["says"] if entry else ""}


def _lay_beside(folder: Path, name: str, content: bytes) -> str:
    """Write the course's new version under the first free name; return the name."""
    path = Path(name)
    stem, dot, endings = path.name.partition(".")
    for number in count(1):
        mark = _("new version") if number == 1 else _("new version {n}").format(n=number)
        beside = path.with_name(f"{stem} ({mark}){dot}{endings}")
        target = folder / beside
        if not target.exists():
            write_whole(target, content)
        elif target.read_bytes() != content:
            continue
        return beside.as_posix()
    raise AssertionError


def _settle(path: Path, asked: str | None, language: str) -> None:
    """Write the settings, or change the language in them where it was asked for."""
    if not path.exists():
        write_whole(path, settings_text(language).encode())
    elif asked is not None:
        text = path.read_bytes().decode("utf-8-sig")
        changed, lines = LANGUAGE_LINE.subn(rf'\g<1>"{asked}"', text, count=1)
        if changed != text or not lines:
            write_whole(path, (changed if lines else f'language = "{asked}"\n{text}').encode())


def lines(folder: Path, outcome: Outcome) -> list[str]:
    """Return in words what was done in a working folder."""
    said = [_("The course is in {folder}").format(folder=folder)]
    copied, updated = len(outcome.copied), len(outcome.updated)
    if copied:
        said.append(ngettext("{n} file copied.", "{n} files copied.", copied).format(n=copied))
    if updated:
        text = ngettext("{n} file brought up to date.", "{n} files brought up to date.", updated)
        said.append(text.format(n=updated))
    for name in outcome.kept:
        if name in outcome.beside:
            text = _(
                "Kept as you changed it: {name}. The course has a new version: {beside}"
            ).format(name=name, beside=outcome.beside[name])
        else:
            text = _("Kept as you changed it: {name}").format(name=name)
        said.append(text)
    if not copied and not updated and not outcome.beside:
        said.append(_("Everything was there already."))
    return said
