"""Where the assumptions of the models fail on this data: the texts of the warning boxes."""

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report.checks import is_partial
from crmlib.report.study import Study

A_YEAR = 365
FEW_REPEATERS = 500
WORRYING_CORRELATION = 0.2
SEASON = 1.4
TOP_HEAVY_START = 0.25
# A shop where people buy twice a year takes months to show its old customers.
SLOW_START, SLOW_MONTHS, SLOW_SHARE = 1.5, 3, 0.05
QUIET_DAYS = 90


def doubts(study: Study) -> tuple[str, ...]:
    """Return the warnings about this data, in words."""
    found = [_short(study), _few(study), _start(study), _closed(study), _seasonal(study)]
    return tuple(text for text in found if text)


def related(study: Study) -> str:
    """Warn where spend goes with frequency, which the models of value take to be unrelated."""
    table = study.spenders
    if len(table) < 20 or table["frequency"].nunique() < 2:
        return ""
    r = float(np.corrcoef(table["frequency"], table["monetary_value"])[0, 1])
    ranks = float(table["frequency"].corr(table["monetary_value"], method="spearman"))
    if max(abs(r), abs(ranks)) <= WORRYING_CORRELATION:
        return ""
    return _(
        "Who buys often spends {more} per purchase (correlation {r:.2f}; of ranks {ranks:.2f}). "
        "The model of value takes the two to be unrelated: it values frequent buyers too {wrong}."
    ).format(
        more=_("more") if ranks + r > 0 else _("less"),
        wrong=_("low") if ranks + r > 0 else _("high"),
        r=r,
        ranks=ranks,
    )


def whole_months(study: Study) -> pd.DataFrame:
    """The months that the purchases cover from their first to their last day."""
    months = study.months
    if is_partial(study.book.last):
        months = months.iloc[:-1]
    return months.iloc[1:] if study.book.first.day > 3 else months


def season(study: Study) -> pd.Series | None:
    """Orders of each month over the mean of the twelve months around it; None if too short."""
    orders = whole_months(study)["orders"].astype(float)
    if len(orders) < 24:
        return None
    around = orders.rolling(13, center=True, min_periods=13).mean()
    ratio = (orders / around).dropna()
    return ratio.groupby(ratio.index.month).mean().rename_axis("month_of_year")


def _short(study: Study) -> str:
    if study.book.days >= A_YEAR:
        return ""
    return _(
        "The purchases cover {days} days, less than a year. What looks like customers who left may "
        "be customers who come once a year."
    ).format(days=study.book.days)


def _few(study: Study) -> str:
    if study.repeaters >= FEW_REPEATERS:
        return ""
    return _(
        "Only {number:,} customers bought on more than one day: the intervals are wide, and single "
        "numbers will change with the next month's data."
    ).format(number=study.repeaters)


def _start(study: Study) -> str:
    """Many first purchases at the very beginning: the shop is most likely older than the file."""
    firsts = study.customers["first"].dt.to_period("M").value_counts().sort_index()
    if len(firsts) < 6:
        return ""
    later = firsts.iloc[3:-1].median()
    share = firsts.iloc[0] / firsts.sum()
    if firsts.iloc[0] <= 3 * max(later, 1) or share < TOP_HEAVY_START / 3:
        return _slow_start(firsts)
    return _(
        "{share:.0%} of the customers have their first purchase in the first month of the file, "
        "{times:.0f} times as many as in a later month. Either the file holds one group of new "
        "customers, or the shop is older than the file: then many “first” purchases are not, and "
        "those customers look newer than they are."
    ).format(share=share, times=firsts.iloc[0] / max(later, 1))


def _slow_start(firsts: pd.Series) -> str:
    """Old customers of a shop where people buy seldom appear one by one, over months."""
    if len(firsts) < 4 * SLOW_MONTHS:
        return ""
    begin = int(firsts.iloc[:SLOW_MONTHS].sum())
    usual = SLOW_MONTHS * float(firsts.iloc[2 * SLOW_MONTHS : -1].median())
    if begin <= SLOW_START * usual or begin - usual < SLOW_SHARE * firsts.sum():
        return ""
    return _(
        "In the first {months} months of the file {number:,} customers appear for the first time; "
        "in {months} later months it is usually {usual:,.0f}. Either the shop won more then, or "
        "it is older than the file: then many of them are not new, and what is said of new "
        "customers, cohorts and lifetime values leans on them."
    ).format(months=SLOW_MONTHS, number=begin, usual=usual)


def _closed(study: Study) -> str:
    """Nobody new for long: the file follows a closed group."""
    newest = study.customers["first"].max()
    if (study.book.last - newest).days < QUIET_DAYS:
        return ""
    return _(
        "Nobody came new after {day}: the file follows a closed group of customers. That is fine "
        "for the models, but it says nothing about the growth of the shop."
    ).format(day=f"{newest:%Y-%m-%d}")


def _seasonal(study: Study) -> str:
    ratio = season(study)
    if ratio is None:
        return _(
            "Less than two whole years: a season cannot be told from growth or decline. The models "
            "know no season; a forecast for part of a year may be off for that reason alone."
        )
    if ratio.max() < SEASON and ratio.min() > 1 / SEASON:
        return ""
    return _(
        "There is a season: month {high} has {up:.0%} of an average month's orders, month {low} "
        "{down:.0%}. The models know no season: trust their forecasts for whole years, not for "
        "single quarters."
    ).format(high=int(ratio.idxmax()), up=ratio.max(), low=int(ratio.idxmin()), down=ratio.min())
