"""What is true in the synthetic company, because it was planted there: `truth`, `truth_table`.

No firm has such a file. It is here so that an estimate can be compared with what is the case.
"""

import json
from difflib import get_close_matches
from pathlib import Path

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.data.loading import read_checked
from crmlib.data.places import locate_truth
from crmlib.data.tables import find_latent

FILE = "truth/truth.json"
COLUMNS = ("name", "value", "meaning", "unit", "table", "kind")


def truth(name: str | None = None, folder: str | Path | None = None) -> object:
    """Return what was planted in the synthetic company: one value, or the list of all.

    Parameters
    ----------
    name : str, optional
        A truth's name, such as "purchases.r". Without it, the whole list.
    folder : str or Path, optional
        Where the company's files lie; by default as in :func:`crmlib.data.load`.

    Returns
    -------
    number, list, dict or DataFrame
        With a name: the value (a dict has one entry for each market, state …; a list of lists is
        a matrix, a row a list). Without: one row a truth, with `name`, `value`, `meaning`,
        `unit`, `table` (the table to which it belongs) and `kind`: "planted" (a parameter of
        the generator), "implied" (follows from the parameters) or "realised" (holds for this
        company's own customers, not for every company of the kind).

    Raises
    ------
    ValueError
        When no truth has this name. The text names the nearest ones.
    FileNotFoundError
        When the file is not where it was looked for. The text names the places.

    Examples
    --------
    >>> from crmlib import data
    >>> data.truth("purchases.r")
    0.45
    >>> data.truth().set_index("name").loc["purchases.r", "table"]
    'transactions'
    """
    path = locate_truth("truth", FILE, folder)
    values = json.loads(path.read_text(encoding="utf-8"))["values"]
    if name is None:
        rows = [{**one, "meaning": _(one["meaning"]), "unit": _(one["unit"])} for one in values]
        return pd.DataFrame(rows, columns=list(COLUMNS))
    by_name = {one["name"]: one["value"] for one in values}
    if name not in by_name:
        near = get_close_matches(str(name), by_name, n=5, cutoff=0.4)
        raise ValueError(
            _('There is no truth "{name}". {near}data.truth() lists them all.').format(
                name=name,
                near=_("Did you mean: {names}? ").format(names=", ".join(near)) if near else "",
            )
        )
    return by_name[name]


def truth_table(name: str, folder: str | Path | None = None) -> pd.DataFrame:
    """Return a table of latent values: what the generator knows of each row, and no firm sees.

    Parameters
    ----------
    name : str
        The table's name, such as "customers" (or "truth/customers").
    folder : str or Path, optional
        Where the company's files lie; by default as in :func:`crmlib.data.load`.

    Returns
    -------
    DataFrame
        Checked, with the right types, as from :func:`crmlib.data.load`.

    Raises
    ------
    ValueError
        When there is no such table. The text names the nearest ones.
    FileNotFoundError, TableError
        As in :func:`crmlib.data.load`.

    Examples
    --------
    >>> from crmlib import data
    >>> data.truth_table("customers").customer_id.head(3).tolist()
    [1, 2, 3]
    """
    table = find_latent(name if str(name).startswith("truth/") else f"truth/{name}")
    return read_checked(table, locate_truth(table.name, table.file, folder))
