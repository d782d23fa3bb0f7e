"""Tiers by a year's revenue, and where their members are a year later."""

import pandas as pd
from matplotlib.axes import Axes

from crmlib import tiers
from crmlib.core.i18n import gettext as _
from crmlib.report import facts
from crmlib.report.pages import Column, Section, Table
from crmlib.report.pictures import picture
from crmlib.report.study import Study
from crmlib.tiers import plots

A_YEAR = 365
SHORTEST = 60
FEWEST = 100

CODE = (
    """last = purchases["date"].max()
year = pd.Timedelta(days={days})
def spent(end):
    inside = (purchases["date"] > end - year) & (purchases["date"] <= end)
    return purchases[inside].groupby("customer_id")["amount"].sum()
known = purchases[purchases["date"] <= last - year]["customer_id"].unique()
before = tiers.assign(spent(last - year).reindex(known, fill_value=0.0).sort_index())
after = tiers.assign(spent(last).reindex(before.index, fill_value=0.0))
moves = tiers.migration(before, after)
ax = tiers.plots.migration(moves)""",
)


def periods(study: Study) -> int:
    """Days of each of the two periods that are compared."""
    return min(A_YEAR, study.book.days // 2)


def two_years(study: Study) -> pd.DataFrame:
    """Revenue of the customers known before the last period, in it and in the one before.

    Returns
    -------
    DataFrame
        Index: customers whose first purchase lies before the last period; ``before``, ``after``.
    """
    length = pd.Timedelta(days=periods(study))
    last, day = study.book.last, pd.Timedelta(days=1)
    known = study.customers.index[study.customers["first"] <= last - length]
    spent = {
        "before": facts.spent_between(study.book, last - 2 * length + day, last - length),
        "after": facts.spent_between(study.book, last - length + day, last),
    }
    return pd.DataFrame(
        {name: money.reindex(known, fill_value=0.0) for name, money in spent.items()}
    )


def tier_moves(study: Study) -> Section | None:
    """Return the section, or None where there are too few customers or days."""
    if periods(study) < SHORTEST:
        return None
    money = two_years(study)
    if len(money) < FEWEST or (money["before"] > 0).sum() < FEWEST or not money["after"].any():
        return None
    before, after = tiers.assign(money["before"]), tiers.assign(money["after"])
    moves = tiers.migration(before, after)
    pyramid = tiers.table(before, money.rename(columns={"before": "revenue"})["revenue"])
    stay = tiers.staying(before, after, ["platinum", "gold"])
    top = money["before"][before.isin(["platinum", "gold"])].index
    nothing = float((money.loc[top, "after"] == 0).mean())
    figure = picture(
        "tier_moves",
        _("From tier (rows) to tier {days} days later (columns)").format(days=periods(study)),
        _("Map of moves between tiers. Of the top fifth {share:.0%} stay in it.").format(
            share=stay["probability"]
        ),
        _map(moves, periods(study)),
    )
    return Section(
        name="tiers",
        title=_("Tiers: who is at the top, and who stays there"),
        says=_(
            "Of the {number:,} customers who were the top fifth by revenue in one period of {days} "
            "days, {share:.0%} ({lower:.0%} to {upper:.0%}) were in the top fifth of the next, and "
            "{nothing:.0%} bought nothing at all in it."
        ).format(
            number=int(stay["of"]), days=periods(study), share=stay["probability"],
            lower=stay["lower"], upper=stay["upper"], nothing=nothing,
        ),
        cannot=_(
            "It does not say why they moved: part of every top list is luck, and whoever was lucky "
            "falls back without having become a worse customer. Nor does it say what a programme "
            "for a tier would bring; only a comparison group can."
        ),
        shown=(figure, _pyramid(pyramid), _moves(moves)),
        code=tuple(cell.replace("{days}", str(periods(study))) for cell in CODE),
    )  # fmt: skip


def _map(moves: pd.DataFrame, days: int) -> Axes:
    ax = plots.migration(moves)
    if days < A_YEAR:
        ax.set_xlabel(_("tier {days} days later").format(days=days))
    return ax


def _pyramid(table: pd.DataFrame) -> Table:
    return Table(
        "tiers",
        _("The tiers in the earlier period: 1%, 19%, 30% and 50% of the customers"),
        table.reset_index().assign(tier=[_(str(name)) for name in table.index]),
        {
            "tier": Column(_("tier"), "text"),
            "customers": Column(_("customers"), "whole"),
            "share_of_customers": Column(_("share of customers"), "share"),
            "revenue": Column(_("revenue"), "money"),
            "share_of_revenue": Column(_("share of the revenue"), "share"),
        },
    )


def _moves(moves: pd.DataFrame) -> Table:
    frame = moves.reset_index().astype({"before": "str", "after": "str"})
    return Table(
        "tier_moves",
        _("Every move between tiers, with 95% intervals"),
        frame,
        {
            "before": Column(_("from"), "text"),
            "after": Column(_("to"), "text"),
            "customers": Column(_("customers"), "whole"),
            "probability": Column(_("share"), "share"),
            "lower": Column(_("from (95%)"), "share"),
            "upper": Column(_("to (95%)"), "share"),
        },
        most_rows=0,
    )
