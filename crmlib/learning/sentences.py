"""Results as sentences, in the learner's language."""

from collections.abc import Iterable, Mapping
from string import Formatter
from typing import Any

from crmlib.core.i18n import gettext as _


def say(sentence: str, /, **values: Any) -> None:
    """Print a result as one line, translated.

    Parameters
    ----------
    sentence : str
        English text with named places for values, such as ``"{third:.0f} points"``. It is
        looked up in the catalogue as it stands, so the code is the same in every language.
    **values
        A value for each name in the sentence. A text, such as the name of a group, is looked up
        in the catalogue too.

    Raises
    ------
    ValueError
        In plain words: a value is missing, left over, not a single value, NaN or None.

    Examples
    --------
    >>> say("The step at the third purchase is {third:.0f} points.", third=17.2)
    The step at the third purchase is 17 points.
    """
    require_same((sentence,), list(values))
    print(filled(sentence, values))


def filled(sentence: str, values: Mapping[str, Any]) -> str:
    """Return the sentence in the learner's language, with the values in their places.

    Values that the sentence has no place for are left aside.

    Raises
    ------
    ValueError
        In plain words: a value is not a single value, cannot be read aloud, or does not fit.
    """
    needed = {name: value for name, value in values.items() if name in _names(sentence)}
    for name, value in needed.items():
        _require_value(name, value)
    shown = {name: _(value) if isinstance(value, str) else value for name, value in needed.items()}
    try:
        text = _(sentence).format(**shown)
    except (TypeError, ValueError) as error:
        kinds = ", ".join(f"{name}: {type(value).__name__}" for name, value in needed.items())
        raise ValueError(
            _("A value does not fit its place in the sentence ({kinds}): {reason}.").format(
                kinds=kinds, reason=error
            )
        ) from error
    return " ".join(text.split())


def _names(sentence: str) -> list[str]:
    try:
        parts = list(Formatter().parse(sentence))
    except ValueError as error:
        raise ValueError(
            _("The sentence cannot be read ({reason}): {sentence}").format(
                reason=error, sentence=sentence
            )
        ) from error
    names = [name for _text, name, _format, _conversion in parts if name is not None]
    for name in names:
        if not name.isidentifier():
            raise ValueError(
                _(
                    "A place in the sentence is named {name}. Use a plain name such as {example}, "
                    "and give the value after the sentence: example=…"
                ).format(name="{" + name + "}", example="{example}")
            )
    return names


def require_same(sentences: Iterable[str], given: list[str]) -> None:
    """Raise an error unless the sentences' places and the given names are the same."""
    needed = [name for sentence in sentences for name in _names(sentence)]
    missing = [name for name in dict.fromkeys(needed) if name not in given]
    if missing:
        raise ValueError(
            _(
                "The sentence needs a value for: {names}. Give each after the sentence: {name}=…"
            ).format(names=", ".join(missing), name=missing[0])
        )
    unused = [name for name in given if name not in needed]
    if unused:
        raise ValueError(
            _(
                "The sentence has no place for: {names}. Remove the value, or write {place} in it."
            ).format(names=", ".join(unused), place="{" + unused[0] + "}")
        )


def _require_value(name: str, value: Any) -> None:
    if hasattr(value, "__len__") and not isinstance(value, str):
        raise ValueError(
            _("The value of {name} is a {kind}. The sentence needs a single value.").format(
                name=name, kind=type(value).__name__
            )
        )
    # str() knows every library's missing value: None, nan, <NA>, NaT.
    shown = str(value).lower()
    if not isinstance(value, str) and shown in ("none", "nan", "<na>", "nat", "inf", "-inf"):
        raise ValueError(
            _(
                "The value of {name} is {value}. The sentence needs a value that can be read aloud."
            ).format(name=name, value=value)
        )
