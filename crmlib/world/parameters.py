"""What is planted: one `Parameter` a number, with its meaning, unit and range.

The subtle point: a scenario changes values, never the list. What a company can be is written once,
beside the function that uses it, and its range says what still makes sense.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from crmlib.core.i18n import gettext as _
from crmlib.world import scenarios

if TYPE_CHECKING:
    from crmlib.world.company import World

Value = int | float | str | tuple | Mapping


class ParameterError(ValueError):
    """A parameter that does not exist, or cannot have this value; the text says which and why."""


@dataclass(frozen=True)
class Parameter:
    """One planted truth.

    Parameters
    ----------
    name : str
        "group.parameter", as in "purchases.r".
    value : number, tuple or dict
        Tuples (of tuples) hold vectors and matrices, dicts one value for each market, state ….
        A whole number (int) stays whole in every scenario.
    meaning : str
        What it says, in a few words, marked for translation.
    unit : str
        "weeks", "CNY" …, empty for shares and counts without one.
    table : str
        The table whose numbers it shapes: its population and clock are those of the table's
        schema.
    low, high : number
        Smallest and largest value that makes sense, both included, for every number in `value`.
    total : float, optional
        What the numbers must add up to: 1 for shares. In a matrix, each row.

    Examples
    --------
    >>> shape = Parameter("purchases.r", 0.45, "shape of the rates", "", "transactions", 0.01, 10)
    >>> shape.value
    0.45
    """

    name: str
    value: Value
    meaning: str
    unit: str
    table: str
    low: float
    high: float
    total: float | None = None


@dataclass(frozen=True)
class Derived:
    """A truth that follows from the parameters.

    Parameters
    ----------
    name, meaning, unit, table : str
        As of a `Parameter`.
    kind : {"implied", "realised"}
        Implied: the same for every company with these parameters, whatever the seed. Realised:
        true of this company's own customers.
    value : callable
        From a `World` to the number, tuple or dict.
    """

    name: str
    meaning: str
    unit: str
    table: str
    kind: Literal["implied", "realised"]
    value: Callable[["World"], Value]


class Parameters(Mapping[str, Value]):
    """The values of every parameter by name; they cannot be changed, only made anew.

    Parameters
    ----------
    definitions : tuple of Parameter
    changes : mapping, optional
        Name to new value. In a dict value the entries that are named change; the others stay.

    Raises
    ------
    ParameterError
        When a name is unknown, or a value is out of range or of another shape.

    Examples
    --------
    >>> shape = Parameter("purchases.r", 0.45, "shape", "", "transactions", 0.01, 10)
    >>> Parameters((shape,), {"purchases.r": 0.3})["purchases.r"]
    0.3
    >>> Parameters((shape,), {"purchases.r": -1})
    Traceback (most recent call last):
        ...
    crmlib.world.parameters.ParameterError: purchases.r is -1; allowed: 0.01 to 10. It is: shape.
    """

    def __init__(
        self, definitions: tuple[Parameter, ...], changes: Mapping[str, Value] | None = None
    ) -> None:
        self.definitions = definitions
        names = [one.name for one in definitions]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ParameterError(_("Two parameters have one name: {names}.").format(names=twice))
        changes = dict(changes or {})
        for name in changes:
            if name not in names:
                raise ParameterError(_unknown(name, names))
        self._values = {one.name: _checked(one, changes.get(one.name)) for one in definitions}

    def __getitem__(self, name: str) -> Value:
        if name not in self._values:
            raise KeyError(_unknown(name, list(self._values)))
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, name: object) -> bool:
        return name in self._values


def collect(scenario: str | Path | Mapping | None = None) -> Parameters:
    """Return the parameters of the whole company.

    Parameters
    ----------
    scenario : str, Path or mapping, optional
        The name of a shipped scenario ("telecom", "luxury"), a TOML file, or changes as a mapping
        ({"purchases.r": 0.3}). By default Luxi as it is.

    Returns
    -------
    mapping
        Every parameter's value by its name (`Parameters`).

    Raises
    ------
    ParameterError
        When the scenario names an unknown parameter, or a value out of range.
    ValueError
        When there is no such scenario, or its file cannot be read.

    Examples
    --------
    >>> collect()["purchases.r"]
    0.45
    >>> collect({"purchases.r": 0.3})["purchases.r"]
    0.3
    """
    # The groups define their parameters with this module: it can know them only when asked.
    from crmlib.world import groups

    return Parameters(groups.parameters(), scenarios.read(scenario))


def _unknown(name: str, names: list[str]) -> str:
    group = str(name).split(".")[0]
    same = [other for other in names if other.split(".")[0] == group]
    near = get_close_matches(str(name), names, n=3, cutoff=0.6)
    allowed = sorted({*near, *same}) or sorted({other.split(".")[0] + ".…" for other in names})
    return _('There is no parameter "{name}". Allowed: {allowed}.').format(
        name=name, allowed=", ".join(allowed)
    )


def _checked(definition: Parameter, change: Value | None) -> Value:
    value = definition.value if change is None else _merged(definition, definition.value, change)
    for number in _numbers(value):
        if not definition.low <= number <= definition.high:
            raise ParameterError(
                _("{name} is {value}; allowed: {low} to {high}. It is: {meaning}.").format(
                    name=definition.name,
                    value=number,
                    low=definition.low,
                    high=definition.high,
                    meaning=_(definition.meaning),
                )
            )
    if definition.total is not None:
        _refuse_wrong_total(definition, value)
    return value


def _merged(definition: Parameter, old: Value, new: Value) -> Value:
    """Return the new value in the shape of the old one."""
    if isinstance(old, Mapping):
        if not isinstance(new, Mapping) or not set(new) <= set(old):
            raise _shape_error(definition, new, _("entries: {names}").format(names=", ".join(old)))
        return {k: _merged(definition, v, new[k]) if k in new else v for k, v in old.items()}
    if isinstance(old, tuple):
        if not isinstance(new, list | tuple) or len(new) != len(old):
            raise _shape_error(definition, new, _("a list of {n} entries").format(n=len(old)))
        return tuple(_merged(definition, *pair) for pair in zip(old, new, strict=True))
    if isinstance(new, bool) or not isinstance(new, int | float) or not math.isfinite(new):
        raise _shape_error(definition, new, _("a number"))
    if isinstance(old, int):
        if new != int(new):
            raise _shape_error(definition, new, _("a whole number"))
        return int(new)
    return new


def _shape_error(definition: Parameter, value: object, expected: str) -> ParameterError:
    return ParameterError(
        _("{name} is {value!r}; expected: {expected}. It is: {meaning}.").format(
            name=definition.name,
            value=value,
            expected=expected,
            meaning=_(definition.meaning),
        )
    )


def _numbers(value: Value) -> Iterator[float]:
    if isinstance(value, Mapping):
        value = tuple(value.values())
    if isinstance(value, tuple):
        for part in value:
            yield from _numbers(part)
    else:
        yield value


def _refuse_wrong_total(definition: Parameter, value: Value) -> None:
    parts = tuple(value.values()) if isinstance(value, Mapping) else value
    rows = parts if isinstance(parts[0], tuple | Mapping) else (value,)
    for row in rows:
        total = math.fsum(_numbers(row))
        if not math.isclose(total, definition.total, abs_tol=1e-9):
            raise ParameterError(
                _("{name}: {values} add up to {total:.6g}; they must add up to {wanted}.").format(
                    name=definition.name,
                    values=list(_numbers(row)),
                    total=total,
                    wanted=definition.total,
                )
            )
