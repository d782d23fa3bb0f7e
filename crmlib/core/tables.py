"""What several rooms ask of a table."""

import pandas as pd

from crmlib.core.i18n import gettext as _


def need_columns(table: pd.DataFrame, *columns: str, hint: str = "") -> None:
    """Refuse a table that lacks a column, or has no rows.

    Parameters
    ----------
    table : DataFrame
    *columns : str
        The columns that are needed; others do not matter.
    hint : str, optional
        Where such a table comes from, said after what is missing.

    Raises
    ------
    ValueError
        In plain words: which columns are missing, and which there are.

    Examples
    --------
    >>> need_columns(pd.DataFrame({"id": [1], "spend": [9.5]}), "id", "spend")
    """
    missing = [str(name) for name in dict.fromkeys(columns) if name not in table.columns]
    if missing:
        text = _("The table has no column {missing}. Its columns are: {columns}.").format(
            missing=", ".join(missing), columns=", ".join(map(str, table.columns))
        )
        raise ValueError(f"{text} {hint}".rstrip())
    if table.empty:
        raise ValueError(_("The table is empty: there is nobody to look at."))


def matched(values: pd.Series, index: pd.Index, name: str) -> pd.Series:
    """Return the values in the order of ``index``; an error where a customer has none.

    Parameters
    ----------
    values : Series
        One value per customer.
    index : Index
        The customers.
    name : str
        What the values are called, for the error.

    Raises
    ------
    ValueError
        In plain words: how many customers have no value, and one of them.

    Examples
    --------
    >>> matched(pd.Series([1, 2], index=["b", "a"]), pd.Index(["a", "b"]), "spend").to_list()
    [2, 1]
    """
    found = values.reindex(index)
    missing = index[found.isna()]
    if len(missing):
        raise ValueError(
            _("{name} has no value for {number} customers, for example {first!r}.").format(
                name=name, number=len(missing), first=missing.to_list()[0]
            )
        )
    return found
