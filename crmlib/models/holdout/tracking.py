"""Purchases week by week, actual and expected, through calibration and holdout."""

import numpy as np
import pandas as pd

from crmlib.models.buying_result import BuyingResult
from crmlib.models.distinct import distinct_rows
from crmlib.models.holdout.cases import QUARTER_IN_DAYS, Cases, Occasions
from crmlib.models.values import UNITS_PER_PERIOD

DAYS_PER_WEEK = 7


def tracking(
    result: BuyingResult, cases: Cases, occasions: Occasions, end: pd.Timestamp
) -> pd.DataFrame:
    """Repeat purchases of the calibration's customers in each whole week.

    The expected ones are those of the whole shop, without knowledge of who bought what: the
    unconditional expectation of each customer at his or her age.

    Returns
    -------
    DataFrame
        Index ``week`` (1, 2, …; the last week of the calibration ends with it); ``ends`` (last
        day), ``period`` ("calibration" or "holdout"), ``actual``, ``expected``, ``last_quarter``
        (the naive rule, in the holdout only), ``cumulative_actual``, ``cumulative_expected``.
    """
    per_week, per_day = (UNITS_PER_PERIOD[cases.unit][name] for name in ("week", "day"))
    first_day = -round(cases.table["T"].max() / per_day)
    first = -(-first_day // DAYS_PER_WEEK)
    # week 0 ends with the calibration; a day belongs to the week that ends on it or next after it
    week = -(-occasions.day // DAYS_PER_WEEK)
    weeks = np.arange(first, int(round(cases.t / per_day) // DAYS_PER_WEEK) + 1)
    actual = np.bincount(week - first, minlength=len(weeks))[: len(weeks)]
    expected = [_expected_until(result, cases, number * per_week) for number in [first - 1, *weeks]]
    recent = (occasions.day <= 0) & (occasions.day > -QUARTER_IN_DAYS)
    by_rule = recent.sum() / (QUARTER_IN_DAYS / DAYS_PER_WEEK)
    table = pd.DataFrame(
        {
            "ends": end.normalize() + pd.to_timedelta(weeks * DAYS_PER_WEEK, unit="D"),
            "period": np.where(weeks <= 0, "calibration", "holdout"),
            "actual": actual,
            "expected": np.diff(expected),
            "last_quarter": np.where(weeks <= 0, np.nan, by_rule),
        },
        index=pd.RangeIndex(1, len(weeks) + 1, name="week"),
    )
    table["cumulative_actual"] = table["actual"].cumsum()
    table["cumulative_expected"] = table["expected"].cumsum()
    return table


def _expected_until(result: BuyingResult, cases: Cases, time: float) -> float:
    """Repeat purchases expected of all customers up to ``time`` after the calibration's end."""
    covariates = [name for part in result.model.effects for name in part.columns]
    columns = list(dict.fromkeys(["T", *covariates]))
    number, first = distinct_rows([cases.table[name].to_numpy() for name in columns])
    entries, weights = cases.table.iloc[first], np.bincount(number, cases.weights)
    age = np.maximum(entries["T"].to_numpy() + time, 0.0)
    bought = result.unconditional_purchases(age, entries if covariates else None)
    return float(np.asarray(bought) @ weights)
