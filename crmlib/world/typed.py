"""Bring a made table into the form of its schema: order of columns, types, rounding."""

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.data.schema import Column, Table


def as_schema(frame: pd.DataFrame, schema: Table) -> pd.DataFrame:
    """Return the table with the schema's columns in its order, typed and rounded.

    Parameters
    ----------
    frame : DataFrame
    schema : Table
        Its real columns say to how many decimals they are rounded.

    Returns
    -------
    DataFrame
        Rows numbered from 0; the types of `data.load`.

    Raises
    ------
    ValueError
        When the frame's columns are not those of the schema: a mistake in the generator.

    Examples
    --------
    >>> amount = Column("amount", "real", "money", decimals=2)
    >>> schema = Table("t", "t.csv", "synthetic", "", 1, (amount,), (), (), "", "", "")
    >>> as_schema(pd.DataFrame({"amount": [1.239]}), schema).amount.tolist()
    [1.24]
    """
    names = [column.name for column in schema.columns]
    if set(frame.columns) != set(names):
        raise ValueError(
            _('Table "{name}" was made with other columns than its schema has: {columns}.').format(
                name=schema.name, columns=", ".join(sorted(set(frame.columns) ^ set(names)))
            )
        )
    columns = {column.name: _typed(frame[column.name], column) for column in schema.columns}
    return pd.DataFrame(columns).reset_index(drop=True)


def _typed(cells: pd.Series, column: Column) -> pd.Series:
    match column.kind:
        case "integer":
            return cells.astype("Int64" if column.nullable else "int64")
        case "real":
            # adding 0 turns a rounded −0.0 into 0.0
            return cells.astype("float64").round(column.decimals) + 0.0
        case "text":
            return cells.astype("str")
        case "date":
            return cells.astype("datetime64[us]").dt.normalize()
        case _:
            return cells.astype("boolean" if column.nullable else "bool")
