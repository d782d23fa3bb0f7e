"""What serving a customer costs: who is dear, whose cost it is, and what a price only moves.

- ``cost_by_group``    cost to serve per customer, per order and per yuan, from small to large
- ``service_hogs``     the customers whose orders need far more service than others'
- ``rescale_service``  the same customers, were the hogs' service dearer or cheaper
- ``share_cost``       a cost that nobody caused, spread over all: per head, or by a column
- ``two_sided``        what one order is worth to the customer and to the firm

The subtle point: a cost per customer, a cost per order and a cost per yuan of revenue can order
the same customers in three ways. Say which one is meant.
"""

import numpy as np
import pandas as pd
from scipy import stats

from crmlib.core.i18n import gettext as _
from crmlib.core.tables import matched
from crmlib.value import records


def cost_by_group(
    pnl: pd.DataFrame, by: str = "revenue", groups: int = 10, level: float = 0.95
) -> pd.DataFrame:
    r"""Cost to serve in groups of equally many customers, ordered from small to large.

    The cost per yuan is a ratio of sums, :math:`R = \sum c_i / \sum r_i`, not a mean of ratios.
    Its interval comes from the ratio estimator's variance,

    .. math:: \mathrm{se}(R) = \frac{\sqrt{\frac{n}{n-1} \sum (c_i - R\, r_i)^2}}{\sum r_i}.

    Parameters
    ----------
    pnl : DataFrame
        From :func:`customer_pnl`: ``orders``, ``revenue``, ``cost_to_serve`` and ``by``.
    by : str
        The column that orders the customers.
    groups : int
        How many groups, 1 or more, at most as many as customers.
    level : float
        Confidence level of the interval, between 0 and 1.

    Returns
    -------
    DataFrame
        Index ``group`` (1 the smallest); ``customers``, ``cost_per_customer`` and
        ``cost_per_order`` (money; NaN without orders), ``cost_per_revenue`` (money per unit of
        money; NaN without revenue), ``lower`` and ``upper`` of the latter.

    References
    ----------
    W. G. Cochran (1977), Sampling techniques, third edition, Wiley, chapter 6.

    Examples
    --------
    >>> pnl = pd.DataFrame({"orders": [1, 1, 4, 6], "revenue": [20.0, 40, 300, 500],
    ...                     "cost_to_serve": [9.0, 9, 30, 50]})
    >>> cost_by_group(pnl, groups=2).round(3)[["cost_per_customer", "cost_per_order",
    ...                                        "cost_per_revenue"]]
           cost_per_customer  cost_per_order  cost_per_revenue
    group
    1                    9.0             9.0               0.3
    2                   40.0             8.0               0.1
    """
    records.need(pnl, _("the table of customers"), ["orders", "revenue", "cost_to_serve", by])
    if not 1 <= groups <= len(pnl):
        raise ValueError(
            _("groups is {groups}; expected a whole number from 1 to {most}.").format(
                groups=groups, most=len(pnl)
            )
        )
    # groups of equal size also where many customers have the same value
    place = pnl[by].rank(method="first") - 1
    group = (place * groups // len(pnl)).astype(int).rename("group") + 1
    sums = pnl[["orders", "revenue", "cost_to_serve"]].groupby(group).sum()
    table = pd.DataFrame({"customers": group.value_counts().sort_index()})
    table["cost_per_customer"] = sums["cost_to_serve"] / table["customers"]
    table["cost_per_order"] = sums["cost_to_serve"] / sums["orders"].where(sums["orders"] > 0)
    revenue = sums["revenue"].where(sums["revenue"] > 0)
    table["cost_per_revenue"] = sums["cost_to_serve"] / revenue
    residual = pnl["cost_to_serve"] - group.map(table["cost_per_revenue"]) * pnl["revenue"]
    n = table["customers"]
    scale = n / (n - 1).where(n > 1)
    error = np.sqrt(scale * (residual**2).groupby(group).sum(min_count=1)) / revenue
    reach = stats.norm.ppf(0.5 + level / 2) * error
    table["lower"] = table["cost_per_revenue"] - reach
    table["upper"] = table["cost_per_revenue"] + reach
    return table


def service_hogs(
    pnl: pd.DataFrame, threshold: float, *, cost: str = "service", orders: str = "orders"
) -> pd.Series:
    """Customers whose service per order costs more than a threshold.

    Divided by orders, since a busy customer needs much service without being a hog.

    Parameters
    ----------
    pnl : DataFrame
        One row per customer, with the columns ``cost`` (money) and ``orders``.
    threshold : float
        Money per order, 0 or more. Above it a customer counts as a hog.

    Returns
    -------
    Series of bool
        Named ``hog``, with the index of ``pnl``; False for who has no orders.

    Examples
    --------
    >>> pnl = pd.DataFrame({"service": [90.0, 90.0, 3.0], "orders": [1, 30, 0]})
    >>> service_hogs(pnl, 25).to_list()
    [True, False, False]
    """
    records.need(pnl, _("the table of customers"), [cost, orders])
    if not threshold >= 0:
        raise ValueError(
            _("threshold is {threshold}; expected money per order, 0 or more.").format(
                threshold=threshold
            )
        )
    per_order = pnl[cost] / pnl[orders].where(pnl[orders] > 0)
    return (per_order > threshold).rename("hog")


def rescale_service(
    pnl: pd.DataFrame, hogs: pd.Series, factor: float, *, cost: str = "service"
) -> pd.DataFrame:
    """The profit and loss if the service of the hogs cost ``factor`` times as much.

    Nothing else changes: they order as before. Whether they would is another question.

    Parameters
    ----------
    pnl : DataFrame
        From :func:`customer_pnl` with the lines of the cost kept.
    hogs : Series of bool
        Whose service changes, with the same index.
    factor : float
        0 or more; 1 leaves everything as it is.

    Returns
    -------
    DataFrame
        As ``pnl``, with new ``cost_to_serve``, ``contribution`` and ``net_profit``.

    Examples
    --------
    >>> pnl = pd.DataFrame({"service": [80.0, 5.0], "cost_to_serve": [90.0, 9.0],
    ...                     "contribution": [-20.0, 30.0], "net_profit": [-60.0, -10.0]})
    >>> rescale_service(pnl, pd.Series([True, False]), 0.5)["net_profit"].to_list()
    [-20.0, -10.0]
    """
    columns = [cost, "cost_to_serve", "contribution", "net_profit"]
    records.need(pnl, _("the table of customers"), columns)
    if not factor >= 0:
        raise ValueError(_("factor is {factor}; expected 0 or more.").format(factor=factor))
    hogs = matched(hogs, pnl.index, "hogs").astype(bool)
    change = pnl[cost].where(hogs, 0.0) * (factor - 1)
    return pnl.assign(
        **{cost: pnl[cost] + change},
        cost_to_serve=pnl["cost_to_serve"] + change,
        contribution=pnl["contribution"] - change,
        net_profit=pnl["net_profit"] - change,
    )


def share_cost(pnl: pd.DataFrame, total: float, by: str | None = None) -> pd.Series:
    """Each customer's part of a cost that none of them caused alone, such as the shop's rent.

    Parameters
    ----------
    pnl : DataFrame
        One row per customer.
    total : float
        The cost to spread, 0 or more.
    by : str, optional
        A column without values below 0: the cost is spread in proportion to it. Without it,
        everybody bears the same.

    Returns
    -------
    Series
        Named ``shared_cost``, in the unit of ``total``, adding up to it.

    Examples
    --------
    >>> pnl = pd.DataFrame({"revenue": [100.0, 300.0]})
    >>> share_cost(pnl, 40).to_list(), share_cost(pnl, 40, "revenue").to_list()
    ([20.0, 20.0], [10.0, 30.0])
    """
    records.need(pnl, _("the table of customers"), [] if by is None else [by])
    if not total >= 0:
        raise ValueError(_("total is {total}; expected a cost of 0 or more.").format(total=total))
    key = pd.Series(1.0, index=pnl.index) if by is None else pnl[by]
    if key.min() < 0 or key.sum() <= 0:
        raise ValueError(
            _(
                "A cost cannot be spread by {by!r}: it has values below 0, or adds up to 0. Take a "
                "column such as orders or revenue."
            ).format(by=by)
        )
    return (total * key / key.sum()).rename("shared_cost")


def two_sided(worth: float, price: float, effort: float, cost: float) -> pd.Series:
    r"""What an exchange is worth to the customer, to the firm, and to both together.

    .. math:: \underbrace{(\text{worth} - \text{effort} - \text{price})}_{\text{to the customer}}
              + \underbrace{(\text{price} - \text{cost})}_{\text{to the firm}}
              = \text{worth} - \text{effort} - \text{cost}

    Parameters
    ----------
    worth : float
        The most that the customer would pay if it cost no effort.
    price : float
        What the customer pays.
    effort : float
        What time, way and trouble cost the customer.
    cost : float
        What the firm spends on it.

    Returns
    -------
    Series
        ``customer``, ``firm`` and ``both``, in money; a value below 0 is a loss. The price does
        not enter ``both``: it only moves value from one side to the other.

    References
    ----------
    The first part is the customer delivered value of P. Kotler's textbooks; V. A. Zeithaml
    (1988), Journal of Marketing 52 (3), 2-22; R. B. Woodruff (1997), Journal of the Academy of
    Marketing Science 25 (2), 139-153.

    Examples
    --------
    >>> two_sided(worth=130, price=100, effort=10, cost=75).to_dict()
    {'customer': 20.0, 'firm': 25.0, 'both': 45.0}
    """
    given = pd.Series({"worth": worth, "price": price, "effort": effort, "cost": cost}, dtype=float)
    if not (given >= 0).all():
        raise ValueError(
            _("{names}: expected numbers of 0 or more.").format(
                names=", ".join(f"{name} = {number:g}" for name, number in given.items())
            )
        )
    customer, firm = worth - effort - price, price - cost
    return pd.Series({"customer": customer, "firm": firm, "both": customer + firm}, dtype=float)
