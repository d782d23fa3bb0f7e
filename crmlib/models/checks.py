"""What every model asks of its table, with errors that name the column and the rows."""

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_

ROWS_SHOWN = 5
FROM_PURCHASES = N_("rfm.summarize makes such a table from purchases.")


class FitError(ValueError):
    """Data that a model cannot be fitted to; the text says why and what to do."""


def numeric_columns(
    summary: pd.DataFrame, columns: list[str], source: str = FROM_PURCHASES
) -> pd.DataFrame:
    """Return the needed columns as finite numbers, or raise an error that names column and rows."""
    if not isinstance(summary, pd.DataFrame):
        raise FitError(
            _("Expected a summary table (a pandas DataFrame), got {kind}.").format(
                kind=type(summary).__name__
            )
        )
    missing = [name for name in columns if name not in summary.columns]
    if missing:
        raise FitError(
            _("The summary has no column {missing}; it has: {columns}. {source}").format(
                source=_(source),
                missing=", ".join(repr(name) for name in missing),
                columns=", ".join(str(name) for name in summary.columns),
            )
        )
    if summary.empty:
        raise FitError(_("The summary table is empty: there is nobody to learn from."))
    values = {name: _as_floats(summary[name]) for name in columns}
    for name, column in values.items():
        if not np.isfinite(column).all():
            refuse_rows(
                summary[[name]],
                ~np.isfinite(column),
                N_("Column {column!r}: {number} rows are not a finite number. Correct them first."),
                column=name,
            )
    return pd.DataFrame(values, summary.index)


def refuse_rows(table: pd.DataFrame, bad: np.ndarray, text: str, **values: object) -> None:
    """Raise the marked ``text`` if there are ``bad`` rows, with their number and the first."""
    if not bad.any():
        return
    message = _(text).format(number=int(bad.sum()), **values)
    shown = table[bad].head(ROWS_SHOWN).to_string()
    heading = _("First rows:")
    raise FitError(f"{message}\n{heading}\n{shown}")


def refuse_bad_parameters(**params: object) -> None:
    """Raise a ValueError for a parameter that is not a positive number (or an array of them)."""
    for name, value in params.items():
        numbers = np.asarray(value, float)
        if not (np.isfinite(numbers).all() and (numbers > 0).all()):
            raise ValueError(
                _("Parameter {name} is {value}; expected a positive number.").format(
                    name=name, value=value
                )
            )


def refuse_bad_times(**times: object) -> None:
    """Raise a ValueError for a length of time that is negative or not finite."""
    for name, time in times.items():
        numbers = np.asarray(time, float)
        if not (np.isfinite(numbers).all() and (numbers >= 0).all()):
            raise ValueError(
                _("{name} is {time}; expected a time of 0 or more.").format(name=name, time=time)
            )


def _as_floats(column: pd.Series) -> np.ndarray:
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "iuf":
        return column.to_numpy(dtype="float64")
    return pd.to_numeric(column, errors="coerce").to_numpy(dtype="float64", na_value=np.nan)
