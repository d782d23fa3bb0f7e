"""A company: its seed, its size and its parameters make every table, the same each time."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.data.tables import find_seen_or_latent
from crmlib.world import groups
from crmlib.world.parameters import Parameters, collect
from crmlib.world.streams import stream
from crmlib.world.typed import as_schema

USUAL_SEED = 2026
USUAL_CUSTOMERS = 8000
FEWEST_CUSTOMERS = 200
# Where memory is to be saved: bytes of tables kept, for each customer; and what is not worth while.
BYTES_KEPT = 500
SMALL_PART = 50


@dataclass(frozen=True, eq=False)
class World:
    """One synthetic company; its tables are made when asked for, once.

    Parameters
    ----------
    seed : int
        0 or more. Another seed is another company with the same truth.
    customers : int
        Number of shop customers, at least 200. The other tables' sizes follow.
    parameters : Parameters, optional
        From `parameters.collect`; Luxi's by default.

    Raises
    ------
    ValueError
        When the seed or the number of customers is not allowed, or a table's name is unknown.

    Examples
    --------
    >>> company = World(seed=1, customers=200)
    >>> len(company.table("customers")), company.scaled(5000)
    (200, 125)
    """

    seed: int = USUAL_SEED
    customers: int = USUAL_CUSTOMERS
    parameters: Parameters = field(default_factory=collect, repr=False)
    _made: dict[str, pd.DataFrame] = field(default_factory=dict, init=False, repr=False)

    def __post_init__(self) -> None:
        _refuse_not_whole("seed", self.seed, 0)
        _refuse_not_whole("customers", self.customers, FEWEST_CUSTOMERS)

    def table(self, name: str) -> pd.DataFrame:
        """Return a table, rounded and typed as its schema says. Change a copy, not the table.

        Parameters
        ----------
        name : str
            A table's name; "truth/…" for what no firm sees.
        """
        if name not in self._made:
            made = maker(name)(self)
            schema = find_seen_or_latent(name)
            self._made[name] = as_schema(made, schema)
        # what was used last stands last
        self._made[name] = self._made.pop(name)
        return self._made[name]

    def stream(self, name: str) -> np.random.Generator:
        """Return the random generator of a table (or "table/part"), from its beginning."""
        return stream(self.seed, name)

    def scaled(self, rows: int) -> int:
        """Return how many rows a table has here that has `rows` for 8,000 customers."""
        return max(1, round(rows * self.customers / USUAL_CUSTOMERS))

    def one_by_one(self, names: Iterable[str]) -> Iterator[tuple[str, pd.DataFrame]]:
        """Yield tables by name, and forget what takes much memory."""
        for name in names:
            yield name, self.table(name)
            self.forget()

    def forget(self) -> None:
        """Forget the tables that were not used for longest, until the others are small together.

        A forgotten table is made again, the same, when another one needs it.
        """
        sizes = {name: made.memory_usage().sum() for name, made in self._made.items()}
        for name, size in list(sizes.items()):
            if sum(sizes.values()) <= BYTES_KEPT * self.customers:
                break
            if size > BYTES_KEPT * self.customers / SMALL_PART:
                del self._made[name], sizes[name]


def generate(
    seed: int = USUAL_SEED,
    customers: int = USUAL_CUSTOMERS,
    tables: Iterable[str] | None = None,
    scenario: str | Path | Mapping | None = None,
) -> dict[str, pd.DataFrame]:
    """Return the tables of a synthetic company.

    Parameters
    ----------
    seed : int
        0 or more. The same seed gives the same tables.
    customers : int
        Number of shop customers, at least 200. The other tables' sizes follow.
    tables : iterable of str, optional
        Names of the tables wanted, by default all that a firm can see. Names that begin with
        "truth/" hold what no firm sees.
    scenario : str, Path or mapping, optional
        As in `parameters.collect`.

    Returns
    -------
    dict of str to DataFrame

    Raises
    ------
    ValueError
        When a table, a scenario or a parameter is unknown, or a number is not allowed.

    Examples
    --------
    >>> tables = generate(customers=200, tables=["customers"])
    >>> tables["customers"].customer_id.head(3).tolist()
    [1, 2, 3]
    """
    names = observed() if tables is None else list(tables)
    for name in names:
        maker(name)
    company = World(seed, customers, collect(scenario))
    return {name: company.table(name) for name in names}


def observed() -> list[str]:
    """Return the names of the tables that a firm can see, in order.

    Examples
    --------
    >>> "customers" in observed(), "truth/customers" in observed()
    (True, False)
    """
    return [name for name in groups.makers() if not name.startswith("truth/")]


def maker(name: str) -> Callable[[World], pd.DataFrame]:
    """Return the function that makes a table of a company.

    Parameters
    ----------
    name : str
        A table's name; "truth/…" for what no firm sees.

    Raises
    ------
    ValueError
        When there is no such table. The text names them all, the nearest first.

    Examples
    --------
    >>> maker("customers").__name__
    'make_customers'
    """
    makers = groups.makers()
    if name in makers:
        return makers[name]
    near = get_close_matches(str(name), makers, n=3, cutoff=0.5)
    raise ValueError(
        _('The company has no table "{name}". Allowed: {names}.').format(
            name=name, names=", ".join([*near, *(other for other in makers if other not in near)])
        )
    )


def _refuse_not_whole(name: str, number: object, least: int) -> None:
    whole = isinstance(number, int | np.integer) and not isinstance(number, bool)
    if not whole or number < least:
        raise ValueError(
            _("{name} is {number!r}; expected a whole number, {least} or more.").format(
                name=name, number=number, least=least
            )
        )
