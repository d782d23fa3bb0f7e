"""What is true of a company: its parameters, and what follows from them."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from crmlib.data.tables import find
from crmlib.world import groups
from crmlib.world.parameters import Value

if TYPE_CHECKING:
    from crmlib.world.company import World

DIGITS = 6


def truth(world: "World", forget: bool = False) -> dict:
    """Return every truth of a company, ready for truth.json.

    Parameters
    ----------
    world : World
    forget : bool, optional
        Whether tables may be forgotten after use, to save the memory of a large company.

    Returns
    -------
    dict
        `seed`, `customers`, and `values`: a list of dicts with `name`, `value`, `meaning`,
        `unit`, `table`, `kind`, and the table's `population` and `clock`.

    Examples
    --------
    >>> from crmlib.world import World
    >>> found = truth(World(seed=1, customers=200))
    >>> next(one["value"] for one in found["values"] if one["name"] == "purchases.r")
    0.45
    """
    planted = [
        (one.name, world.parameters[one.name], one.meaning, one.unit, one.table, "planted")
        for one in world.parameters.definitions
    ]
    followed = []
    for one in groups.derived():
        value = _rounded(one.value(world))
        followed.append((one.name, value, one.meaning, one.unit, one.table, one.kind))
        if forget:
            world.forget()
    names = ("name", "value", "meaning", "unit", "table", "kind")
    values = [dict(zip(names, entry, strict=True)) for entry in [*planted, *followed]]
    for entry in values:
        schema = find(entry["table"])
        entry |= {"population": schema.population, "clock": schema.clock}
    return {"seed": world.seed, "customers": world.customers, "values": values}


def _rounded(value: Value) -> Value:
    """Round to six significant digits, so that the last bits of a machine do not matter."""
    if isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {name: _rounded(part) for name, part in value.items()}
    if isinstance(value, tuple | list | np.ndarray):
        return [_rounded(part) for part in value]
    return int(value) if isinstance(value, int | np.integer) else float(f"{value:.{DIGITS}g}")
