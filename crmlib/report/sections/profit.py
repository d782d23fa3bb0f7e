"""With costs: what each customer earns, and how much of it a part of the customers loses again."""

import numpy as np
import pandas as pd

from crmlib import value
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.report.pages import Column, Section, Table
from crmlib.report.pictures import in_blue, picture
from crmlib.report.study import Study
from crmlib.value import plots

NET_PROFIT = N_("net profit")
DECILES = 10
# Rules by which customers are left out on purpose: their costs are then no loss of those kept.
CHOOSING = ("not_chosen", "outside", "partial_last_month")

CODE = (
    """costs = pd.read_csv("tables/costs.csv", dtype={"customer_id": "str"})
pnl = value.customer_pnl(purchases, costs, margin={margin}, acquisition_cost={cost})
value.whale_peak(pnl["net_profit"])""",
    """ax = value.plots.whale({"net profit": value.whale_curve(pnl["net_profit"])})""",
)


def profit(study: Study, costs: pd.DataFrame | None) -> Section | None:
    """Return the section, or None without costs."""
    if costs is None:
        return None
    costs, left_out, strangers = of_these_customers(study, costs)
    pnl = profit_and_loss(study, costs)
    net = pnl["net_profit"]
    peak = value.whale_peak(net)
    losing = float((net < 0).mean())
    money = study.book.about
    figure = picture(
        "profit",
        _("The whale curve: running total of the profit, the best customers first"),
        _("The running total of profit rises to a peak and falls back at its end."),
        in_blue(
            plots.whale({NET_PROFIT: value.whale_curve(net)}, unit=study.settings["report.money"])
        ),
    )
    return Section(
        name="profit",
        title=_("Profit: who earns it, and who costs it"),
        says=_(
            "After the costs of serving them, {losing:.0%} of the {number:,} customers cost more "
            "than they bring; the others earn {peak}, and {lost} of it is lost again: {left} "
            "remain."
        ).format(
            losing=losing, number=len(net), peak=money(100 * peak["cumulative"]),
            lost=money(100 * peak["lost"]), left=money(100 * net.sum()),
        ),
        cannot=_(
            "It does not say that the firm would gain by sending the losing customers away: some "
            "of their costs would stay, some of them are new and have not earned their acquisition "
            "yet, and some bring others."
        ),
        shown=(figure, _deciles(pnl), _each(pnl), _costs(costs)),
        warnings=tuple(_warnings(study, left_out, strangers)),
        points=(_counted(study),),
        code=tuple(
            cell.replace("{margin}", f"{study.settings['model.margin']:g}").replace(
                "{cost}", f"{study.settings['model.acquisition_cost']:g}"
            )
            for cell in CODE
        ),
    )  # fmt: skip


def of_these_customers(study: Study, costs: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame, int]:
    """Divide the costs: those that count, those that are left out, and how many are of strangers.

    Who has costs and no purchase is a loss, unless some customers were left out on purpose: then
    nobody can tell the two apart.

    Returns
    -------
    counted, left_out : DataFrame
    strangers : int
        Rows among the counted ones that belong to nobody with a purchase.
    """
    known = costs["customer_id"].isin(study.customers.index)
    if any(one.code in CHOOSING and one.kind == "set aside" for one in study.book.findings):
        return costs[known].reset_index(drop=True), costs[~known], 0
    return costs, costs.iloc[:0], int((~known).sum())


def profit_and_loss(study: Study, costs: pd.DataFrame) -> pd.DataFrame:
    """Profit and loss of every customer, from sums that are small wherever the purchases are."""
    own = study.customers
    orders = pd.DataFrame({"customer_id": own.index, "amount": study.revenue.to_numpy()})
    pnl = value.customer_pnl(
        orders,
        costs,
        margin=float(study.settings["model.margin"]),
        acquisition_cost=float(study.settings["model.acquisition_cost"]),
    )
    pnl["orders"] = own["orders"].reindex(pnl.index, fill_value=0)
    return pnl


def _warnings(study: Study, left_out: pd.DataFrame, strangers: int) -> list[str]:
    found = []
    if study.settings["model.margin"] == 1.0:
        found.append(
            _("No margin was given (model.margin): the goods count as free, so profit is too high.")
        )
    if strangers:
        found.append(
            _(
                "{number:,} rows of costs belong to customers without a purchase here; they count "
                "as losses."
            ).format(number=strangers)
        )
    if len(left_out):
        found.append(
            _(
                "{number:,} rows of costs ({money}) are left out: their customers have no purchase "
                "among those that were chosen."
            ).format(number=len(left_out), money=study.book.money(100 * left_out["total"].sum()))
        )
    return found


def _counted(study: Study) -> str:
    cost = float(study.settings["model.acquisition_cost"])
    return _(
        "Counted with a margin of {margin:.0%} on the goods, the costs that were given, and {cost} "
        "for winning each customer (model.margin, model.acquisition_cost)."
    ).format(margin=float(study.settings["model.margin"]), cost=study.book.about(100 * cost))


def _deciles(pnl: pd.DataFrame) -> Table:
    ordered = pnl.sort_values("net_profit", ascending=False, kind="stable")
    tenth = np.arange(len(ordered)) * DECILES // len(ordered) + 1
    sums = ordered.groupby(tenth)[["revenue", "cost_to_serve", "net_profit"]].sum()
    sums.insert(0, "customers", ordered.groupby(tenth).size())
    return Table(
        "profit",
        _("The customers in tenths, the most profitable first"),
        sums.rename_axis("tenth").reset_index(),
        {
            "tenth": Column(_("tenth"), "whole"),
            "customers": Column(_("customers"), "whole"),
            "revenue": Column(_("revenue"), "money"),
            "cost_to_serve": Column(_("cost to serve"), "money"),
            "net_profit": Column(_("profit"), "money"),
        },
    )


def _each(pnl: pd.DataFrame) -> Table:
    frame = pnl.sort_values("net_profit", kind="stable").reset_index()
    return Table(
        "profit_by_customer",
        _("The ten customers who cost most; all are in the file"),
        frame,
        {
            "customer_id": Column(_("customer"), "text"),
            "orders": Column(_("orders"), "whole"),
            "revenue": Column(_("revenue"), "money"),
            "cost_to_serve": Column(_("cost to serve"), "money"),
            "net_profit": Column(_("profit"), "money"),
        },
        most_rows=10,
    )


def _costs(costs: pd.DataFrame) -> Table:
    """Keep the costs that were used, for the notebook; the page does not show them."""
    return Table("costs", _("The costs"), costs, {}, most_rows=0)
