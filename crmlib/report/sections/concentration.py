"""How unevenly customers bring money: the top fifth, the Lorenz curve."""

import pandas as pd

from crmlib import value
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.report.pages import Column, Section, Table
from crmlib.report.pictures import in_blue, picture
from crmlib.report.study import Study
from crmlib.value import plots

PARTS = (0.01, 0.05, 0.1, 0.2, 0.5)
DRAWS, MOST_WORK = 400, 4_000_000
REVENUE = N_("revenue")

CODE = (
    """revenue = purchases.groupby("customer_id")["amount"].sum()
value.pareto_share(revenue, [0.01, 0.05, 0.1, 0.2, 0.5])""",
    """ax = value.plots.lorenz({"revenue": value.lorenz(revenue)})""",
)


def concentration(study: Study) -> Section | None:
    """Return the section, or None where all revenue is 0."""
    revenue = study.revenue
    if revenue.sum() <= 0:
        return None
    shares = value.pareto_share(revenue, list(PARTS))
    draws = max(40, min(DRAWS, MOST_WORK // len(revenue)))
    # in an order that is the same under pseudonyms: it decides who is drawn
    interval = value.pareto_interval(revenue.sort_values(), 0.2, draws=draws)
    table = _table(revenue, shares)
    ax = plots.lorenz({REVENUE: value.lorenz(revenue)})
    figure = picture(
        "concentration",
        _("The curve of Lorenz: the further below the diagonal, the more uneven"),
        _("Lorenz curve of revenue. The top fifth of the customers hold {share:.0%}.").format(
            share=shares.loc[0.2]
        ),
        in_blue(ax),
    )
    return Section(
        name="concentration",
        title=_("How much hangs on how few"),
        says=_(
            "The top fifth of the customers brought {share:.0%} of the revenue (95% interval "
            "{lower:.0%} to {upper:.0%}), the top hundredth {one:.0%}; the Gini coefficient is "
            "{gini:.2f}."
        ).format(
            share=interval["share"], lower=interval["lower"], upper=interval["upper"],
            one=shares.loc[0.01], gini=value.gini(revenue),
        ),
        cannot=_(
            "It does not say that these customers stay at the top (see the tiers), nor that they "
            "earn a profit: revenue is not profit, and who came early has had more time to spend."
        ),
        shown=(figure, table),
        code=CODE,
    )  # fmt: skip


def _table(revenue: pd.Series, shares: pd.Series) -> Table:
    top = revenue.sort_values(ascending=False)
    numbers = [max(1, -(-round(part * len(top) * 1e9) // 10**9)) for part in PARTS]
    frame = pd.DataFrame(
        {
            "customers": numbers,
            "revenue": [float(top.iloc[:number].sum()) for number in numbers],
            "share_of_revenue": shares.to_numpy(),
        },
        index=pd.Index(PARTS, name="top_part"),
    )
    return Table(
        "concentration",
        _("What the customers with the most revenue hold"),
        frame.reset_index(),
        {
            "top_part": Column(_("of the customers, the top"), "share"),
            "customers": Column(_("customers"), "whole"),
            "revenue": Column(_("revenue"), "money"),
            "share_of_revenue": Column(_("share of the revenue"), "share"),
        },
    )
