"""What only a person can write about a notebook: ``docs/trainers/notes/NN_theme.toml``.

::

    opening = "What to have ready, and the one sentence that the room should take home."
    discussion = "A question with no right answer."

    [sections."Title of a section"]        # every section has its notes
    say = "One to three sentences, as they are spoken."
    ask = "A question to the room."        # may be missing
    do = "What the trainer does."          # may be missing

    [[predictions."05.p1"]]                # every prediction has one or more
    typical = "70% and more"
    reveals = "What those believe who predict so."

    [late]                                 # core sections, 15 minutes or more together
    "Title of a section" = "What to say in its place."

    [case]
    claim = "C05"                          # Amazon, Apple or Starbucks, in datasets/claims.csv
    lacks = "The control group that is missing, for this notebook."
    ask = "A question to the room."

    [sheet]                                # the print sheet
    figure = "Title of a section"          # its first figure
    questions = ["05.c1", "05.c4", "05.x4"]

A key that names nothing in the notebook is a fault, and so is a section without notes: the notes
cannot drift from the notebook.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.execute import ROOT
from tools.notebook_parts import Section

FOLDER = ROOT / "docs" / "trainers" / "notes"
CASES = {"C05": "Amazon", "C06": "Apple", "C07": "Starbucks"}
LATE_MINUTES = 15
SHEET_QUESTIONS = 3
KEYS = ("opening", "discussion", "sections", "predictions", "late", "case", "sheet")


@dataclass(frozen=True)
class Notes:
    """The notes on one notebook; see the module for what each part is."""

    opening: str
    discussion: str
    sections: Mapping[str, Mapping[str, str]]
    predictions: Mapping[str, Sequence[Mapping[str, str]]]
    late: Mapping[str, str]
    case: Mapping[str, str]
    sheet: Mapping[str, object]


def path(name: str) -> Path:
    """Return where the notes on a notebook lie."""
    return FOLDER / f"{name}.toml"


def read(name: str) -> Notes:
    """Read the notes on a notebook.

    Raises
    ------
    ValueError
        In words: the file is not there, cannot be read, or has other parts than notes have.
    """
    file = path(name)
    shown = file.relative_to(ROOT).as_posix()
    try:
        content = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ValueError(f"write {shown}: tools/trainer_notes.py says what goes in it") from None
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{shown} cannot be read: {error}") from error
    if set(content) != set(KEYS):
        wrong = sorted(set(content) ^ set(KEYS))
        raise ValueError(f"{shown} must have {', '.join(KEYS)}; look at {', '.join(wrong)}")
    return Notes(**content)


def faults(notes: Notes, sections: Sequence[Section], ids: Sequence[str]) -> list[str]:
    """Return where the notes do not fit the notebook.

    Parameters
    ----------
    notes : Notes
        The notes.
    sections : sequence of Section
        The sections of the notebook.
    ids : sequence of str
        The ids of its questions.
    """
    titles = [section.title for section in sections]
    predictions = [name for name in ids if name[3] == "p"]
    found = differences("section", notes.sections, titles)
    found += differences("prediction", notes.predictions, predictions)
    for title, said in notes.sections.items():
        if not said.get("say", "").strip() or set(said) - {"say", "ask", "do"}:
            found.append(f"section {title!r} needs say, and may have ask and do")
    for name, rows in notes.predictions.items():
        if not rows or any(set(row) != {"typical", "reveals"} for row in rows):
            found.append(f"prediction {name} needs typical and reveals")
    if set(notes.case) != {"claim", "lacks", "ask"} or notes.case["claim"] not in CASES:
        found.append(f"case needs claim ({', '.join(CASES)}), lacks and ask")
    return found + late_faults(notes, sections) + sheet_faults(notes, sections, ids)


def differences(what: str, noted: Sequence[str], there: Sequence[str]) -> list[str]:
    """Return notes on what is not in the notebook, and what has no notes."""
    found = [f"the notebook has no {what} {name!r}" for name in noted if name not in there]
    return found + [f"{what} {name!r} has no notes" for name in there if name not in noted]


def late_faults(notes: Notes, sections: Sequence[Section]) -> list[str]:
    """Return what is wrong with what to leave out when late."""
    core = {section.title: section.minutes for section in sections if section.part == "core"}
    found = [
        f"late: there is no core section {title!r}" for title in notes.late if title not in core
    ]
    saved = sum(core.get(title, 0) for title in notes.late)
    if saved < LATE_MINUTES:
        found.append(f"late saves {saved} minutes; {LATE_MINUTES} are wanted")
    return found


def sheet_faults(notes: Notes, sections: Sequence[Section], ids: Sequence[str]) -> list[str]:
    """Return what is wrong with what goes on the print sheet."""
    figure, questions = notes.sheet.get("figure"), notes.sheet.get("questions", [])
    found = []
    if not any(section.title == figure and section.figures for section in sections):
        found.append(f"sheet: there is no section {figure!r} with a figure")
    if len(questions) != SHEET_QUESTIONS or any(q not in ids or q[3] == "p" for q in questions):
        found.append(f"sheet: {SHEET_QUESTIONS} checks or exercises are wanted, not {questions}")
    return found
