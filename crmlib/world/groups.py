"""The list of the files that make tables, in the order in which tables need one another.

A file in this list has

- ``PARAMETERS``: a tuple of `Parameter`, what is planted,
- ``TABLES``: a dict from a table's name to the function that makes it of a `World`; tables of
  what no firm sees are called "truth/…",
- ``DERIVED`` (where there is any): a tuple of `Derived`, what follows from the parameters.

A new group is a new file, a line here, and its schemas in `crmlib/data/tables_<group>.py`.
"""

from collections.abc import Callable

from crmlib.world import (
    business,
    business_trust,
    cards,
    churn,
    club,
    complaints,
    costs,
    crosssell,
    customers,
    kano,
    leads,
    loyalty,
    products,
    purchases,
    quotes,
    records,
    referrals,
    retention,
    retention_offer,
    rival_firms,
    rivals,
    satisfaction,
    servqual,
    states,
    subscriptions,
    survey,
    survey_truths,
    tiers,
    touchpoints,
    winback,
)
from crmlib.world.parameters import Parameter

GROUPS = (
    loyalty,
    retention,
    customers,
    products,
    purchases,
    costs,
    tiers,
    subscriptions,
    satisfaction,
    complaints,
    survey,
    survey_truths,
    kano,
    servqual,
    rival_firms,
    churn,
    retention_offer,
    winback,
    cards,
    club,
    rivals,
    records,
    states,
    touchpoints,
    leads,
    quotes,
    crosssell,
    referrals,
    business,
    business_trust,
)


def parameters() -> tuple[Parameter, ...]:
    """Return every planted parameter, in the order of the groups.

    Examples
    --------
    >>> parameters()[0].name
    'loyalty.market_shares'
    """
    return tuple(one for group in GROUPS for one in group.PARAMETERS)


def makers() -> dict[str, Callable]:
    """Return the function that makes each table, by the table's name, in order.

    Examples
    --------
    >>> list(makers())[:2]
    ['truth/customers', 'customers']
    """
    return {name: make for group in GROUPS for name, make in group.TABLES.items()}


def derived() -> tuple:
    """Return everything that follows from the parameters, in the order of the groups.

    Examples
    --------
    >>> {one.kind for one in derived()} <= {"implied", "realised"}
    True
    """
    return tuple(one for group in GROUPS for one in getattr(group, "DERIVED", ()))
