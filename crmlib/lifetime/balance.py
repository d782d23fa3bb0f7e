"""Winning or keeping: where the next yuan brings more.

An average cost says what was spent per head. A decision needs the *marginal* cost: what one more
customer costs. The two can differ by a factor of ten, in the same books.

- ``response``, ``response_speed``   what a budget achieves: more, but ever more slowly
- ``marginal_cost``                  what one more customer costs at a budget
- ``customer_equity``                what winning and keeping are worth together, per prospect
- ``best_budgets``                   the budgets at which the next yuan brings back just a yuan
- ``cost_of_one_more``               what one more customer kept costs, from an experiment
"""

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from scipy import optimize
from statsmodels.stats.proportion import confint_proportions_2indep

from crmlib.core.i18n import gettext as _
from crmlib.core.tables import need_columns
from crmlib.lifetime.theory import checked_rates, number


def response(spend: ArrayLike, ceiling: float, speed: float) -> np.ndarray | float:
    r"""Share achieved by a budget per head: rises from 0 towards a ceiling.

    .. math:: a = c\,(1 - e^{-kA})

    Parameters
    ----------
    spend : array_like
        Budget A per head, in money, 0 or more.
    ceiling : float
        Share c that no budget exceeds, above 0 and at most 1.
    speed : float
        How fast the ceiling is approached, k, per unit of money, above 0.

    References
    ----------
    Blattberg & Deighton (1996), Manage marketing by the customer equity test, Harvard Business
    Review 74(4), 136-144.

    Examples
    --------
    >>> response([0, 10, 20], ceiling=0.4, speed=0.07).round(3)
    array([0.   , 0.201, 0.301])
    """
    _refuse_bad_response(ceiling, speed)
    money = np.asarray(spend, float)
    if not (money >= 0).all():
        raise ValueError(_("spend is {spend}; expected money, 0 or more.").format(spend=spend))
    return number(-ceiling * np.expm1(-speed * money))


def response_speed(spend: float, achieved: float, ceiling: float) -> float:
    r"""Speed k of a response curve from one point that a manager knows, and a guessed ceiling.

    .. math:: k = -\ln(1 - a/c)\,/\,A

    Parameters
    ----------
    spend : float
        Present budget per head, in money, above 0.
    achieved : float
        Share achieved with it, above 0 and below the ceiling.
    ceiling : float
        Share that no budget would exceed.

    Examples
    --------
    >>> round(response_speed(10, 0.2, 0.4), 4)
    0.0693
    """
    if not (spend > 0 and 0 < achieved < ceiling <= 1):
        raise ValueError(
            _(
                "A budget of {spend} achieves {achieved}, with a ceiling of {ceiling}; expected a "
                "budget above 0, and 0 < achieved < ceiling, at most 1."
            ).format(spend=spend, achieved=achieved, ceiling=ceiling)
        )
    return float(-np.log1p(-achieved / ceiling) / spend)


def marginal_cost(spend: ArrayLike, ceiling: float, speed: float) -> np.ndarray | float:
    r"""What one more customer costs at the present budget, one over the slope of the curve.

    .. math:: \frac{1}{c\,k\,e^{-kA}}

    Parameters
    ----------
    spend, ceiling, speed
        As for :func:`response`.

    Returns
    -------
    ndarray or float
        Money per customer; it is the average cost ``spend / response(...)`` at a budget near 0,
        and grows without bound as the ceiling comes near.

    Examples
    --------
    >>> round(marginal_cost(10, 0.4, 0.0693), 1), round(10 / response(10, 0.4, 0.0693), 1)
    (72.1, 50.0)
    """
    achieved = response(spend, ceiling, speed)
    return number(1 / (speed * (ceiling - np.asarray(achieved))))


def customer_equity(
    winning: ArrayLike,
    keeping: ArrayLike,
    margin: float,
    discount_rate: float,
    *,
    winning_response: tuple[float, float],
    keeping_response: tuple[float, float],
) -> np.ndarray | float:
    r"""Customer equity per prospect: what winning and keeping bring, less what they cost.

    .. math:: CE = a\left[m + \left(m - \frac{R}{r}\right)\frac{r}{1+d-r}\right] - A

    with a the share of prospects won by the budget A per prospect, and r the retention rate that
    the budget R per customer and year brings about.

    Parameters
    ----------
    winning : array_like
        Budget A per prospect, in money.
    keeping : array_like
        Budget R per customer and period, in money.
    margin : float
        Margin m per period before R, in money.
    discount_rate : float
        Per period, 0 or more.
    winning_response, keeping_response : tuple of float
        Ceiling and speed of the two curves, as for :func:`response`.

    References
    ----------
    Blattberg & Deighton (1996), as :func:`response`.

    Examples
    --------
    >>> curves = {"winning_response": (0.4, 0.07), "keeping_response": (0.9, 0.06)}
    >>> round(customer_equity(20, 30, 200, 0.1, **curves), 1)
    144.2
    """
    won = response(winning, *winning_response)
    value = value_with_keeping(keeping, margin, discount_rate, keeping_response)
    return number(won * value - np.asarray(winning, float))


def value_with_keeping(
    keeping: ArrayLike, margin: float, discount_rate: float, keeping_response: tuple[float, float]
) -> np.ndarray | float:
    r"""Value of one customer won, when R a period is spent on keeping him or her.

    .. math:: m + \frac{m\,r - R}{1+d-r}

    Examples
    --------
    >>> round(value_with_keeping(30, 200, 0.1, (0.9, 0.06)), 1)
    544.8
    """
    stays = response(keeping, *keeping_response)
    _stays, rate, _growth = checked_rates(stays, discount_rate, 0.0)
    if ((1 + rate - stays) <= 0).any():
        raise ValueError(
            _("With a retention of 1 and no discount the value has no bound: discount it.")
        )
    return number(margin + (margin * stays - np.asarray(keeping, float)) / (1 + rate - stays))


