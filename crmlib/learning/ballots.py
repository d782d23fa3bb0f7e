"""The votes of a class: counted by hand, or read from a folder of learners' files.

- ``counted()``    votes given as counts or as a list
- ``collected()``  votes in the files that learners' predictions are kept in; nothing is written

The subtle point: a prediction that was made after the result had been shown is no prediction. It
is set aside, and so is a file that cannot be read; both are said.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from numbers import Integral
from pathlib import Path
from typing import Any

from crmlib.core.i18n import gettext as _
from crmlib.learning import choices, recorded, store, values
from crmlib.learning.questions import (
    ChoicePrediction,
    ChoiceQuestion,
    NumberPrediction,
    Prediction,
    Question,
)

Vote = float | str


@dataclass(frozen=True)
class Ballots:
    """Votes, and what was set aside.

    Attributes
    ----------
    votes : tuple of float or str
        Numbers in the question's unit, or keys of options.
    files : int
        How many files were read; 0 where the votes were counted by hand.
    empty, late : int
        Files without a prediction, and with one that was made after the result.
    broken : tuple of str
        Files that cannot be read, each with the reason.
    """

    votes: tuple[Vote, ...]
    files: int = 0
    empty: int = 0
    late: int = 0
    broken: tuple[str, ...] = ()


def is_choice(question: Prediction | Question) -> bool:
    """Return whether a question is answered with one of several options."""
    return isinstance(question, ChoicePrediction | ChoiceQuestion)


def read_vote(question: Prediction | Question, given: Any, *, is_truth: bool = False) -> Vote:
    """Return a vote as a number or as the key of an option.

    A result (`is_truth`) may lie outside the range of the slider.

    Raises
    ------
    ValueError
        In plain words: what was given is no answer to this question.

    Examples
    --------
    >>> coin = NumberPrediction(id="05.p1", prompt="How often heads?", low=0, high=1, step=0.01,
    ...                         unit="share")
    >>> read_vote(coin, 0.5)
    0.5
    >>> read_vote(coin, 50)
    Traceback (most recent call last):
    ValueError: 05.p1: 50 is outside the range from 0 to 1. For 50 per cent, write 0.5.
    """
    if is_choice(question):
        option, remark = choices.read_choice(given, question.options)
        if option is None:
            raise ValueError(f"{question.id}: {remark}")
        return option.key
    reading = values.read_number(given, question.unit)
    if reading.number is None:
        raise ValueError(f"{question.id}: {reading.remark}")
    if isinstance(question, NumberPrediction):
        _require_in_range(question, reading.number, is_truth)
    return reading.number


def counted(question: Prediction | Question, counts: Any) -> Ballots:
    """Return votes that were counted by hand.

    Parameters
    ----------
    question : Prediction or Question
        What was voted on.
    counts : mapping or list
        How many gave each answer, ``{0.2: 5, 0.5: 12}`` or ``{"a": 3, "b": 9}``; or the answers
        themselves, ``[0.2, 0.5, 0.5]``.

    Raises
    ------
    ValueError
        In plain words: which answer or which count cannot be read.

    Examples
    --------
    >>> from crmlib.learning.questions import Option
    >>> who = ChoicePrediction(id="05.p2", prompt="Who comes back?",
    ...                        options=(Option(key="a", text="Anna"), Option(key="b", text="Bo")))
    >>> counted(who, {"a": 2, "b": 1}).votes
    ('a', 'a', 'b')
    """
    if isinstance(counts, Mapping):
        pairs = [(read_vote(question, given), _count(given, n)) for given, n in counts.items()]
        votes = [vote for vote, number in pairs for _each in range(number)]
    elif isinstance(counts, str) or not isinstance(counts, Iterable):
        raise ValueError(
            _(
                "counts is of the type {kind}. Give how many chose each answer, {counts}, or the "
                "answers themselves, {answers}."
            ).format(kind=type(counts).__name__, counts=_example(question), answers=_list(question))
        )
    else:
        votes = [read_vote(question, given) for given in counts]
    if not votes:
        raise ValueError(_("There is no vote. Give at least one answer in counts."))
    return Ballots(tuple(votes))


def collected(question: Prediction | Question, folder: str | Path) -> Ballots:
    """Return the predictions in a folder of learners' files, and in the folders below it.

    Every ``.json`` file counts as one learner's, whatever its name, except the files that hold
    no predictions (``attempts.json``, ``answers.json``) and those that `reset` has set aside
    (``predictions.1.json``). The files are read, never written.

    Parameters
    ----------
    question : Prediction
        What was predicted.
    folder : str or pathlib.Path
        Where the files are.

    Raises
    ------
    ValueError
        In plain words: the folder is not there or holds no such file, or the id is that of a
        check, whose answers are not kept.
    """
    if question.id[3] != "p":
        raise ValueError(
            _(
                "{id} is no prediction, and answers to it are not kept in files. Count the hands, "
                "and give counts={counts}."
            ).format(id=question.id, counts=_example(question))
        )
    place = Path(folder)
    if not place.is_dir():
        raise ValueError(_("There is no folder {folder}.").format(folder=place))
    files = [file for file in sorted(place.rglob("*.json")) if _may_hold_predictions(file)]
    if not files:
        raise ValueError(
            _(
                "The folder {folder} holds no file of predictions. A learner's lies in the "
                "folder my_course and is called {name}."
            ).format(folder=place, name=store.PREDICTIONS)
        )
    votes, broken, empty, late = [], [], 0, 0
    for file in files:
        record, reason = _record(question, file)
        if reason:
            broken.append(f"{file.relative_to(place).as_posix()} ({reason})")
        elif record.prediction is None:
            empty += 1
        elif record.after_result:
            late += 1
        else:
            votes.append(record.prediction)
    return Ballots(tuple(votes), len(files), empty, late, tuple(broken))


def _may_hold_predictions(file: Path) -> bool:
    name, _dot, rest = file.name.partition(".")
    if name in (Path(store.ATTEMPTS).stem, Path(store.ANSWERS).stem):
        return False
    set_aside = name == Path(store.PREDICTIONS).stem and rest.partition(".")[0].isdigit()
    return file.is_file() and not file.name.startswith(".") and not set_aside


def _record(question: Prediction, file: Path) -> tuple[recorded.Record, str]:
    """Return what a learner's file holds, or the reason why it cannot be told."""
    try:
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        return recorded.Record(), error.strerror or str(error)
    except (ValueError, RecursionError):
        return recorded.Record(), _("it is not what crmlib writes")
    try:
        if not isinstance(content, dict):
            raise ValueError
        record = recorded.parse(question, content)
        if record.prediction is not None:
            read_vote(question, record.prediction)
    except ValueError:
        return recorded.Record(), _("the entry {id} cannot be read").format(id=question.id)
    return record, ""


