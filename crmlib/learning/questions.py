"""What a theme's ``questions.py`` is made of.

NumberPrediction, ChoicePrediction          recorded by `predict`, shown by `reveal`
NumberQuestion, ChoiceQuestion, OpenQuestion   answered through `check`
Option        one option of a choice
WrongAnswer   a slip that is recognised, and what is said about it

Every text is English, marked with ``N_`` for translation, and translated when it is
shown. Reference answers are functions: they are computed from the data when a learner
asks, so a question also works on other data. Only the parts that give nothing away
appear when a question is printed.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

ID = re.compile(r"\d\d\.[pcx][1-9]\d*")


@dataclass(frozen=True, kw_only=True)
class Option:
    """One option of a choice.

    Parameters
    ----------
    key : str
        What the learner types, for example ``"a"``.
    text : str
        The option as the learner reads it.
    says : str, optional
        What the learner is told after choosing it. Predictions need none.
    """

    key: str
    text: str
    says: str = field(default="", repr=False)


@dataclass(frozen=True, kw_only=True)
class WrongAnswer:
    """A wrong number that is recognised.

    Parameters
    ----------
    value : callable
        Computes the number that the slip leads to.
    says : str
        What went wrong, without the solution.
    """

    value: Callable[[], float] = field(repr=False)
    says: str = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class NumberPrediction:
    """A number that the learner commits to before the computation.

    Parameters
    ----------
    id : str
        Theme number, the letter p, and a number: ``"05.p1"``.
    prompt : str
        The question.
    low, high, step : float
        Range and step of the slider, in the unit; a share runs from 0 to 1.
    unit : str, optional
        ``"share"`` is shown as a percentage; else a word such as ``"weeks"``.
    decimals : int, default 0
        Decimals shown (of the percentage, for a share).

    Examples
    --------
    >>> NumberPrediction(id="05.p1", prompt="How many come back?",
    ...                  low=0, high=1, step=0.01, unit="share")
    NumberPrediction(id='05.p1', prompt='How many come back?', low=0, high=1, step=0.01, \
unit='share', decimals=0)
    """

    id: str
    prompt: str
    low: float
    high: float
    step: float
    unit: str = ""
    decimals: int = 0

    def __post_init__(self) -> None:
        _require_id(self.id, "p")
        if not (self.low < self.high and 0 < self.step <= self.high - self.low):
            raise ValueError(f"{self.id}: low < high and 0 < step <= high - low are needed")


@dataclass(frozen=True, kw_only=True)
class ChoicePrediction:
    """A choice that the learner commits to before the computation.

    Parameters
    ----------
    id : str
        For example ``"05.p2"``.
    prompt : str
        The question.
    options : tuple of Option
        Two or more; the `truth` given to `reveal` is the key of one of them.
    """

    id: str
    prompt: str
    options: tuple[Option, ...]

    def __post_init__(self) -> None:
        _require_id(self.id, "p")
        _require_options(self.id, self.options)


@dataclass(frozen=True, kw_only=True)
class NumberQuestion:
    """A question that a number answers.

    Parameters
    ----------
    id : str
        ``"05.c1"`` for a check in the notebook, ``"05.x1"`` for an exercise.
    prompt : str
        The question.
    answer : callable
        Computes the reference answer.
    checked : str
        What a right answer was checked for; the learner reads it after "Checked:".
    hints : tuple of three str
        From a nudge to nearly the whole way, never the solution.
    unit : str, optional
        For a ``"share"`` the percentage is recognised as a slip by itself; for
        ``"percent"`` and ``"points"`` the share is.
    relative_tolerance : float, default 0.01
        Accepted distance as a share of the reference answer.
    absolute_tolerance : float, default 0
        Accepted distance in the unit; the larger of the two counts.
    known_wrong : tuple of WrongAnswer, optional
        Slips that get their own explanation.
    """

    id: str
    prompt: str
    answer: Callable[[], float] = field(repr=False)
    checked: str = field(repr=False)
    hints: tuple[str, str, str] = field(repr=False)
    unit: str = ""
    relative_tolerance: float = 0.01
    absolute_tolerance: float = 0.0
    known_wrong: tuple[WrongAnswer, ...] = field(default=(), repr=False)

    def __post_init__(self) -> None:
        _require_id(self.id, "cx")
        if len(self.hints) != 3:
            raise ValueError(f"{self.id}: three hints are needed, {len(self.hints)} given")

    def accepts(self, value: float, reference: float) -> bool:
        """Tell whether `value` is within tolerance of `reference`."""
        distance = max(self.relative_tolerance * abs(reference), self.absolute_tolerance)
        return abs(value - reference) <= distance


@dataclass(frozen=True, kw_only=True)
class ChoiceQuestion:
    """A question answered by choosing one option.

    Parameters
    ----------
    id : str
        For example ``"05.x4"``.
    prompt : str
        The question.
    options : tuple of Option
        Two or more, each with the explanation (`says`) shown to those who choose it.
    answer : str
        The key of the right option.
    """

    id: str
    prompt: str
    options: tuple[Option, ...]
    answer: str = field(repr=False)

    def __post_init__(self) -> None:
        _require_id(self.id, "cx")
        _require_options(self.id, self.options)
        if self.answer not in [option.key for option in self.options]:
            raise ValueError(f"{self.id}: the answer {self.answer!r} is not among the options")
        if not all(option.says for option in self.options):
            raise ValueError(f"{self.id}: every option needs an explanation (says)")


@dataclass(frozen=True, kw_only=True)
class OpenQuestion:
    """A question answered in the learner's own words.

    Parameters
    ----------
    id : str
        For example ``"05.x5"``.
    prompt : str
        The question.
    model_answer : str
        Shown after the learner has written an answer, to compare with.
    shortest : int, default 20
        Characters that count as an answer.
    """

    id: str
    prompt: str
    model_answer: str = field(repr=False)
    shortest: int = 20

    def __post_init__(self) -> None:
        _require_id(self.id, "cx")


Prediction = NumberPrediction | ChoicePrediction
Question = NumberQuestion | ChoiceQuestion | OpenQuestion


def _require_id(question_id: str, letters: str) -> None:
    if not ID.fullmatch(question_id) or question_id[3] not in letters:
        raise ValueError(f"{question_id!r} is no id here: theme number, dot, {letters}, number")


def _require_options(question_id: str, options: tuple[Option, ...]) -> None:
    keys = [option.key for option in options]
    if len(keys) < 2 or len(set(keys)) < len(keys):
        raise ValueError(f"{question_id}: two or more options with different keys are needed")
