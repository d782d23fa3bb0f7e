"""Days, as whole numbers since 1970, and how people write them."""

from contextlib import suppress
from numbers import Number

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.rfm.faults import FIRST_YEAR, LAST_YEAR, PurchasesError

# the shortest ISO text that names a day
SHORTEST_DAY = "20240131"


def as_day(value: str | pd.Timestamp, name: str) -> pd.Timestamp:
    """Read the argument ``name`` as a day; only ISO texts, dates and times without a zone."""
    # nobody knows whether 01/02/2024 is in January or in February
    day = dates_of_texts(pd.Series([value]))[0] if isinstance(value, str) else pd.NaT
    if not isinstance(value, str | Number):
        with suppress(ValueError, TypeError):
            day = pd.Timestamp(value)
    if pd.isna(day) or day.tz is not None:
        raise PurchasesError(
            _(
                "{name} is {value!r}; expected a day such as '2024-01-31', without a time zone."
            ).format(name=name, value=value)
        )
    return day.normalize()


def dates_of_texts(raw: pd.Series) -> pd.Series:
    """Read ISO texts and date objects; what is neither becomes a gap."""
    try:
        dates = pd.to_datetime(raw, errors="coerce", format="ISO8601")
    except ValueError:
        raise time_zone_error(raw, _("more than one")) from None
    # pandas reads "2024" and "2024-05" as the first day of the year or month: we do not guess
    return dates.mask(raw.astype(str).str.len() < len(SHORTEST_DAY))


def time_zone_error(raw: pd.Series, zone: object) -> PurchasesError:
    """Return the error of dates with a time zone."""
    return PurchasesError(
        _(
            "Column {column!r} has a time zone ({zone}), and a purchase near midnight would "
            "change its day. Choose the shop's own clock: pd.to_datetime(table[{column!r}], "
            'format="ISO8601", utc=True).dt.tz_convert(shop_zone).dt.tz_localize(None).'
        ).format(column=raw.name, zone=zone)
    )


def whole_days(moments: np.ndarray) -> np.ndarray:
    """Return whole days since 1970 of datetime64 values; a time of day is cut off.

    Examples
    --------
    >>> whole_days(np.array(["1969-12-31T23:00", "1970-01-02T01:00"], dtype="datetime64[s]"))
    array([-1,  1])
    """
    unit, _count = np.datetime_data(moments.dtype)
    # numpy's own cast to days takes three times as long
    return moments.view("int64") // (np.timedelta64(1, "D") // np.timedelta64(1, unit))


def to_day(moment: pd.Timestamp) -> int:
    """Return the day since 1970."""
    return int(moment.to_datetime64().astype("datetime64[D]").astype("int64"))


def to_timestamp(day: int) -> pd.Timestamp:
    """Return the day as pandas knows it."""
    return pd.Timestamp(np.datetime64(int(day), "D"))


FIRST_DAY = to_day(pd.Timestamp(FIRST_YEAR, 1, 1))
LAST_DAY = to_day(pd.Timestamp(LAST_YEAR, 12, 31))
