"""What to do with tiers: whether to drop the bottom, whether to give to the top.

- ``drop_bottom``  what the accounts promise when the worst customers go, and what is left of it
- ``spiral``       what happens when this is repeated until nobody loses money on paper
- ``response``     what a customer brings for what is spent on him or her: more and more slowly
- ``allocate``     a budget, shared out by the next yuan's return, or in proportion to something

The subtle point is the same in both: a decision changes what is *at the margin*. Costs that stay
are not saved, and the best customers are not those whom the next yuan moves most.
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.core.i18n import gettext as _
from crmlib.core.tables import need_columns

_ROUNDING = 9


def drop_bottom(
    customers: pd.DataFrame,
    share: float = 0.10,
    fixed_cost: float = 0.0,
    avoidable: float = 1.0,
    dropped: pd.Index | None = None,
) -> pd.Series:
    r"""Drop the customers with the worst profit on paper; see what the firm really gains.

    On paper every customer carries an equal part of the fixed cost:

    .. math:: \text{profit on paper}_i = m_i - c_i - F/n, \qquad
              \text{gain} = \sum_{i\,\text{dropped}} (v\,c_i - m_i)

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``margin`` :math:`m` (sales less the goods) and ``cost`` :math:`c`
        (cost to serve), in money of one period.
    share : float
        Part of the customers to drop, above 0 and below 1: the ``ceil(share * n)`` worst.
    fixed_cost : float
        Cost :math:`F` of the period that no customer causes, 0 or more: rent, wages, systems.
    avoidable : float
        Part :math:`v` of the cost to serve that really falls away with a customer, 0 to 1. (A
        salaried clerk who serves one customer less costs the same.)
    dropped : Index, optional
        Drop these customers instead, whatever their profit.

    Returns
    -------
    Series
        ``customers`` (dropped), ``profit_before``, ``promised`` (their losses on paper),
        ``gain`` (may be negative), ``profit_after``, and ``break_even``: the avoidable part at
        which the gain is 0 (above 1: dropping these customers never pays; NaN without cost).

    Examples
    --------
    >>> shop = pd.DataFrame({"margin": [50.0, 20.0, 5.0], "cost": [10.0, 8.0, 4.0]})
    >>> drop_bottom(shop, share=1 / 3, fixed_cost=30.0)[["promised", "gain"]].to_dict()
    {'promised': 9.0, 'gain': -1.0}
    """
    _require_columns(customers, "margin", "cost")
    if not 0 <= avoidable <= 1 or not fixed_cost >= 0 or not 0 < share < 1:
        raise ValueError(
            _(
                "share is {share}, avoidable {avoidable}, fixed_cost {fixed_cost}; expected a "
                "share between 0 and 1, an avoidable part from 0 to 1, a cost of 0 or more."
            ).format(share=share, avoidable=avoidable, fixed_cost=fixed_cost)
        )
    on_paper = customers["margin"] - customers["cost"] - fixed_cost / len(customers)
    if dropped is None:
        number = int(np.ceil(np.round(share * len(customers), _ROUNDING)))
        dropped = on_paper.sort_values(kind="stable").index[:number]
    elif not dropped.isin(customers.index).all():
        raise ValueError(_("Some of the dropped are no customers of the table."))
    margin, cost = (float(customers.loc[dropped, name].sum()) for name in ("margin", "cost"))
    gain, before = avoidable * cost - margin, float(on_paper.sum())
    return pd.Series(
        {
            "customers": len(dropped),
            "profit_before": before,
            "promised": -float(on_paper.loc[dropped].sum()),
            "gain": gain,
            "profit_after": before + gain,
            "break_even": margin / cost if cost > 0 else np.nan,
        },
        name="dropped",
    )


def spiral(customers: pd.DataFrame, fixed_cost: float, rounds: int = 20) -> pd.DataFrame:
    """Drop everybody with a loss on paper, share the fixed cost out again, and so on.

    Parameters
    ----------
    customers : DataFrame
        One row per customer: ``margin`` and ``cost``, as in :func:`drop_bottom`. All of the cost
        is taken to be avoidable.
    fixed_cost : float
        Cost of the period that no customer causes, 0 or more.
    rounds : int
        Stop after so many.

    Returns
    -------
    DataFrame
        Index ``round`` (0: before); ``customers`` left, ``fixed_per_customer``, ``losers`` (with
        a loss on paper), ``promised`` (the sum of their losses) and the firm's real ``profit``.
        The last row has no losers, or nobody left but losers.

    Examples
    --------
    >>> shop = pd.DataFrame({"margin": [50.0, 20.0, 9.0], "cost": [10.0, 8.0, 4.0]})
    >>> spiral(shop, fixed_cost=40.0)[["customers", "losers", "profit"]]
           customers  losers  profit
    round
    0              3       2    17.0
    1              1       0     0.0
    """
    _require_columns(customers, "margin", "cost")
    earned = customers["margin"] - customers["cost"]
    rows = []
    for _round in range(rounds + 1):
        on_paper = earned - fixed_cost / len(earned)
        losing = on_paper < 0
        rows.append(
            {
                "customers": len(earned),
                "fixed_per_customer": fixed_cost / len(earned),
                "losers": int(losing.sum()),
                "promised": -float(on_paper[losing].sum()),
                "profit": float(on_paper.sum()),
            }
        )
        if not losing.any() or losing.all():
            break
        earned = earned[~losing]
    return pd.DataFrame(rows).rename_axis("round")


def response(spend: ArrayLike, ceiling: ArrayLike, scale: ArrayLike) -> np.ndarray:
    r"""Return that spending on a customer brings: fast at first, then hardly any more.

    .. math:: g(x) = A\,(1 - e^{-x/s})

    Parameters
    ----------
    spend : array_like
        Money spent on the customer, :math:`x \ge 0`.
    ceiling : array_like
        The most that any spending can bring, :math:`A \ge 0`.
    scale : array_like
        Spending that brings 63% of the ceiling, :math:`s > 0`.

    Returns
    -------
    ndarray
        Additional contribution, between 0 and ``ceiling``. Its slope at 0 is ``ceiling / scale``.

    Examples
    --------
    >>> response([0, 50, 100], ceiling=80, scale=50).round(1)
    array([ 0. , 50.6, 69.2])
    """
    spend, scale = np.asarray(spend, dtype=float), np.asarray(scale, dtype=float)
    return np.asarray(ceiling, dtype=float) * -np.expm1(-spend / scale)


def allocate(groups: pd.DataFrame, budget: float, by: str | None = None) -> pd.DataFrame:
    r"""Share a budget out: where the next yuan brings most, or in proportion to a column.

    By marginal response every group that gets anything ends at the same return of the next yuan:

    .. math:: \frac{A_i}{s_i} e^{-x_i/s_i} = \lambda \text{ where } x_i > 0, \qquad
              \frac{A_i}{s_i} \le \lambda \text{ where } x_i = 0

    Parameters
    ----------
    groups : DataFrame
        One row per group: ``customers`` (above 0), ``ceiling`` and ``scale`` of :func:`response`
        (per customer, above 0).
    budget : float
        What there is to spend on all groups together, 0 or more.
    by : str, optional
        A column of ``groups``: each *group* gets its share of the column's sum, and each customer
        in it the same. Without it: by marginal response.

    Returns
    -------
    DataFrame
        ``spend`` and ``gain`` per customer, ``next_yuan`` (what one more yuan on such a customer
        would bring), ``total_spend`` and ``total_gain`` of the group.

    Notes
    -----
    The curve has a closed solution: with the groups in the order of their first yuan's return
    :math:`A_i/s_i`, add groups as long as the next one's is above :math:`\lambda`.

    Examples
    --------
    >>> groups = pd.DataFrame(
    ...     {"customers": [1, 1], "ceiling": [90.0, 60.0], "scale": [60.0, 20.0]},
    ...     index=["gold", "iron"],
    ... )
    >>> allocate(groups, budget=50)["spend"].round(1).to_dict()
    {'gold': 27.1, 'iron': 22.9}
    """
    _require_columns(groups, "customers", "ceiling", "scale", *([by] if by else []))
    if not budget >= 0:
        raise ValueError(_("budget is {budget}; expected 0 or more.").format(budget=budget))
    if (groups[["customers", "ceiling", "scale"]] <= 0).any(axis=None):
        raise ValueError(_("customers, ceiling and scale of every group must be above 0."))
    number, ceiling, scale = (groups[name] for name in ("customers", "ceiling", "scale"))
    if by is None:
        spend = _equal_returns(number, ceiling, scale, budget)
    elif (groups[by] < 0).any() or groups[by].sum() == 0:
        raise ValueError(_("Column '{name}' has values below 0, or none above.").format(name=by))
    else:
        spend = budget * groups[by] / groups[by].sum() / number
    gain = pd.Series(response(spend, ceiling, scale), groups.index)
    return pd.DataFrame(
        {
            "spend": spend,
            "gain": gain,
            "next_yuan": ceiling / scale * np.exp(-spend / scale),
            "total_spend": spend * number,
            "total_gain": gain * number,
        }
    )


def _equal_returns(
    number: pd.Series, ceiling: pd.Series, scale: pd.Series, budget: float
) -> pd.Series:
    first = np.log(ceiling / scale)
    order = first.sort_values(ascending=False, kind="stable").index
    width = (number * scale).loc[order].cumsum()
    height = (number * scale * first).loc[order].cumsum()
    # log of the last return if only the groups up to this one get anything
    levels = (height - budget) / width
    following = first.loc[order].shift(-1, fill_value=-np.inf)
    level = levels[levels >= following].iloc[0]
    return scale * (first - level).clip(lower=0)


def _require_columns(table: pd.DataFrame, *columns: str) -> None:
    need_columns(table, *columns)
    for name in columns:
        if not pd.api.types.is_numeric_dtype(table[name]) or table[name].isna().any():
            raise ValueError(
                _("Column '{name}' must hold a number in every row.").format(name=name)
            )
