"""Every table of the course by its name.

The schemas are written in one module a group: `tables_real` for recorded data, `tables_reference`
for words, `tables_shop` and the like for the synthetic company. A new group is a new module with
its own TABLES, added to GROUPS here. What no firm sees, but the generator knows, has schemas of
its own (LATENT): `data.load` does not find it, `data.truth_table` does.
"""

from difflib import get_close_matches

from crmlib.core.i18n import gettext as _
from crmlib.data import (
    tables_business,
    tables_churn,
    tables_complaints,
    tables_costs,
    tables_growth,
    tables_leads,
    tables_programmes,
    tables_real,
    tables_records,
    tables_reference,
    tables_shop,
    tables_studies,
    tables_subscriptions,
    tables_surveys,
)
from crmlib.data.schema import Table

GROUPS = (
    tables_real,
    tables_reference,
    tables_shop,
    tables_costs,
    tables_subscriptions,
    tables_surveys,
    tables_studies,
    tables_complaints,
    tables_churn,
    tables_programmes,
    tables_records,
    tables_leads,
    tables_growth,
    tables_business,
)
TABLES: tuple[Table, ...] = tuple(table for group in GROUPS for table in group.TABLES)
LATENT: tuple[Table, ...] = tuple(
    table for group in GROUPS for table in getattr(group, "LATENT", ())
)


def find(name: str) -> Table:
    """Return the schema of a table.

    Parameters
    ----------
    name : str
        A table's name, as in `data.catalogue()`.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        When no table has this name. The text names the nearest ones.

    Examples
    --------
    >>> find("donations").rows
    22
    """
    return _find(name, TABLES)


def find_latent(name: str) -> Table:
    """Return the schema of a table of latent values.

    Parameters
    ----------
    name : str
        The table's name, such as "truth/customers".

    Raises
    ------
    ValueError
        When no table has this name. The text names the nearest ones.

    Examples
    --------
    >>> find_latent("truth/customers").file
    'truth/customers.csv.gz'
    """
    return _find(name, LATENT)


def _find(name: str, tables: tuple[Table, ...]) -> Table:
    by_name = {table.name: table for table in tables}
    if name in by_name:
        return by_name[name]
    near = get_close_matches(str(name).lower(), by_name, n=3, cutoff=0.5)
    if near:
        text = _('There is no table "{name}". Did you mean: {names}?')
    else:
        text = _('There is no table "{name}". The tables are: {names}.')
    raise ValueError(text.format(name=name, names=", ".join(near or by_name)))


def find_seen_or_latent(name: str) -> Table:
    """Return the schema of a table that a firm sees, or ("truth/…") of one that no firm sees.

    Examples
    --------
    >>> find_seen_or_latent("products").name, find_seen_or_latent("truth/customers").name
    ('products', 'truth/customers')
    """
    return find_latent(name) if name.startswith("truth/") else find(name)
