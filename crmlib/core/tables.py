"""What several rooms ask of a table."""

import pandas as pd

from crmlib.core.i18n import gettext as _


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