def best_budgets(
    margin: float,
    discount_rate: float,
    *,
    winning_response: tuple[float, float],
    keeping_response: tuple[float, float],
) -> pd.Series:
    """Budgets that bring the largest customer equity, without a limit on their sum.

    The best budget for keeping is the one that makes a *customer* most valuable. It does not
    depend on what winning costs. The best budget for winning then follows from that value: money
    is spent on prospects until one more customer costs what a customer is worth. At the best point
    the marginal costs of winning and of keeping are the same.

    Parameters
    ----------
    margin, discount_rate, winning_response, keeping_response
        As for :func:`customer_equity`.

    Returns
    -------
    Series
        ``winning`` (per prospect) and ``keeping`` (per customer and period), in money; ``won`` and
        ``retention`` (shares), ``value`` of a customer won, ``equity`` per prospect.

    Examples
    --------
    >>> best = best_budgets(200, 0.1, winning_response=(0.4, 0.07), keeping_response=(0.9, 0.06))
    >>> best.round(2).to_dict()["keeping"]
    60.83
    """
    _refuse_bad_response(*winning_response)
    ceiling, speed = keeping_response
    _refuse_bad_response(ceiling, speed)
    if not margin > 0:
        raise ValueError(_("margin is {margin}; expected money above 0.").format(margin=margin))

    def loss(keeping: float) -> float:
        return -value_with_keeping(keeping, margin, discount_rate, keeping_response)

    # a year's margin times the years a customer can last bounds what keeping can be worth
    most = margin / max(1 + discount_rate - ceiling, 1e-9)
    grid = np.concatenate([[0.0], np.geomspace(most * 1e-6, most, 200)])
    values = value_with_keeping(grid, margin, discount_rate, keeping_response)
    near = int(np.argmax(values))
    bounds = grid[max(near - 1, 0)], grid[min(near + 1, len(grid) - 1)]
    found = optimize.minimize_scalar(loss, bounds=bounds, method="bounded", options={"xatol": 1e-9})
    keeping = float(found.x) if -found.fun > values[0] else 0.0
    value = float(value_with_keeping(keeping, margin, discount_rate, keeping_response))
    ceiling, speed = winning_response
    winning = max(np.log(ceiling * speed * value) / speed, 0.0) if value > 0 else 0.0
    won = response(winning, *winning_response)
    return pd.Series(
        {
            "winning": winning,
            "keeping": keeping,
            "won": won,
            "retention": response(keeping, *keeping_response),
            "value": value,
            "equity": won * value - winning,
        },
        name="best",
    )


def cost_of_one_more(cases: pd.DataFrame, level: float = 0.95) -> pd.Series:
    r"""What one more customer kept costs, from an experiment in which chance made the offers.

    .. math:: \frac{\text{mean cost of an offer}}
                   {\text{share leaving without} - \text{share leaving with the offer}}

    Parameters
    ----------
    cases : DataFrame
        ``offer`` and ``churned`` (true or false), ``cost`` (money), one row per customer.
    level : float
        Confidence level of the intervals, between 0 and 1.

    Returns
    -------
    Series
        ``without`` and ``with_offer`` (shares who left), ``effect`` (their difference) with
        ``effect_lower`` and ``effect_upper``, ``cost`` of an offer, ``cost_of_one_more`` with
        ``lower`` and ``upper``. Where the effect may be 0, the cost has no upper end (infinite).

    Examples
    --------
    >>> cases = pd.DataFrame({"offer": [True] * 10 + [False] * 10, "cost": [12.0] * 10 + [0.0] * 10,
    ...                       "churned": [True] * 2 + [False] * 8 + [True] * 4 + [False] * 6})
    >>> float(cost_of_one_more(cases)["cost_of_one_more"].round(6))
    60.0
    """
    need_columns(cases, "offer", "churned", "cost")
    offered = cases["offer"].astype(bool)
    if offered.all() or not offered.any():
        raise ValueError(
            _("Everybody or nobody got the offer: then there is no one to compare with.")
        )
    left, size = cases["churned"].astype(bool).groupby(offered).agg(["sum", "size"]).T.to_numpy()
    lower, upper = confint_proportions_2indep(
        left[0], size[0], left[1], size[1], compare="diff", method="newcomb", alpha=1 - level
    )
    without, with_offer = left / size
    cost, effect = cases.loc[offered, "cost"].mean(), without - with_offer
    per_effect = [cost / end if end > 0 else np.inf for end in (effect, upper, lower)]
    return pd.Series(
        {
            "without": without,
            "with_offer": with_offer,
            "effect": effect,
            "effect_lower": lower,
            "effect_upper": upper,
            "cost": cost,
            "cost_of_one_more": per_effect[0],
            "lower": per_effect[1],
            "upper": per_effect[2],
        }
    )


def _refuse_bad_response(ceiling: float, speed: float) -> None:
    if not (0 < ceiling <= 1 and speed > 0 and np.isfinite(speed)):
        raise ValueError(
            _(
                "A response curve with ceiling {ceiling} and speed {speed}; expected a ceiling "
                "above 0 and at most 1, and a speed above 0."
            ).format(ceiling=ceiling, speed=speed)
        )
