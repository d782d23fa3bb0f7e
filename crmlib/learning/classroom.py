"""A whole class predicts: the votes as a picture, with the result in it.

- ``vote()``  hands counted, or a folder of learners' prediction files: table, figure, sentence

Show it twice: first without the result, so that the room sees how far it is apart; then with
``truth=``, the value that the notebook hands to `reveal`.
"""

import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from crmlib.core import figures
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import ngettext
from crmlib.learning import ballots, choices, values
from crmlib.learning.ballots import Ballots, Vote
from crmlib.learning.finding import find
from crmlib.learning.questions import OpenQuestion, Prediction, Question

MOST_BARS = 20
# A prediction counts as near within a tenth of the range of its slider.
NEAR = 0.1
# Labels of bars, in letters and lines.
WIDEST = 34
MOST_LINES = 3
PIECE = re.compile(r"[\u2e80-\uffef]|[^\s\u2e80-\uffef]+\s*|\s+")
LAST_LETTER = 0x2E7F


def vote(
    question_id: str,
    counts: Any = None,
    *,
    folder: str | Path | None = None,
    truth: Any = None,
    ax: Axes | None = None,
    questions: Iterable[Prediction | Question] | None = None,
) -> pd.DataFrame:
    """Draw what a class voted, say it in a sentence, and return it as a table.

    Parameters
    ----------
    question_id : str
        A prediction, ``"05.p1"``, or a check, ``"05.c4"``.
    counts : mapping or list, optional
        Hands counted: ``{0.2: 5, 0.5: 12}`` or ``{"a": 3, "b": 9}``; or each answer,
        ``[0.2, 0.5, 0.5]``. Numbers are in the question's unit: a share from 0 to 1.
    folder : str or pathlib.Path, optional
        Instead of counts: a folder with learners' prediction files, also in folders below it.
        They are only read. Names are shown of files that cannot be read, never of people's
        predictions.
    truth : number or str, optional
        The result: what the notebook hands to `reveal`. Without it a prediction's result is not
        shown; a check knows its own answer.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if not given.
    questions : iterable of questions, optional
        Where to look for the id; by default in the theme that it names.

    Returns
    -------
    pandas.DataFrame
        A row for each answer, with the columns ``votes`` and ``share`` (from 0 to 1); for a
        choice, every option has its row, with its ``text``.

    Raises
    ------
    ValueError
        In plain words: there is no such question, neither or both of counts and folder are
        given, or an answer, a count, the folder or the truth cannot be read.

    Examples
    --------
    >>> from crmlib.learning.questions import NumberPrediction
    >>> coin = NumberPrediction(id="05.p1", prompt="How often does a coin show heads?",
    ...                         low=0, high=1, step=0.01, unit="share")
    >>> table = vote("05.p1", {0.4: 1, 0.5: 3}, truth=0.5, questions=[coin])
    4 votes, from 40% to 50%. The middle one says 50%, the result is 50%. 100% of the class were \
within 10 percentage points of it.
    >>> table.votes.tolist()
    [1, 3]
    """
    question = find(question_id, questions)
    if isinstance(question, OpenQuestion):
        raise ValueError(
            _("{id} is answered in words, so there is nothing to count.").format(id=question.id)
        )
    if (counts is None) == (folder is None):
        raise ValueError(
            _("Give either counts, the hands that you counted, or folder, where the files are.")
        )
    cast = ballots.counted(question, counts) if folder is None else _from(question, folder)
    result = _result(question, truth)
    table = _table(question, cast.votes)
    if ballots.is_choice(question):
        _draw_choices(question, table, result, ax)
        sentence = _said_of_choices(question, table, result)
    else:
        _draw_numbers(question, cast.votes, result, ax)
        sentence = _said_of_numbers(question, cast.votes, result)
    print("\n".join([sentence, *_set_aside(cast)]))
    return table


def _from(question: Prediction | Question, folder: str | Path) -> Ballots:
    cast = ballots.collected(question, folder)
    if not cast.votes:
        said = [_("None of the files holds a prediction {id} made before the result.")]
        raise ValueError("\n".join([said[0].format(id=question.id), *_set_aside(cast)]))
    return cast


def _result(question: Prediction | Question, truth: Any) -> Vote | None:
    if truth is not None:
        try:
            return ballots.read_vote(question, truth, is_truth=True)
        except ValueError as error:
            raise ValueError(_("truth cannot be read. {reason}").format(reason=error)) from error
    if question.id[3] == "p":
        return None
    return question.answer if ballots.is_choice(question) else float(question.answer())


def _table(question: Prediction | Question, votes: tuple[Vote, ...]) -> pd.DataFrame:
    counted = pd.Series(votes).value_counts().sort_index().rename("votes")
    if ballots.is_choice(question):
        counted = counted.reindex([option.key for option in question.options], fill_value=0)
    table = counted.rename_axis("answer").to_frame()
    table["share"] = table["votes"] / len(votes)
    if ballots.is_choice(question):
        table.insert(0, "text", [_(option.text) for option in question.options])
    return table


def _shown(question: Prediction | Question, value: Vote) -> str:
    if ballots.is_choice(question):
        option = next(option for option in question.options if option.key == value)
        return choices.labelled(option).rstrip(".。")
    return values.with_unit(value, question.unit, _decimals(question, value))


def _decimals(question: Prediction | Question, value: float) -> int:
    """Return the decimals that the question names, or as many as make three digits."""
    if hasattr(question, "decimals") or question.unit == "share":
        return getattr(question, "decimals", 0)
    return min(max(2 - math.floor(math.log10(abs(value))), 0), 6) if value else 0


def _near(question: Prediction | Question, result: float) -> float:
    low, high = getattr(question, "low", None), getattr(question, "high", None)
    return NEAR * (abs(result) if low is None else high - low)


