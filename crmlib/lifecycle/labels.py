"""From records to states: rules that say what "actual" and "lost" mean.

Nobody is born with a state. A rule gives it, from what is on record: who bought lately, who was
written to, who is out of question. Another rule gives another state, other chances, another value.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.tables import need_columns
from crmlib.lifecycle.panels import need_whole
from crmlib.lifecycle.theory import STATES, count_transitions

FREQUENCIES = ("M", "Q", "Y")
LONG_AGO = -(10**6)


def label_states(
    purchases: pd.DataFrame,
    *,
    period: str = "Q",
    lost_after: int = 2,
    people: Iterable | None = None,
    contacts: pd.DataFrame | None = None,
    target_for: int = 1,
    excluded: Iterable = (),
) -> pd.DataFrame:
    """Give each person a state in each period, by rules on what is on record.

    The rules, the first that fits: bought in one of the last ``lost_after`` periods, this one
    included: *actual*. Bought before: *lost*. Excluded: *non-customer*. Contacted in one of the
    last ``target_for`` periods: *target*. Else *potential*.

    Parameters
    ----------
    purchases : DataFrame
        One row a purchase: ``customer_id`` and ``date``.
    period : {"Q", "M", "Y"}
        Quarters, months or years of the calendar.
    lost_after : int
        A customer counts as lost from the period on in which so many periods passed without a
        purchase, 1 or more.
    people : iterable, optional
        Everybody in the market. Without it the list begins, for each customer, with the period
        of the first purchase, so that there are only the states "actual" and "lost".
    contacts : DataFrame, optional
        One row a contact: ``customer_id`` and ``date``; others than ``people`` are ignored.
    target_for : int
        So many periods a contact makes somebody a target.
    excluded : iterable
        People who can never be customers (wrong place, blacklisted, staff).

    Returns
    -------
    DataFrame
        ``person_id``, ``quarter`` (or ``month``, ``year``: a text that sorts by time) and
        ``state``, sorted; from the first to the last period of the purchases.

    Examples
    --------
    >>> purchases = pd.DataFrame({"customer_id": 7, "date": pd.to_datetime(["2024-01-09",
    ...                                                                       "2024-11-02"])})
    >>> label_states(purchases, lost_after=2).to_dict("list")["state"]
    ['actual', 'actual', 'lost', 'actual']
    """
    need_whole("lost_after", lost_after, 1)
    need_whole("target_for", target_for, 1)
    if period not in FREQUENCIES:
        raise ValueError(
            _("period is {period!r}; expected one of: {known}.").format(
                period=period, known=", ".join(FREQUENCIES)
            )
        )
    when = _periods(purchases, period, "purchases")
    first, last = when.min(), when.max()
    known = purchases["customer_id"].unique() if people is None else pd.unique(pd.Series(people))
    persons = pd.Index(np.sort(known))
    shape = (len(persons), last - first + 1)
    bought = _last_time(persons, purchases["customer_id"], when - first, shape)
    now = np.arange(shape[1])
    codes = np.full(shape, STATES.index("potential"))
    if contacts is not None and len(contacts):
        reached = _periods(contacts, period, "contacts") - first
        touched = _last_time(persons, contacts["customer_id"], reached, shape)
        codes[now - touched < target_for] = STATES.index("target")
    codes[persons.isin(list(excluded))] = STATES.index("non-customer")
    codes[bought > LONG_AGO] = STATES.index("lost")
    codes[now - bought < lost_after] = STATES.index("actual")
    shown = np.ones(shape, dtype=bool) if people is not None else bought > LONG_AGO
    names = pd.PeriodIndex.from_ordinals(np.arange(first, last + 1), freq=period).astype(str)
    row, column = np.nonzero(shown)
    time = {"Q": "quarter", "M": "month", "Y": "year"}[period]
    labels = pd.Index(STATES).take(codes[shown])
    return pd.DataFrame({"person_id": persons[row], time: names[column], "state": labels})


def compare_rules(
    purchases: pd.DataFrame, lost_after: Sequence[int] = (1, 2, 3, 4), period: str = "Q"
) -> pd.DataFrame:
    """The same purchases under several rules for "lost".

    Parameters
    ----------
    purchases : DataFrame
        One row a purchase: ``customer_id`` and ``date``.
    lost_after : sequence of int
        Silent periods after which a customer is called lost.
    period : {"Q", "M", "Y"}
        Quarters, months or years.

    Returns
    -------
    DataFrame
        Index ``lost_after``; ``customers`` and ``lost`` (numbers in the last period), ``leave``
        (chance a period to pass from actual to lost) and ``come_back`` (from lost to actual).
    """
    rows = {}
    for silence in lost_after:
        panel = label_states(purchases, period=period, lost_after=silence)
        time = panel.columns[1]
        now = panel[panel[time] == panel[time].max()]["state"].value_counts()
        counts = count_transitions(panel, period=time).loc[["actual", "lost"], ["actual", "lost"]]
        counts += np.where(counts.sum(axis=1) > 0, 0, np.nan)[:, None]
        chance = counts.div(counts.sum(axis=1), axis=0)
        rows[silence] = {
            "customers": int(now.get("actual", 0)),
            "lost": int(now.get("lost", 0)),
            "leave": chance.loc["actual", "lost"],
            "come_back": chance.loc["lost", "actual"],
        }
    return pd.DataFrame.from_dict(rows, orient="index").rename_axis("lost_after")


def _periods(table: pd.DataFrame, period: str, name: str) -> np.ndarray:
    """Return the calendar period of each row as a whole number."""
    need_columns(table, "customer_id", "date")
    if not pd.api.types.is_datetime64_any_dtype(table["date"]):
        raise ValueError(
            _("Column 'date' of {name} holds no dates: convert it with pd.to_datetime.").format(
                name=name
            )
        )
    gaps = table["date"].isna() | table["customer_id"].isna()
    if gaps.any():
        raise ValueError(
            _("{name}: {number} rows have no date or no customer_id. Drop or repair them.").format(
                name=name, number=int(gaps.sum())
            )
        )
    return table["date"].dt.to_period(period).array.asi8


def _last_time(
    persons: pd.Index, who: pd.Series, when: np.ndarray, shape: tuple[int, int]
) -> np.ndarray:
    """Period of the last event up to each period, for each person; LONG_AGO where there is none."""
    row = persons.get_indexer(who)
    inside = (row >= 0) & (when < shape[1])
    times = np.full(shape, LONG_AGO)
    # what happened before the first period still counts from then on
    np.maximum.at(times, (row[inside], np.maximum(when[inside], 0)), when[inside])
    return np.maximum.accumulate(times, axis=1)
