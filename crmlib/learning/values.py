"""Numbers as learners read them, and values as learners hand them in."""

import math
from dataclasses import dataclass
from typing import Any

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import ngettext

LONGEST = 60


@dataclass(frozen=True)
class Reading:
    """What a learner's value was read as.

    Attributes
    ----------
    number : float or None
        The number, or None when the value holds no single number.
    remark : str
        What to tell the learner about the value; empty for a plain number.
    """

    number: float | None
    remark: str = ""


def with_unit(value: float, unit: str = "", decimals: int = 0) -> str:
    """Return a number as text, with its unit.

    Parameters
    ----------
    value : float
        The number; a share between 0 and 1 when `unit` is ``"share"``.
    unit : str, optional
        ``"share"`` gives a percentage, ``"points"`` percentage points; other units are words.
    decimals : int, default 0
        Decimals shown (of the percentage, for a share).

    Examples
    --------
    >>> with_unit(0.146, "share", decimals=1), with_unit(1, "weeks"), with_unit(23570, "customers")
    ('14.6%', '1 week', '23,570 customers')
    """
    shown = rounded(value, unit, decimals)
    text = f"{shown:,.{decimals}f}"
    if unit in ("share", "percent"):
        return f"{text}%"
    count = 1 if shown == 1 else 2
    phrases = {
        "": "{n}",
        "points": ngettext("{n} percentage point", "{n} percentage points", count),
        "days": ngettext("{n} day", "{n} days", count),
        "weeks": ngettext("{n} week", "{n} weeks", count),
        "months": ngettext("{n} month", "{n} months", count),
        "years": ngettext("{n} year", "{n} years", count),
        "customers": ngettext("{n} customer", "{n} customers", count),
        "purchases": ngettext("{n} purchase", "{n} purchases", count),
    }
    return phrases.get(unit, "{n} {unit}").format(n=text, unit=_(unit) if unit else "")


def rounded(value: float, unit: str = "", decimals: int = 0) -> float:
    """Return the number that `with_unit` prints: a share becomes a percentage, rounded.

    Examples
    --------
    >>> rounded(0.1463, "share")
    15.0
    """
    # Adding zero turns a rounded -0.0 into 0.0.
    return round(100 * value if unit == "share" else value, decimals) + 0.0


def expected(unit: str = "") -> str:
    """Say in words what kind of number a question with this unit asks for.

    Examples
    --------
    >>> expected("share")
    'a share, a number between 0 and 1'
    """
    if unit == "share":
        return _("a share, a number between 0 and 1")
    if unit == "percent":
        return _("a number in per cent")
    if unit == "points":
        return _("a number in percentage points")
    if unit:
        return _("a number ({unit})").format(unit=_(unit))
    return _("a number")


def quoted(text: str) -> str:
    r"""Return the learner's text on one line and shortened, to repeat it to them.

    Examples
    --------
    >>> quoted("two\nlines")
    'two lines'
    """
    line = " ".join(text.split())
    return line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"


def read_number(value: Any, unit: str = "") -> Reading:
    """Read a learner's value as a number, or say in words why it is not one.

    A table, an array or a list that holds a single number is read as that number.

    Parameters
    ----------
    value : object
        Anything a learner may hand in: a number, text, a table, a function.
    unit : str, optional
        The unit that the question asks for, used in the explanation.

    Returns
    -------
    Reading

    Examples
    --------
    >>> read_number(0.12)
    Reading(number=0.12, remark='')
    >>> read_number("12%", "share").remark
    'You wrote the text "12%". Write the number 0.12, without quotes.'
    """
    if callable(value):
        return Reading(
            None, _("That is a function, not its result. Call it with parentheses: name(…).")
        )
    contents = _contents(value)
    if contents is None:
        return _read_single(value, unit)
    kind = type(value).__name__
    if len(contents) != 1:
        return Reading(
            None,
            ngettext(
                "That holds {n} value (type {kind}). The question asks for {wanted}.",
                "That holds {n} values (type {kind}). The question asks for {wanted}.",
                len(contents),
            ).format(kind=kind, n=len(contents), wanted=expected(unit)),
        )
    reading = _read_single(contents[0], unit)
    if reading.number is None:
        return reading
    remark = _("Your answer holds one number (type {kind}); that number was taken.")
    return Reading(reading.number, remark.format(kind=kind))


def _contents(value: Any) -> list | None:
    """Return what a table, an array or a list holds, or None for a single value."""
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    array = value.to_numpy() if hasattr(value, "to_numpy") else value
    if getattr(array, "ndim", 0) > 0 and hasattr(array, "ravel"):
        return array.ravel().tolist()
    return None


def _read_single(value: Any, unit: str) -> Reading:
    # numpy's scalars become Python's own: bool_ is a bool, float64 a float.
    value = value.item() if getattr(value, "ndim", None) == 0 else value
    if isinstance(value, str):
        return Reading(None, _about_text(value, unit))
    wanted = expected(unit)
    if isinstance(value, bool):
        text = _("That is {value}, an answer to a yes-or-no question. This one asks for {wanted}.")
        return Reading(None, text.format(value=value, wanted=wanted))
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        value = math.nan
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        text = _("That is a value of the type {kind}. The question asks for {wanted}.")
        return Reading(None, text.format(kind=type(value).__name__, wanted=wanted))
    if math.isnan(number):
        text = _(
            "That is a missing value (NaN). Look for the step where it came in: often an "
            "empty selection, or a division of zero by zero."
        )
        return Reading(None, text)
    if math.isinf(number):
        text = _("That is infinite. Look for the step where it came in: often a division by zero.")
        return Reading(None, text)
    return Reading(number)


def _about_text(text: str, unit: str) -> str:
    trimmed = text.strip().replace("％", "%")
    percent = trimmed.endswith("%")
    try:
        number = float(trimmed.rstrip("%"))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        return _('You wrote the text "{text}". The question asks for {wanted}.').format(
            text=quoted(text), wanted=expected(unit)
        )
    if percent and unit == "share":
        number = number / 100
    return _('You wrote the text "{text}". Write the number {number}, without quotes.').format(
        text=quoted(text), number=f"{number:.10g}"
    )
