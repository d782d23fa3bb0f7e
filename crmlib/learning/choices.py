"""The options of a choice, as text, and what a learner chose."""

from numbers import Integral
from typing import Any

from crmlib.core.i18n import gettext as _
from crmlib.learning.questions import Option
from crmlib.learning.values import quoted


def listed(options: tuple[Option, ...]) -> str:
    """Return the options as text, a line each.

    Examples
    --------
    >>> print(listed((Option(key="a", text="rises"), Option(key="b", text="falls"))))
    a: rises
    b: falls
    """
    return "\n".join(labelled(option) for option in options)


def labelled(option: Option) -> str:
    """Return an option as its key and its text, translated."""
    return f"{option.key}: {_(option.text)}"


def read_choice(value: Any, options: tuple[Option, ...]) -> tuple[Option | None, str]:
    """Return the option that a learner means, or say in words that it is none.

    Parameters
    ----------
    value : object
        The key of an option, or its text; capitals and spaces around it do not matter.
    options : tuple of Option
        What there is to choose from.

    Returns
    -------
    option : Option or None
    remark : str
        Empty when there is an option.

    Examples
    --------
    >>> options = Option(key="a", text="rises"), Option(key="b", text="falls")
    >>> read_choice(" A ", options)
    (Option(key='a', text='rises'), '')
    >>> read_choice("c", options)[1]
    'You chose "c". Choose one of "a", "b", in quotes.'
    """
    if isinstance(value, str | Integral):
        wanted = str(value).strip().casefold()
        for option in options:
            if wanted in (option.key.casefold(), option.text.casefold(), _(option.text).casefold()):
                return option, ""
        given = quoted(str(value))
    else:
        given = type(value).__name__
    keys = ", ".join(f'"{option.key}"' for option in options)
    return None, _('You chose "{given}". Choose one of {keys}, in quotes.').format(
        given=given, keys=keys
    )