def _draw_numbers(
    question: Prediction | Question, votes: tuple[float, ...], result: float | None, ax: Axes | None
) -> Axes:
    marks = [*votes] if result is None else [*votes, result]
    low = getattr(question, "low", min(marks))
    high = getattr(question, "high", max(marks))
    low, high = min(low, *marks), max(high, *marks)
    middle = float(np.median(votes))
    with figures.style():
        ax = figures.axes(ax)
        edges = np.linspace(low, high if high > low else low + 1, MOST_BARS + 1)
        ax.hist(votes, bins=edges, color=figures.LIGHT, edgecolor=figures.GREY)
        lines = [(middle, _("middle of the class"), figures.BLUE, "--")]
        if result is not None:
            lines.append((result, _("result"), figures.RED, "-"))
        for value, name, color, look in lines:
            label = f"{name}: {_shown(question, value)}"
            ax.axvline(value, color=color, linestyle=look, lw=3, label=label)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
        ax.set_ylabel(_("votes"))
        ax.yaxis.get_major_locator().set_params(integer=True)
        if question.unit == "share":
            figures.percent_axis(ax.xaxis)
        elif question.unit:
            ax.set_xlabel(_(question.unit))
    return ax


def _draw_choices(
    question: Prediction | Question, table: pd.DataFrame, result: str | None, ax: Axes | None
) -> Axes:
    with figures.style():
        ax = figures.axes(ax)
        right = [key == result for key in table.index]
        places = np.arange(len(table))[::-1]
        bars = ax.barh(places, table["votes"], color=figures.LIGHT, edgecolor=figures.GREY)
        for bar, is_right, votes in zip(bars, right, table["votes"], strict=True):
            if is_right:
                bar.set(facecolor=figures.BLUE, hatch="//", edgecolor=figures.INK)
            text = f"{votes} ✔ " + _("the data say so") if is_right else f"{votes}"
            place = (votes, bar.get_y() + bar.get_height() / 2)
            ax.annotate(text, place, xytext=(8, 0), textcoords="offset points", va="center")
        labels = [_wrapped(f"{key}: {text}") for key, text in table["text"].items()]
        ax.set_yticks(places, labels)
        ax.set_xlabel(_("votes"))
        ax.set_xlim(0, 1.8 * max(table["votes"].max(), 1))
        ax.xaxis.get_major_locator().set_params(integer=True)
        ax.grid(False, axis="y")
    return ax


def _wrapped(text: str) -> str:
    """Return a text on at most three lines; what is left shows as an ellipsis."""
    lines, width = [""], 0
    for piece in PIECE.findall(text):
        # A Chinese character is as wide as two letters, and a line may end after any of them.
        wide = len(piece) * (2 if ord(piece[0]) > LAST_LETTER else 1)
        if width + wide > WIDEST and lines[-1]:
            lines, width = [*lines, ""], 0
        lines[-1] += piece
        width += wide
    shown = lines if len(lines) <= MOST_LINES else [*lines[: MOST_LINES - 1], lines[2] + "…"]
    return "\n".join(line.rstrip() for line in shown)


def _said_of_numbers(
    question: Prediction | Question, votes: tuple[float, ...], result: float | None
) -> str:
    said = ngettext(
        "{n} vote, from {low} to {high}. The middle one says {middle}",
        "{n} votes, from {low} to {high}. The middle one says {middle}",
        len(votes),
    ).format(
        n=len(votes),
        low=_shown(question, min(votes)),
        high=_shown(question, max(votes)),
        middle=_shown(question, float(np.median(votes))),
    )
    if result is None:
        return _("{said}.").format(said=said)
    near = _near(question, result)
    share = np.mean([abs(vote - result) <= near + 1e-9 for vote in votes])
    unit = "points" if question.unit in ("share", "percent") else question.unit
    size = 100 * near if question.unit == "share" else near
    return _(
        "{said}, the result is {result}. {share} of the class were within {near} of it."
    ).format(
        said=said,
        result=_shown(question, result),
        share=values.with_unit(share, "share"),
        near=values.with_unit(size, unit, 0 if size >= 1 else 2),
    )


def _said_of_choices(
    question: Prediction | Question, table: pd.DataFrame, result: str | None
) -> str:
    number, most = int(table["votes"].sum()), table["votes"].max()
    said = ngettext(
        "{n} vote. Most votes ({most}, {share}): {top}.",
        "{n} votes. Most votes ({most}, {share}): {top}.",
        number,
    ).format(
        n=number,
        most=most,
        share=values.with_unit(most / number, "share"),
        top="; ".join(_shown(question, key) for key in table.index[table["votes"] == most]),
    )
    if result is None:
        return said
    return _("{said} The data say {right}: {share} of the class had it.").format(
        said=said,
        right=_shown(question, result),
        share=values.with_unit(table["share"][result], "share"),
    )


def _set_aside(cast: Ballots) -> list[str]:
    """Say what was read and not counted."""
    lines = []
    if cast.late:
        lines.append(
            ngettext(
                "{n} prediction was made after the result was shown, and is not counted.",
                "{n} predictions were made after the result was shown, and are not counted.",
                cast.late,
            ).format(n=cast.late)
        )
    if cast.empty:
        lines.append(
            ngettext(
                "{n} file holds no prediction of this.",
                "{n} files hold no prediction of this.",
                cast.empty,
            ).format(n=cast.empty)
        )
    if cast.broken:
        lines.append(
            ngettext(
                "{n} file cannot be read: {names}.",
                "{n} files cannot be read: {names}.",
                len(cast.broken),
            ).format(n=len(cast.broken), names=", ".join(cast.broken))
        )
    return lines
