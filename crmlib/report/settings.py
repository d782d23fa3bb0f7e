"""What an analyst may set for a report: a rule for every decision that the report takes.

Each setting has a name of two parts, such as ``rules.missing_ids``. In ``report.toml`` the first
part is the heading, the second the line::

    [rules]
    missing_ids = "stop"

The report prints the same names beside every decision, so that the reader knows what to change.
"""

import datetime
import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.report.problems import ReportError, fault, listing

SET_ASIDE, STOP, KEEP, TAKE_OFF, CUT, DROP = (
    *("set aside", "stop", "keep", "take off", "cut", "drop"),
)


@dataclass(frozen=True)
class Setting:
    """One thing that can be set: its default, what it may be, what it means."""

    default: Any
    meaning: str
    allowed: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    kind: str = "text"


def _choice(default: str, meaning: str, *others: str) -> Setting:
    return Setting(default, meaning, (default, *others))


def _number(default: float, meaning: str, low: float, high: float) -> Setting:
    return Setting(default, meaning, low=low, high=high, kind="number")


SETTINGS: Mapping[str, Setting] = MappingProxyType(
    {
        "columns.customer": Setting("", N_("column with the customer's id")),
        "columns.date": Setting("", N_("column with the day of purchase")),
        "columns.amount": Setting("", N_("column with the amount, or two: quantity * price")),
        "columns.quantity": Setting("", N_("column with the number of pieces")),
        "columns.currency": Setting("", N_("column with the currency")),
        "columns.country": Setting("", N_("column with the country")),
        "columns.returned": Setting("", N_("column that says whether an order was returned")),
        "reading.encoding": Setting("", N_("encoding of a text file, by default UTF-8")),
        "reading.separator": Setting("", N_("what stands between the cells of a text file")),
        "reading.decimal": Setting("", N_("decimal mark of amounts"), ("", "point", "comma")),
        "reading.dates": Setting(
            "", N_("order of dates such as 01/02/2024"), ("", "day-first", "month-first")
        ),
        "rules.missing_ids": _choice(SET_ASIDE, N_("rows without a customer's id"), STOP),
        "rules.unreadable_dates": _choice(SET_ASIDE, N_("rows whose date is unreadable"), STOP),
        "rules.unreadable_amounts": _choice(SET_ASIDE, N_("rows whose amount is unreadable"), STOP),
        "rules.returns": _choice(
            SET_ASIDE, N_("rows with a negative amount or quantity"), TAKE_OFF, STOP
        ),
        "rules.stray_dates": _choice(
            SET_ASIDE, N_("a few rows over a year away from all others"), KEEP, STOP
        ),
        "rules.returned_orders": _choice(KEEP, N_("orders marked as returned"), SET_ASIDE),
        "rules.zero_amounts": _choice(KEEP, N_("rows with an amount of 0"), SET_ASIDE),
        "rules.identical_rows": _choice(KEEP, N_("rows that repeat another row"), DROP),
        "rules.partial_last_month": _choice(KEEP, N_("a last month that is not whole"), CUT),
        "rules.first_day": Setting(None, N_("first day that counts"), kind="day"),
        "rules.last_day": Setting(None, N_("last day that counts"), kind="day"),
        "model.calibration_end": Setting(
            None, N_("last day that the models may see when they are tried"), kind="day"
        ),
        "model.margin": _number(1.0, N_("part of the amount left after the goods"), 0.001, 1.0),
        "model.discount_rate_per_year": _number(0.1, N_("what a year of waiting costs"), 0.0, 1.0),
        "model.years": _number(3.0, N_("how far to look ahead, in years"), 0.25, 20.0),
        "model.acquisition_cost": _number(0.0, N_("cost of winning one customer"), 0.0, 1e9),
        "test.lift": _number(0.2, N_("smallest relative gain worth finding"), 0.01, 10.0),
        "test.power": _number(0.8, N_("chance to find it if it is there"), 0.5, 0.99),
        "test.days": _number(90, N_("days that a test waits for a purchase"), 7, 730),
        "survey.customer": Setting("", N_("column with the customer's id")),
        "survey.market": Setting("", N_("column with the market or group")),
        "survey.satisfaction": Setting("", N_("column with the answer, such as 1 to 7")),
        "survey.retained": Setting("", N_("column that says whether the customer stayed")),
        "costs.customer": Setting("", N_("column with the customer's id")),
        "costs.cost": Setting("", N_("column with the cost of serving the customer")),
        "report.title": Setting("", N_("title of the report")),
        "report.money": Setting("", N_("name of the money, such as yuan")),
    }
)
EXAMPLES = MappingProxyType({"text": '"…"', "number": "0.4", "day": "2024-01-31"})


