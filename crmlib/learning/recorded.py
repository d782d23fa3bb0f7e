"""The predictions on record: what was predicted, and whether the result was known by then."""

import math
from dataclasses import dataclass, replace
from typing import Any

from crmlib.learning import store
from crmlib.learning.questions import ChoicePrediction, Prediction


@dataclass(frozen=True)
class Record:
    """What is recorded for one prediction.

    Attributes
    ----------
    prediction : float, str or None
        The number or the key of the option; None when nothing was predicted.
    after_result : bool
        Whether the result had been shown before the prediction was made.
    result_shown : bool
        Whether the result has been shown by now.
    """

    prediction: float | str | None = None
    after_result: bool = False
    result_shown: bool = False

    @property
    def is_final(self) -> bool:
        """Whether this was a prediction in earnest, and its result is out."""
        return self.prediction is not None and self.result_shown and not self.after_result


def get(question: Prediction) -> Record:
    """Return what is recorded for a prediction.

    Raises
    ------
    store.StoreError
        If the file or this entry is not what this library writes.
    """
    return _parsed(question, store.read(store.PREDICTIONS))


def put(question: Prediction, value: float | str) -> Record:
    """Record a prediction and return what is on record then.

    A prediction made before the result was shown stays as it is from then on.
    """
    content = store.read(store.PREDICTIONS)
    record = _parsed(question, content)
    if not record.is_final:
        record = Record(value, after_result=record.result_shown, result_shown=record.result_shown)
        store.write(store.PREDICTIONS, content | {question.id: _entry(record)})
    return record


def mark_shown(question: Prediction) -> None:
    """Record that the result was shown."""
    content = store.read(store.PREDICTIONS)
    record = replace(_parsed(question, content), result_shown=True)
    store.write(store.PREDICTIONS, content | {question.id: _entry(record)})


def _entry(record: Record) -> dict[str, Any]:
    return {
        "prediction": record.prediction,
        "made_after_result": record.after_result,
        "result_shown": record.result_shown,
    }


def parse(question: Prediction, content: dict[str, Any]) -> Record:
    """Return what a file's content holds for a prediction.

    Raises
    ------
    ValueError
        If the entry is not what this library writes.
    """
    if question.id not in content:
        return Record()
    entry = content[question.id]
    try:
        record = Record(entry["prediction"], entry["made_after_result"], entry["result_shown"])
    except (KeyError, TypeError) as error:
        raise ValueError(question.id) from error
    flags = isinstance(record.after_result, bool) and isinstance(record.result_shown, bool)
    if not flags or not _fits(question, record.prediction):
        raise ValueError(question.id)
    return record


def _parsed(question: Prediction, content: dict[str, Any]) -> Record:
    try:
        return parse(question, content)
    except ValueError as error:
        raise store.damaged_entry(store.PREDICTIONS, question.id) from error


def _fits(question: Prediction, value: Any) -> bool:
    if value is None:
        return True
    if isinstance(question, ChoicePrediction):
        return isinstance(value, str)
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return number and math.isfinite(value)
