"""Answers checked at once: right, a known slip, or the next hint."""

import math
from collections.abc import Iterable
from typing import Any

from crmlib.core.i18n import gettext as _
from crmlib.learning import choices, store
from crmlib.learning.finding import find
from crmlib.learning.messages import Message, Panel
from crmlib.learning.questions import (
    ChoiceQuestion,
    NumberQuestion,
    OpenQuestion,
    Question,
    WrongAnswer,
)
from crmlib.learning.values import expected, read_number

HINTS = 3


def check(
    question_id: str, value: Any = None, *, questions: Iterable[Question] | None = None
) -> Message | Panel:
    """Check an answer, or show the question.

    Parameters
    ----------
    question_id : str
        For example ``"05.c1"`` in a notebook, ``"05.x1"`` in an exercise.
    value : object, optional
        The answer: a number, the key of an option, or a text, as the question asks. Without
        it (or with ``None`` or ``...``) the question is shown.
    questions : iterable of questions, optional
        Where to look for the id; by default in the theme that it names.

    Returns
    -------
    Message or Panel
        Shows itself as the last line of a cell. A wrong answer is explained, never raised.

    Raises
    ------
    ValueError
        If there is no question with this id.

    Examples
    --------
    >>> half = NumberQuestion(
    ...     id="05.c1", prompt="What share of fair coins shows heads?", unit="share",
    ...     answer=lambda: 1 / 2, checked="the share of heads",
    ...     hints=("How many sides?", "How likely is each?", "Divide one by the sides."))
    >>> check("05.c1", 0.5, questions=[half])
    ✔ Right.
    Checked: the share of heads
    >>> check("05.c1", 50, questions=[half])
    ✎ Not yet.
    That is a percentage. The question asks for a share, a number between 0 and 1.
    """
    question = find(question_id, questions)
    if question.id[3] == "p":
        raise ValueError(
            _('{id} is a prediction, not a question. Make it with predict("{id}").').format(
                id=question.id
            )
        )
    unanswered = value is None or value is ...
    if isinstance(question, NumberQuestion):
        return _ask_number(question) if unanswered else _check_number(question, value)
    if isinstance(question, ChoiceQuestion):
        return _ask_choice(question) if unanswered else _check_choice(question, value)
    return _ask_open(question) if unanswered else _check_open(question, value)


def _ask_number(question: NumberQuestion) -> Message:
    asked = _("Answer with {wanted}: {call}").format(
        wanted=expected(question.unit), call=f'check("{question.id}", …)'
    )
    return Message("note", _("Not answered yet."), (_(question.prompt), asked))


def _check_number(question: NumberQuestion, value: Any) -> Message:
    reading = read_number(value, question.unit)
    if reading.number is None:
        return Message("retry", _("Not yet."), (reading.remark,))
    remarks = (reading.remark,) if reading.remark else ()
    reference = float(question.answer())
    if not math.isfinite(reference):
        text = _("On these data the reference answer cannot be computed, so nothing was checked.")
        return Message("problem", _("Not checked."), (text,))
    if question.accepts(reading.number, reference):
        checked = _("Checked: {what}").format(what=_(question.checked))
        return Message("right", _("Right."), (checked, *remarks))
    slip = _recognised(question, reading.number, reference)
    if slip:
        return Message("retry", _("Not yet."), (slip, *remarks))
    return Message("retry", _("Not yet."), (*_next_hint(question, reading.number), *remarks))


def _recognised(question: NumberQuestion, number: float, reference: float) -> str:
    """Return what is said about the known slip nearest to a wrong number, or nothing."""
    distances = []
    for wrong in question.known_wrong:
        value = _slip_value(wrong)
        if question.accepts(number, value):
            distances.append((abs(number - value), wrong.says))
    if distances:
        return _(min(distances)[1])
    # A slip of scale is tested on the scale of the answer, so that the tolerance fits.
    if question.unit == "share" and question.accepts(number / 100, reference):
        return _("That is a percentage. The question asks for a share, a number between 0 and 1.")
    if question.unit == "percent" and question.accepts(number * 100, reference):
        return _("That is a share. The question asks for a number in per cent.")
    if question.unit == "points" and question.accepts(number * 100, reference):
        return _("That is a share. The question asks for percentage points.")
    return ""


