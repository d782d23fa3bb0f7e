"""Every table of the course by its name.

The schemas are written in one module a group: `tables_real` for recorded data, `tables_reference`
for words. A new group (the company's shop, its contracts, its experiments …) is a new module with
its own TABLES, added to GROUPS here.
"""

from difflib import get_close_matches

from crmlib.core.i18n import gettext as _
from crmlib.data import tables_real, tables_reference
from crmlib.data.schema import Table

GROUPS = (tables_real.TABLES, tables_reference.TABLES)
TABLES: tuple[Table, ...] = tuple(table for group in GROUPS for table in group)


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
    by_name = {table.name: table for table in TABLES}
    if name in by_name:
        return by_name[name]
    near = get_close_matches(str(name).lower(), by_name, n=3, cutoff=0.5)
    if near:
        text = _('There is no table "{name}". Did you mean: {names}?')
    else:
        text = _('There is no table "{name}". The tables are: {names}.')
    raise ValueError(text.format(name=name, names=", ".join(near or by_name)))
