"""The company's time: 60 months, observed for the first 36, tried out in the other 24."""

import numpy as np
import pandas as pd

FIRST_DAY = pd.Timestamp("2021-01-01")
LAST_DAY = pd.Timestamp("2023-12-31")  # of observation: month 36
OUTCOMES_FIRST_DAY = pd.Timestamp("2024-01-01")
OUTCOMES_LAST_DAY = pd.Timestamp("2025-12-31")  # month 60
YEARS = (2021, 2022, 2023)
OBSERVED_MONTHS = 36
MONTHS = 60
DAYS_PER_WEEK = 7


def days_before_end(days: np.ndarray) -> pd.DatetimeIndex:
    """Return the days that lie so many days before the last day of observation.

    Examples
    --------
    >>> days_before_end(np.array([0, 30]))
    DatetimeIndex(['2023-12-31', '2023-12-01'], dtype='datetime64[us]', freq=None)
    """
    return pd.DatetimeIndex(LAST_DAY.as_unit("us") - pd.to_timedelta(days, unit="D"))


def first_of_month(month: np.ndarray) -> pd.DatetimeIndex:
    """Return the first day of month 1 (2021-01), 2, … 60 (2025-12).

    Examples
    --------
    >>> first_of_month(np.array([1, 36]))
    DatetimeIndex(['2021-01-01', '2023-12-01'], dtype='datetime64[us]', freq=None)
    """
    months = np.datetime64("2021-01", "M") + (np.asarray(month) - 1)
    return pd.DatetimeIndex(months.astype("datetime64[us]"))