def _slip_value(wrong: WrongAnswer) -> float:
    try:
        return float(wrong.value())
    except (ArithmeticError, LookupError, ValueError):
        # A slip may be impossible on other data (no customer with four purchases, say).
        return math.nan


def _next_hint(question: NumberQuestion, number: float) -> tuple[str, ...]:
    """Return the hint for the distinct wrong answers so far; the same answer uses up none."""
    remarks = ()
    attempts = [number]
    try:
        content = store.read(store.ATTEMPTS)
        attempts = _attempts(content, question)
        if number not in attempts and len(attempts) < HINTS:
            attempts = [*attempts, number]
            store.write(store.ATTEMPTS, content | {question.id: attempts})
    except store.StoreError as error:
        remarks = (str(error),)
    count = min(len(attempts), HINTS)
    hint = _("Hint {number} of {all}: {hint}").format(
        number=count, all=HINTS, hint=_(question.hints[count - 1])
    )
    return hint, *remarks


def _attempts(content: dict[str, Any], question: NumberQuestion) -> list[float]:
    attempts = content.get(question.id, [])
    if not isinstance(attempts, list) or not all(isinstance(x, int | float) for x in attempts):
        raise store.damaged_entry(store.ATTEMPTS, question.id)
    return attempts


def _ask_choice(question: ChoiceQuestion) -> Panel:
    call = f'check("{question.id}", "{question.options[0].key}")'
    how = _("To answer without the buttons: {call}").format(call=call)
    heading = _("Not answered yet.")
    message = Message("note", heading, (_(question.prompt), choices.listed(question.options), how))

    def controls():
        from crmlib.learning import panels

        state = Message("note", heading)
        return panels.choice_panel(question, state, lambda key: _check_choice(question, key))

    return Panel(message, controls)


def _check_choice(question: ChoiceQuestion, value: Any) -> Message:
    option, remark = choices.read_choice(value, question.options)
    if option is None:
        return Message("retry", _("Not yet."), (remark, choices.listed(question.options)))
    right = option.key == question.answer
    heading = _("Right.") if right else _("Not yet.")
    says = (choices.labelled(option), _(option.says))
    return Message("right" if right else "retry", heading, says)


def _ask_open(question: OpenQuestion) -> Message:
    asked = _("Answer in your own words: {call}").format(call=f'check("{question.id}", "…")')
    return Message("note", _("Not answered yet."), (_(question.prompt), asked))


def _check_open(question: OpenQuestion, value: Any) -> Message:
    if not isinstance(value, str):
        text = _("That is a value of the type {kind}. The question asks for a text in quotes.")
        return Message("retry", _("Not yet."), (text.format(kind=type(value).__name__),))
    text = value.strip()
    if len(text) < question.shortest:
        return Message(
            "retry",
            _("Not yet."),
            (_("Write a sentence or two first; then you can compare with a model answer."),),
        )
    try:
        _keep(question, text)
        kept = _("Your answer is kept in {file}, in your own folder.").format(file=store.ANSWERS)
    except store.StoreError as error:
        kept = str(error)
    model = _("A model answer, to compare with yours:") + "\n" + _(question.model_answer)
    return Message("right", _("Written."), (model, kept))


def _keep(question: OpenQuestion, text: str) -> None:
    """Add an answer to those kept; running the cell again adds nothing."""
    content = store.read(store.ANSWERS)
    kept = content.get(question.id, [])
    if not isinstance(kept, list):
        raise store.damaged_entry(store.ANSWERS, question.id)
    if text not in kept:
        store.write(store.ANSWERS, content | {question.id: [*kept, text]})
