"""Cohorts: of those who came in a quarter, the share who bought in each later one."""

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report import facts
from crmlib.report.pages import Column, Section, Table
from crmlib.report.pictures import cohort_map, picture
from crmlib.report.study import Study

FEWEST_QUARTERS = 3
FEWEST_SHOWN = 20
MOST_COHORTS, MOST_AGES = 16, 16

CODE = (
    """whole = purchases[purchases["date"] <= "{end}"]  # whole quarters only
quarter = whole["date"].dt.to_period("Q")
first = quarter.groupby(whole["customer_id"]).transform("min")
age = (quarter.array.asi8 - first.array.asi8)
active = whole.groupby([first.rename("cohort"), pd.Series(age, whole.index, name="age")])[
    "customer_id"].nunique().unstack()
(active.div(active[0], axis=0)).round(3)""",
)


def by_cohort(pairs: pd.DataFrame) -> pd.DataFrame:
    """Customers of each cohort who bought, by quarters since the first purchase.

    Parameters
    ----------
    pairs : DataFrame
        From :func:`crmlib.report.facts.active_quarters`.

    Returns
    -------
    DataFrame
        Index ``cohort`` (a quarter), columns 0, 1, …; counts, NaN where the future lies.
    """
    number = pairs["date"].dt.to_period("Q").array.asi8
    first = pd.Series(number).groupby(pairs["customer_id"].to_numpy()).transform("min").to_numpy()
    low, high = number.min(), number.max()
    size = int(high - low + 1)
    counts = np.bincount((first - low) * size + (number - first), minlength=size * size)
    table = counts.reshape(size, size).astype(float)
    rows, ages = np.indices(table.shape)
    table[rows + ages >= size] = np.nan
    names = pd.PeriodIndex.from_ordinals(np.arange(low, high + 1), freq="Q").astype("str")
    return pd.DataFrame(table, index=pd.Index(names, name="cohort"))


def cohorts(study: Study) -> Section | None:
    """Return the section, or None where there are fewer than three whole quarters."""
    pairs = facts.active_quarters(study.book)
    if pairs["date"].nunique() < FEWEST_QUARTERS:
        return None
    counts = by_cohort(pairs)
    counts = counts[counts[0] > 0]
    shares = counts.div(counts[0], axis=0)
    pooled = _pooled(counts)
    shown = shares[counts[0] >= FEWEST_SHOWN].iloc[-MOST_COHORTS:, : MOST_AGES + 1].drop(columns=0)
    shown = shown.dropna(how="all")
    if shown.empty:
        return None
    later = [age for age in (1, 2, 4, 8) if age in pooled.index]
    parts = ", ".join(
        _("{share:.0%} after {age}").format(share=pooled[age], age=age) for age in later
    )
    figure = picture(
        "cohorts",
        _("Cohorts by quarter of the first purchase (those of {number} customers or more)").format(
            number=FEWEST_SHOWN
        ),
        _("Map of cohorts: the share who bought in each later quarter, in per cent."),
        cohort_map(shown),
    )
    return Section(
        name="cohorts",
        title=_("Cohorts: how many of those who came are still buying"),
        says=_(
            "Of a quarter's new customers so many bought in a later quarter: {parts} quarters (all "
            "cohorts together). Reading down a column shows whether later cohorts are better or "
            "worse than earlier ones at the same age."
        ).format(parts=parts),
        cannot=_(
            "A quarter without a purchase is no farewell: who buys twice a year is missing in "
            "every second column. The curve flattens because restless customers leave first, "
            "not because anybody becomes more loyal."
        ),
        shown=(figure, _table(counts, shares)),
        code=tuple(cell.replace("{end}", facts.last_day_of(pairs)) for cell in CODE),
    )


def _pooled(counts: pd.DataFrame) -> pd.Series:
    """Share who bought at each age, over all cohorts that are old enough."""
    shares = {
        age: counts[age].sum() / counts.loc[counts[age].notna(), 0].sum() for age in counts.columns
    }
    return pd.Series(shares)


def _table(counts: pd.DataFrame, shares: pd.DataFrame) -> Table:
    rows, ages = np.nonzero(counts.notna().to_numpy())
    long = pd.DataFrame(
        {
            "cohort": counts.index[rows],
            "quarters_later": counts.columns[ages],
            "customers": counts.to_numpy()[rows, ages].astype(int),
            "share": shares.to_numpy()[rows, ages],
        }
    )
    return Table(
        "cohorts",
        _("Customers of each cohort who bought, by quarters since the first purchase"),
        long,
        {
            "cohort": Column(_("first purchase in"), "text"),
            "quarters_later": Column(_("quarters later"), "whole"),
            "customers": Column(_("bought"), "whole"),
            "share": Column(_("share of the cohort"), "share"),
        },
        most_rows=0,
    )
