"""Read a scenario: which parameters another company has otherwise.

A scenario is a TOML file with a section for each group of parameters::

    [purchases]
    r = 0.3

Those of the folder `scenarios` are known by name.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path

from crmlib.core.i18n import gettext as _

FOLDER = Path(__file__).with_name("scenarios")


def shipped() -> list[str]:
    """Return the names of the scenarios that come with the library.

    Examples
    --------
    >>> "telecom" in shipped()
    True
    """
    return sorted(file.stem for file in FOLDER.glob("*.toml"))


def read(scenario: str | Path | Mapping | None) -> dict[str, object]:
    """Return the changes that a scenario makes, by the parameter's full name.

    Parameters
    ----------
    scenario : str, Path, mapping or None
        A shipped scenario's name, a TOML file, or the changes themselves. None changes nothing.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        When there is no such scenario, or its file is no TOML with sections.

    Examples
    --------
    >>> read({"purchases": {"r": 0.3}})
    {'purchases.r': 0.3}
    """
    if scenario is None:
        return {}
    return _flat(scenario if isinstance(scenario, Mapping) else _of_file(scenario))


def _of_file(scenario: str | Path) -> dict:
    file = Path(scenario)
    if file.suffix != ".toml":
        file = FOLDER / f"{scenario}.toml"
    if not file.is_file():
        raise ValueError(
            _(
                'There is no scenario "{scenario}". Allowed: {names}, or the path of a file that '
                "ends in .toml."
            ).format(scenario=scenario, names=", ".join(shipped()))
        )
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ValueError(
            _("The scenario {file} cannot be read: {error}").format(file=file, error=error)
        ) from error


def _flat(changes: Mapping) -> dict[str, object]:
    flat = {}
    for name, value in changes.items():
        if "." in name:
            flat[name] = value
        elif isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": deeper for inner, deeper in value.items()}
        else:
            raise ValueError(
                _(
                    'A scenario has sections, as in "[purchases]"; {name} = {value!r} stands '
                    "outside of them."
                ).format(name=name, value=value)
            )
    return flat
