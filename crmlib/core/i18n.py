"""A text in the learner's language.

Every text that crmlib shows a learner is written in English in the code, and looked up here.

- ``gettext`` (imported as ``_``) returns the text in the language that is in force now
- ``ngettext`` chooses between the text for one and the text for many
- ``mark`` (imported as ``N_``) only marks a text that is stored now and translated when shown
- ``one_language`` reads the language once for many texts

The subtle point: the text is looked up as it stands in the code, so placeholders are filled
*after* the look-up, with ``.format``; an f-string is never found.

Examples
--------
>>> from crmlib.core.i18n import gettext as _, ngettext, mark as N_
>>> _("Your prediction: {value}").format(value="40%")  # doctest: +SKIP
'Your prediction: 40%'
"""

import gettext as _catalogues
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

DOMAIN = "crmlib"
LOCALE_FOLDER = Path(__file__).with_name("locale")
SOURCE_LANGUAGE = "en"

_HELD: ContextVar[str | None] = ContextVar("language", default=None)


def language() -> str:
    """Return the language in force: that of the nearest ``crmlib.toml`` or of the environment.

    Returns
    -------
    str
        "en" or "zh".

    Raises
    ------
    crmlib.core.settings.SettingsError
        If the settings cannot be read.
    """
    # Imported here, because settings words its own errors through this module.
    from crmlib.core import settings

    return _HELD.get() or settings.read().language


@contextmanager
def one_language() -> Iterator[None]:
    """Read the language once, and let it hold in this context.

    The settings are files, read for each text. Whoever writes many texts at once, such as those
    of a figure that follows a slider, need not read them for each one.

    Examples
    --------
    >>> with one_language():
    ...     gettext("A text that nobody has translated")
    'A text that nobody has translated'
    """
    token = _HELD.set(language())
    try:
        yield
    finally:
        _HELD.reset(token)


def gettext(text: str) -> str:
    """Return a text in the language that is in force when this function is called.

    Parameters
    ----------
    text : str
        The English text, as a literal, with its placeholders unfilled.

    Returns
    -------
    str
        The translation, or the English text itself where there is no translation.

    Examples
    --------
    >>> gettext("A text that nobody has translated")
    'A text that nobody has translated'
    """
    return translate(text, language())


def ngettext(singular: str, plural: str, number: int) -> str:
    """Return the text for one or the text for many, in the language in force.

    Parameters
    ----------
    singular, plural : str
        The two English texts, with their placeholders unfilled.
    number : int
        How many there are.

    Returns
    -------
    str
        The translation of the form that fits the number.

    Examples
    --------
    >>> ngettext("{n} untranslated row", "{n} untranslated rows", 3).format(n=3)
    '3 untranslated rows'
    """
    return _catalogue(language()).ngettext(singular, plural, number)


def mark(text: str) -> str:
    """Mark a text for translation and return it unchanged.

    For texts that are stored in a tuple or a dataclass when a module is imported: they are
    marked there, and translated with `gettext` when they are shown.

    Parameters
    ----------
    text : str
        The English text, as a literal.

    Returns
    -------
    str
        The same text.

    Examples
    --------
    >>> mark("What share came back?")
    'What share came back?'
    """
    return text


def translate(text: str, language: str) -> str:
    """Return a text in a named language, whatever the settings say.

    Parameters
    ----------
    text : str
        The English text.
    language : str
        "en" or "zh".

    Returns
    -------
    str
        The translation, or the English text itself where there is no translation.

    Examples
    --------
    >>> translate("A text that nobody has translated", "en")
    'A text that nobody has translated'
    """
    # gettext answers the empty text with the catalogue's own header.
    return _catalogue(language).gettext(text) if text else text


def _catalogue(language: str) -> _catalogues.NullTranslations:
    if language == SOURCE_LANGUAGE:
        return _catalogues.NullTranslations()
    return _catalogues.translation(DOMAIN, LOCALE_FOLDER, languages=[language])
