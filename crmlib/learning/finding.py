"""Find a question by its id: the first two digits name the theme."""

import difflib
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec

from crmlib.core.i18n import gettext as _
from crmlib.learning.questions import ID, Prediction, Question

THEMES = (
    "claims",
    "records",
    "value",
    "lifetime",
    "lifecycle",
    "alive",
    "segments",
    "tiers",
    "satisfaction",
    "trap",
    "loyalty",
    "churn",
    "growth",
    "accounts",
)


def theme_questions(theme: str) -> tuple[Prediction | Question, ...]:
    """Return the questions of a theme; none if the theme has no questions yet.

    Parameters
    ----------
    theme : str
        Name of the theme, for example ``"alive"``.

    Returns
    -------
    tuple
        What the theme's ``questions.py`` lists in ``QUESTIONS``.

    Examples
    --------
    >>> theme_questions("no such theme")
    ()
    """
    room = f"crmlib.{theme}"
    if find_spec(room) is None or find_spec(f"{room}.questions") is None:
        return ()
    return tuple(import_module(f"{room}.questions").QUESTIONS)


def find(
    question_id: str, questions: Iterable[Prediction | Question] | None = None
) -> Prediction | Question:
    """Return the question with this id.

    Parameters
    ----------
    question_id : str
        For example ``"05.c1"``.
    questions : iterable of questions, optional
        Where to look; by default the questions of the theme that the id names.

    Raises
    ------
    ValueError
        In plain words, with the nearest ids, when there is no such question.
    """
    if not isinstance(question_id, str):
        raise ValueError(
            _(
                'The id of a question is text in quotes, for example "05.c1". You gave {given}.'
            ).format(given=type(question_id).__name__)
        )
    wanted = question_id.strip().lower()
    if questions is None:
        _require_theme(question_id, wanted)
        questions = theme_questions(THEMES[int(wanted[:2])])
    by_id = {question.id: question for question in questions}
    if wanted in by_id:
        return by_id[wanted]
    near = difflib.get_close_matches(wanted, by_id, n=3, cutoff=0.6) or list(by_id)
    if not near:
        raise ValueError(
            _('There is no question "{id}": this notebook has no questions yet.').format(
                id=question_id
            )
        )
    raise ValueError(
        _('There is no question "{id}". Did you mean {near}?').format(
            id=question_id, near=", ".join(near)
        )
    )


def _require_theme(question_id: str, wanted: str) -> None:
    if not ID.fullmatch(wanted) or int(wanted[:2]) >= len(THEMES):
        raise ValueError(
            _(
                '"{id}" is not the id of a question. An id is the number of the notebook '
                '(00 to {last}), a dot, one of p, c, x, and a number: "05.c1".'
            ).format(id=question_id, last=len(THEMES) - 1)
        )