def _require_in_range(question: NumberPrediction, value: float, is_truth: bool) -> None:
    is_percent = question.unit == "share" and question.low <= value / 100 <= question.high
    if question.low <= value <= question.high or (is_truth and not is_percent):
        return
    text = _("{id}: {value} is outside the range from {low} to {high}.")
    if is_percent:
        text = _(
            "{id}: {value} is outside the range from {low} to {high}. "
            "For {value} per cent, write {share}."
        )
    numbers = {"value": value, "low": question.low, "high": question.high, "share": value / 100}
    shown = {name: f"{number:.10g}" for name, number in numbers.items()}
    raise ValueError(text.format(id=question.id, **shown))


def _count(given: Any, number: Any) -> int:
    # numpy's whole numbers count as whole numbers, too; True does not.
    if isinstance(number, bool) or not isinstance(number, Integral) or number < 0:
        raise ValueError(
            _("{number} cannot be how many chose {answer}. Give a whole number, 0 or more.").format(
                number=values.quoted(repr(number)), answer=given
            )
        )
    return int(number)


def _example(question: Prediction | Question) -> str:
    if is_choice(question):
        first, second = question.options[:2]
        return f'{{"{first.key}": 3, "{second.key}": 9}}'
    return "{0.2: 5, 0.5: 12}" if question.unit == "share" else "{10: 5, 20: 12}"


def _list(question: Prediction | Question) -> str:
    if is_choice(question):
        first, second = question.options[:2]
        return f'["{first.key}", "{second.key}", "{second.key}"]'
    return "[0.2, 0.5, 0.5]" if question.unit == "share" else "[10, 20, 20]"
