"""Commit to a prediction, then see it beside the result."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from crmlib.core.i18n import gettext as _
from crmlib.learning import choices, recorded, values
from crmlib.learning.finding import find
from crmlib.learning.messages import Message, Panel, Row
from crmlib.learning.questions import ChoicePrediction, NumberPrediction, Prediction
from crmlib.learning.store import StoreError

if TYPE_CHECKING:
    from ipywidgets import Widget


def predict(
    prediction_id: str, value: Any = None, *, questions: Iterable[Prediction] | None = None
) -> Message | Panel:
    """Record a prediction, or show where to make one.

    Parameters
    ----------
    prediction_id : str
        For example ``"05.p1"``.
    value : number or str, optional
        The prediction: a number, or the key of an option. Without it, a slider or the options
        are shown with a button that records.
    questions : iterable of predictions, optional
        Where to look for the id; by default in the theme that it names.

    Returns
    -------
    Message or Panel
        Shows itself as the last line of a cell. A value that cannot be recorded is
        explained, never raised.

    Raises
    ------
    ValueError
        If there is no prediction with this id.

    Examples
    --------
    >>> coin = NumberPrediction(id="05.p1", prompt="How often does a coin show heads?",
    ...                         low=0, high=1, step=0.01, unit="share")
    >>> predict("05.p1", 40, questions=[coin])
    ✎ Not recorded.
    40 is outside the range from 0 to 1. For 40 per cent, write 0.4.
    """
    question = _find_prediction(prediction_id, questions)
    if value is not None and value is not ...:
        return _record(question, value)
    try:
        record = recorded.get(question)
    except StoreError as error:
        return Message("problem", _(question.prompt), (str(error),))
    if record.is_final:
        return Message("note", _(question.prompt), _state(question, record))
    how = (_range(question), *_state(question, record), _how(question))
    message = Message("note", _(question.prompt), how)
    return Panel(message, lambda: _controls(question, record))


def reveal(
    prediction_id: str, truth: Any, *, questions: Iterable[Prediction] | None = None
) -> Message:
    """Show the prediction and the result side by side.

    From then on the prediction stays as it is, and one made later is marked as such.

    Parameters
    ----------
    prediction_id : str
        For example ``"05.p1"``.
    truth : number or str
        The result: a number in the prediction's unit (a share between 0 and 1 for
        ``"share"``), or the key of the option that turned out right.
    questions : iterable of predictions, optional
        Where to look for the id; by default in the theme that it names.

    Returns
    -------
    Message
        Shows itself as the last line of a cell.

    Raises
    ------
    ValueError
        If there is no prediction with this id, or `truth` is no number or option.
    """
    question = _find_prediction(prediction_id, questions)
    truth, remark = _read(question, truth)
    if truth is None:
        raise ValueError(
            _("The result for {id} cannot be shown. {reason}").format(id=question.id, reason=remark)
        )
    try:
        record = recorded.get(question)
        recorded.mark_shown(question)
        remarks = []
    except StoreError as error:
        record, remarks = recorded.Record(), [str(error)]
    if record.prediction is None:
        remarks.insert(0, _("No prediction recorded."))
    elif record.after_result:
        remarks.append(_("Your prediction was made after the result was shown."))
    rows = _number_rows if isinstance(question, NumberPrediction) else _choice_rows
    return Message(
        "note", _(question.prompt), tuple(remarks), rows(question, record.prediction, truth)
    )


def _find_prediction(prediction_id: str, questions: Iterable[Prediction] | None) -> Prediction:
    question = find(prediction_id, questions)
    if not isinstance(question, NumberPrediction | ChoicePrediction):
        raise ValueError(
            _('{id} is a question, not a prediction. Answer it with check("{id}", …).').format(
                id=question.id
            )
        )
    return question


def _record(question: Prediction, given: Any) -> Message:
    value, remark = _read(question, given)
    if value is None or (remark := _out_of_range(question, value)):
        return Message("retry", _("Not recorded."), (remark,))
    try:
        record = recorded.put(question, value)
    except StoreError as error:
        return Message("problem", _("Not recorded."), (str(error),))
    if record.is_final:
        return Message("note", _("Your first prediction stays."), _state(question, record))
    return Message("right", _("Recorded."), _state(question, record))


def _read(question: Prediction, given: Any) -> tuple[float | str | None, str]:
    """Return a number or the key of an option, or None and the reason in words."""
    if isinstance(question, ChoicePrediction):
        option, remark = choices.read_choice(given, question.options)
        return (option.key if option else None), remark
    reading = values.read_number(given, question.unit)
    return reading.number, reading.remark


def _out_of_range(question: Prediction, value: float | str) -> str:
    if isinstance(question, ChoicePrediction) or question.low <= value <= question.high:
        return ""
    text = _("{value} is outside the range from {low} to {high}.")
    if question.unit == "share" and question.low <= value / 100 <= question.high:
        text = _(
            "{value} is outside the range from {low} to {high}. "
            "For {value} per cent, write {share}."
        )
    written = {"value": value, "low": question.low, "high": question.high, "share": value / 100}
    return text.format(**{name: f"{number:.10g}" for name, number in written.items()})


def _shown(question: Prediction, value: float | str) -> str:
    if isinstance(question, NumberPrediction):
        return values.with_unit(value, question.unit, question.decimals)
    by_key = {option.key: option for option in question.options}
    return choices.labelled(by_key[value]) if value in by_key else str(value)


def _state(question: Prediction, record: recorded.Record) -> tuple[str, ...]:
    """Say what is on record, and what that means for a change of mind."""
    afresh = _("To start afresh, run {call}.").format(call=f'reset("{question.id[:2]}")')
    if record.prediction is None and record.result_shown:
        late = _(
            "The result has been shown already, so a prediction made now is marked as made "
            "after it."
        )
        return _("No prediction recorded yet."), late, afresh
    if record.prediction is None:
        return (_("No prediction recorded yet."),)
    shown = _("Your prediction: {value}").format(value=_shown(question, record.prediction))
    if record.is_final:
        return shown, _("It was made before the result was shown."), afresh
    if record.after_result:
        return shown, _("It was made after the result was shown."), afresh
    return shown, _("You can change it until the result is shown.")


def _range(question: Prediction) -> str:
    if isinstance(question, ChoicePrediction):
        return choices.listed(question.options)
    return _("From {low} to {high}.").format(
        low=_shown(question, question.low), high=_shown(question, question.high)
    )


def _how(question: Prediction) -> str:
    if isinstance(question, ChoicePrediction):
        call = f'predict("{question.id}", "{question.options[0].key}")'
        return _("To record without the buttons: {call}").format(call=call)
    call = f'predict("{question.id}", {_middle(question):.10g})'
    return _("To record without the slider: {call}").format(call=call)


def _middle(question: NumberPrediction) -> float:
    """Return the middle of the range, on a step of the slider."""
    steps = round((question.high - question.low) / question.step / 2)
    return question.low + steps * question.step


def _controls(question: Prediction, record: recorded.Record) -> "Widget":
    # Only here, so that predicting without a frontend loads no ipywidgets.
    from crmlib.learning import panels

    def submit(value: float | str) -> Message:
        return _record(question, value)

    heading, *more = _state(question, record)
    state = Message("note", heading, tuple(more))
    if isinstance(question, ChoicePrediction):
        return panels.choice_panel(question, state, submit)
    start = _middle(question) if record.prediction is None else record.prediction
    return panels.number_panel(question, start, state, submit)


def _number_rows(
    question: NumberPrediction, prediction: float | None, truth: float
) -> tuple[Row, ...]:
    def row(label: str, value: float) -> Row:
        bar = (value - question.low) / (question.high - question.low)
        return Row(label, _shown(question, value), bar)

    result = row(_("Result"), truth)
    if prediction is None:
        return (result,)
    return (
        row(_("Your prediction"), prediction),
        result,
        Row(_("Gap"), _gap(question, prediction, truth)),
    )


def _gap(question: NumberPrediction, prediction: float, truth: float) -> str:
    """Say how far the prediction is from the result, both as they are shown."""
    unit, decimals = question.unit, question.decimals
    gap = values.rounded(prediction, unit, decimals) - values.rounded(truth, unit, decimals)
    unit = "points" if unit in ("share", "percent") else unit
    size = values.with_unit(abs(gap), unit, decimals)
    if gap == 0:
        return _("none, rounded as here")
    if gap > 0:
        return _("your prediction is {size} higher").format(size=size)
    return _("your prediction is {size} lower").format(size=size)


def _choice_rows(question: ChoicePrediction, prediction: str | None, truth: str) -> tuple[Row, ...]:
    result = Row(_("The data say"), _shown(question, truth))
    if prediction is None:
        return (result,)
    agree = _("yes") if prediction == truth else _("no")
    predicted = Row(_("Your prediction"), _shown(question, prediction))
    return predicted, result, Row(_("Agreement"), agree)
