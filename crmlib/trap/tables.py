"""What the tables of this room have in common: columns that are asked for, weights, persons.

Two columns are used wherever a table has them, and need not be named:

weight        how many customers an answer stands for; without it each answer counts once
customer_id   whose answer it is; several answers of one person are not taken for several persons
"""

from collections.abc import Iterator

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.tables import need_columns

ALL = "all"


def need(table: pd.DataFrame, *columns: str) -> None:
    """Refuse a table that is empty, lacks a column, or has gaps in it, in plain words."""
    hint = _("trap.prepare makes basic, latent and weight from the survey.")
    need_columns(table, *columns, hint=hint)
    for name in columns:
        gaps = table.index[table[name].isna()]
        if len(gaps):
            raise ValueError(
                _(
                    "Column {name} is empty in {number} rows, for example row {first}. Fill them, "
                    "or leave these rows out with table.dropna()."
                ).format(name=name, number=len(gaps), first=gaps[0])
            )


def need_yes_or_no(table: pd.DataFrame, column: str) -> None:
    """Refuse an outcome that is not yes or no, or that is the same for everybody."""
    need(table, column)
    values = set(pd.unique(table[column]))
    if not values <= {0, 1}:
        raise ValueError(
            _(
                "Column {column} must say yes or no (True or False, 1 or 0); it holds {values}."
            ).format(column=column, values=", ".join(map(str, sorted(values, key=str)[:5])))
        )


def need_both(yes: np.ndarray, column: str, part: object) -> None:
    """Refuse to explain who stays where everybody stays, or nobody."""
    if yes.min() == yes.max():
        raise ValueError(
            _(
                "In {part}, column {column} is the same for everybody: nothing tells those who "
                "stay from those who leave. Leave this part out, or take a larger one."
            ).format(part=part, column=column)
        )


def weights(table: pd.DataFrame) -> np.ndarray:
    """How many customers each row stands for: the column ``weight``, or 1."""
    if "weight" not in table.columns:
        return np.ones(len(table))
    need(table, "weight")
    found = table["weight"].to_numpy(float)
    if (found <= 0).any():
        raise ValueError(
            _("Column weight must be above 0; its smallest value is {low:g}.").format(
                low=found.min()
            )
        )
    return found


def persons(table: pd.DataFrame) -> np.ndarray:
    """A number for each row's person: the column ``customer_id``, or a person for every row."""
    if "customer_id" not in table.columns:
        return np.arange(len(table))
    return pd.factorize(table["customer_id"])[0]


def persons_counted(table: pd.DataFrame) -> float:
    r"""As many persons with equal weights would tell as much: Kish's effective number.

    .. math:: n = \frac{(\sum_p w_p)^2}{\sum_p w_p^2}, \quad w_p = \text{the weights of person } p

    Examples
    --------
    >>> persons_counted(pd.DataFrame({"customer_id": [1, 1, 2]}))
    1.8
    """
    by_person = np.bincount(persons(table), weights(table))
    return float(by_person.sum() ** 2 / (by_person**2).sum())


def parts(
    table: pd.DataFrame, by: str | None, *, pooled: bool = True
) -> Iterator[tuple[object, pd.DataFrame]]:
    """Go through the groups of a column; before them, if wanted, the whole table as "all"."""
    if by is None:
        yield ALL, table
        return
    need(table, by)
    if pooled:
        yield ALL, table
    yield from table.groupby(by, observed=True)
