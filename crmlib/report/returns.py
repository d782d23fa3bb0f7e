"""Returns taken off the purchases they most likely belong to: the customer's latest before them."""

from bisect import bisect_right
from collections import defaultdict

import numpy as np
import pandas as pd


def take_off(purchases: pd.DataFrame, returns: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Take returns off the same customer's latest purchases up to the day of the return.

    Parameters
    ----------
    purchases, returns : DataFrame
        ``customer_id``, ``date`` and ``cents``: 0 or more for purchases, 0 or less for returns.

    Returns
    -------
    left : ndarray
        Cents of each purchase afterwards, 0 or more. A purchase of which all was returned stays
        one, with 0 cents: the customer did come.
    taken : ndarray
        Cents taken off for each return, 0 or more; the rest found no purchase.

    Examples
    --------
    >>> bought = pd.DataFrame({"customer_id": ["a", "a"], "date": [1, 5], "cents": [300, 500]})
    >>> back = pd.DataFrame({"customer_id": ["a", "a"], "date": [3, 9], "cents": [-100, -600]})
    >>> left, taken = take_off(bought, back)
    >>> left.tolist(), taken.tolist()
    ([100, 0], [100, 600])
    """
    left = purchases["cents"].to_numpy().copy()
    taken = np.zeros(len(returns), dtype="int64")
    theirs = purchases["customer_id"].isin(returns["customer_id"].unique()).to_numpy()
    place = np.flatnonzero(theirs)
    order = place[np.argsort(purchases["date"].to_numpy()[place], kind="stable")]
    days: dict[object, list] = defaultdict(list)
    rows: dict[object, list[int]] = defaultdict(list)
    for row, who, day in zip(
        order, purchases["customer_id"].iloc[order], purchases["date"].iloc[order], strict=True
    ):
        days[who].append(day)
        rows[who].append(row)
    sequence = np.argsort(returns["date"].to_numpy(), kind="stable")
    who_came, when = returns["customer_id"].to_numpy(), returns["date"].tolist()
    back = -returns["cents"].to_numpy()
    for number in sequence:
        who, open_cents = who_came[number], int(back[number])
        last = bisect_right(days[who], when[number])
        for row in reversed(rows[who][:last]):
            if not open_cents:
                break
            part = min(open_cents, int(left[row]))
            left[row] -= part
            open_cents -= part
            taken[number] += part
    return left, taken
