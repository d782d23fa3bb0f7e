"""What a learner has recorded: small JSON files in the learner's folder.

predictions.json   the predictions, and whether the result had been shown by then
attempts.json      distinct wrong answers, so that hints can rise
answers.json       answers in the learner's own words; only ever added to

A file that cannot be read is never overwritten, and a file is replaced in one step, so
that an interruption leaves the old one whole.
"""

import contextlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

from crmlib.core import settings
from crmlib.core.i18n import gettext as _

PREDICTIONS = "predictions.json"
ATTEMPTS = "attempts.json"
ANSWERS = "answers.json"


class StoreError(Exception):
    """A learner's file cannot be read or written; the text says what to do."""


def path(name: str) -> Path:
    """Return where a learner's file lies, whether or not it exists yet."""
    return settings.read().learner_folder / name


def read(name: str) -> dict[str, Any]:
    """Return what a learner's file holds; nothing when there is no file yet.

    Parameters
    ----------
    name : str
        `PREDICTIONS`, `ATTEMPTS` or `ANSWERS`.

    Raises
    ------
    StoreError
        If the file is there but is not what this module writes.
    """
    file = path(name)
    try:
        # Some editors put a byte order mark first; "utf-8-sig" reads with and without it.
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise StoreError(_unreadable(file, error.strerror or str(error))) from error
    except (ValueError, RecursionError) as error:
        raise StoreError(_unreadable(file, str(error))) from error
    if not isinstance(content, dict):
        raise StoreError(_unreadable(file, _("it should hold ids and what was recorded for each")))
    return content


def write(name: str, content: dict[str, Any]) -> None:
    """Replace what a learner's file holds, in one step.

    Parameters
    ----------
    name : str
        `PREDICTIONS`, `ATTEMPTS` or `ANSWERS`.
    content : dict
        Everything that the file should hold from now on.

    Raises
    ------
    StoreError
        If the file there cannot be read, or the new one not be written. What was on disk is
        still there.
    """
    if read(name) == content:
        return
    file = path(name)
    # One name a process, so that two open notebooks do not write into one file.
    fresh = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    text = json.dumps(content, ensure_ascii=False, indent=2) + "\n"
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(file)
    except OSError as error:
        with contextlib.suppress(OSError):
            fresh.unlink()
        raise StoreError(
            _(
                "{file} could not be written ({reason}), so nothing was recorded. Check that "
                "the folder exists and that you may write there, then run the cell again."
            ).format(file=file, reason=error.strerror or error)
        ) from error


def damaged_entry(name: str, question_id: str) -> StoreError:
    """Return the error for an entry that this library did not write."""
    return StoreError(
        _unreadable(path(name), _('the entry "{id}" has an unexpected form').format(id=question_id))
    )


def set_aside(name: str, *, keep_original: bool) -> str:
    """Keep a learner's file under a numbered name beside it; return that name.

    Parameters
    ----------
    name : str
        The file.
    keep_original : bool
        True copies the file, False moves it.
    """
    file = path(name)
    number = 1
    while (kept := file.with_name(f"{file.stem}.{number}{file.suffix}")).exists():
        number += 1
    try:
        if keep_original:
            shutil.copyfile(file, kept)
        else:
            file.rename(kept)
    except OSError as error:
        raise StoreError(
            _("{file} could not be set aside ({reason}), so nothing was forgotten.").format(
                file=file, reason=error.strerror or error
            )
        ) from error
    return kept.name


def _unreadable(file: Path, reason: str) -> str:
    return _(
        "{file} cannot be read ({reason}). It was left as it is, and nothing was recorded. "
        "Mend it in a text editor, or run reset(), which keeps it under a new name and starts "
        "afresh; then run the cell again."
    ).format(file=file, reason=reason)