@dataclass(frozen=True)
class Settings:
    """All settings, by name; ``only`` keeps rows with certain cells, by the column's name."""

    chosen: Mapping[str, Any]
    only: Mapping[str, tuple[str, ...]]

    def __getitem__(self, name: str) -> Any:
        return self.chosen[name]

    def changed(self) -> dict[str, Any]:
        """Return what differs from the defaults."""
        return {name: v for name, v in self.chosen.items() if v != SETTINGS[name].default}


def read(path: Path | None = None, **named: Any) -> Settings:
    """Read a file of settings; what is ``named`` wins over it.

    Parameters
    ----------
    path : Path, optional
        A TOML file such as ``report.toml``.
    **named
        Settings by name with two underscores for the point, such as ``columns__date="day"``;
        None leaves the setting as it is.

    Returns
    -------
    Settings

    Raises
    ------
    ReportError
        When the file cannot be read, or a setting is unknown or of the wrong kind.

    Examples
    --------
    >>> settings = read(columns__date="day", model__margin=0.4)
    >>> settings["columns.date"], settings["model.margin"], settings["rules.returns"]
    ('day', 0.4, 'set aside')
    """
    found = {} if path is None else _parsed(Path(path))
    only = _only(found.pop("only", {}), path)
    values = {name: setting.default for name, setting in SETTINGS.items()}
    for group, lines in found.items():
        if not isinstance(lines, dict):
            raise _unknown(str(group), path)
        for key, value in lines.items():
            name = _known(f"{group}.{key}", path)
            values[name] = _checked(name, value, path)
    for name, value in named.items():
        if value is not None:
            dotted = _known(name.replace("__", "."), None)
            values[dotted] = _checked(dotted, value, None)
    return Settings(MappingProxyType(values), MappingProxyType(only))


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise fault(
            _("The file of settings {file} cannot be read: {reason}.").format(
                file=path, reason=error.strerror
            ),
            todo=_("check the path after --config."),
        ) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise fault(
            _("The file of settings {file} cannot be understood: {reason}.").format(
                file=path, reason=error
            ),
            expected=_('headings and lines such as [rules] and missing_ids = "stop"'),
            todo=_("mend this line; docs/analysts.md shows a whole file."),
        ) from None


def _known(name: str, path: Path | None) -> str:
    if name not in SETTINGS:
        raise _unknown(name, path)
    return name


def _unknown(name: str, path: Path | None) -> ReportError:
    near = difflib.get_close_matches(name, SETTINGS, n=1) or list(SETTINGS)[:1]
    return fault(
        _('There is no setting "{name}" ({place}).').format(name=name, place=_place(path)),
        expected=_("one of {known}").format(known=", ".join(SETTINGS)),
        todo=_('did you mean "{near}"? Write it as heading and line.').format(near=near[0]),
    )


def _checked(name: str, value: Any, path: Path | None) -> Any:
    setting = SETTINGS[name]
    if setting.kind == "day":
        return _day(name, value, path)
    if setting.kind == "number":
        good = isinstance(value, int | float) and not isinstance(value, bool)
        if good and setting.low <= value <= setting.high:
            return value
        expected = _("a number from {low:g} to {high:g}").format(low=setting.low, high=setting.high)
    else:
        if isinstance(value, str) and (not setting.allowed or value in setting.allowed):
            return value
        expected = (
            _("one of {values}").format(values=listing(setting.allowed))
            if setting.allowed
            else _("a text in quotation marks")
        )
    raise _wrong(name, value, expected, path)


def _day(name: str, value: Any, path: Path | None) -> pd.Timestamp | None:
    if value is None:
        return None
    try:
        if isinstance(value, str | datetime.date):
            text = str(value)
            return pd.Timestamp(datetime.date.fromisoformat(text[:10]))
    except ValueError:
        pass
    raise _wrong(name, value, _("a day such as 2024-01-31"), path)


def _wrong(name: str, value: Any, expected: str, path: Path | None) -> ReportError:
    return fault(
        _("The setting {name} is {value!r} ({place}).").format(
            name=name, value=value, place=_place(path)
        ),
        expected=f"{expected} ({_(SETTINGS[name].meaning)})",
        todo=_("change this line, or leave it out."),
    )


def _only(lines: Any, path: Path | None) -> dict[str, tuple[str, ...]]:
    if not isinstance(lines, dict):
        raise _unknown("only", path)
    return {
        column: tuple(map(str, cells if isinstance(cells, list) else [cells]))
        for column, cells in lines.items()
    }


def _place(path: Path | None) -> str:
    return _("on the command line") if path is None else str(path)
