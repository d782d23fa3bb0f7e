"""The sentence "5% more loyalty, 25% to 85% more profit", as arithmetic.

The value of a customer is a margin times an expected number of periods. When retention is high,
few leave, and a few fewer are a large part of them: 5 points more retention at 90% halve the
number of those who leave. That is all that happens here; no firm's books are in it.

- ``better_retention``    a retention rate after five points, or five per cent, more
- ``five_point_gain``     the gain in value, as a share
- ``five_point_table``    value before and after, at several base rates
- ``retention_for_gain``  at which base rate the gain is 25%, or 85%
- ``four_choices``        what the sentence leaves open, and what each choice does
"""

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike

from crmlib.core.i18n import gettext as _
from crmlib.lifetime.theory import checked_rates, clv, number


def five_point_gain(
    retention: ArrayLike, points: float = 0.05, *, relative: bool = False, **convention: Any
) -> np.ndarray | float:
    r"""By what share the value of an average customer grows when retention is better.

    .. math:: \frac{V(r+\Delta)}{V(r)} - 1, \quad\text{or}\quad \frac{V(r(1+\Delta))}{V(r)} - 1

    Parameters
    ----------
    retention : array_like
        Base retention rate, above 0 and, with what is added, at most 1.
    points : float
        What is added: 0.05 for five percentage points or five per cent.
    relative : bool
        Whether ``points`` are per cent of the base rather than percentage points.
    **convention
        ``discount_rate``, ``first_margin`` and ``margin_growth`` as in :func:`crmlib.lifetime.clv`.

    Examples
    --------
    >>> five_point_gain([0.5, 0.75, 0.9]).round(2)
    array([0.11, 0.25, 1.  ])
    >>> round(five_point_gain(0.8, relative=True), 2)
    0.25
    """
    before = np.asarray(retention, float)
    if (before <= 0).any():
        raise ValueError(
            _("retention is {retention}; expected a rate above 0 to compare with.").format(
                retention=retention
            )
        )
    after = better_retention(before, points, relative=relative)
    return number(clv(1.0, after, **convention) / clv(1.0, before, **convention) - 1)


def better_retention(
    retention: ArrayLike, points: float = 0.05, *, relative: bool = False
) -> np.ndarray | float:
    """Retention rate after ``points`` were added, as percentage points or as per cent of the base.

    Examples
    --------
    >>> round(better_retention(0.8), 2), round(better_retention(0.8, relative=True), 2)
    (0.85, 0.84)
    """
    before = np.asarray(retention, float)
    after = before * (1 + points) if relative else before + points
    if (after > 1 + 1e-12).any():
        raise ValueError(
            _(
                "A retention of {before} cannot rise by {points}: nobody keeps more than all "
                "customers."
            ).format(before=retention, points=points)
        )
    return number(np.minimum(after, 1.0))


def five_point_table(
    retention: ArrayLike, points: float = 0.05, *, relative: bool = False, **convention: Any
) -> pd.DataFrame:
    """Value before and after five points more, at several base retention rates.

    Parameters
    ----------
    retention : array_like
        Base retention rates.
    points, relative, **convention
        As in :func:`five_point_gain`.

    Returns
    -------
    DataFrame
        Index ``retention``; ``retention_after``, ``value_before`` and ``value_after`` (in margins
        of one period), ``gain`` (share: 0.25 is 25% more).

    Examples
    --------
    >>> five_point_table([0.5, 0.9]).round(2)
               retention_after  value_before  value_after  gain
    retention
    0.5                   0.55           2.0         2.22  0.11
    0.9                   0.95          10.0        20.00  1.00
    """
    before = np.atleast_1d(np.asarray(retention, float))
    gain = five_point_gain(before, points, relative=relative, **convention)
    after = better_retention(before, points, relative=relative)
    columns = {
        "retention_after": after,
        "value_before": clv(1.0, before, **convention),
        "value_after": clv(1.0, after, **convention),
        "gain": gain,
    }
    return pd.DataFrame(columns, index=pd.Index(before, name="retention"))


def retention_for_gain(
    gain: float,
    points: float = 0.05,
    *,
    relative: bool = False,
    discount_rate: float = 0.0,
    first_margin: bool = True,
    margin_growth: float = 0.0,
) -> float:
    r"""Base retention rate at which better retention brings a gain of ``gain``.

    With the first margin and percentage points, where :math:`c=1+g`:

    .. math:: r = \frac{1+d}{c} - \Delta\,\frac{1+G}{G}

    Without the first margin the gain falls, then rises with r; the answer is the rate on the
    rising side, where firms with contracts are.

    Parameters
    ----------
    gain : float
        The gain G as a share, above 0: 0.25 for 25%.
    points, relative
        As in :func:`five_point_gain`.
    discount_rate, first_margin, margin_growth
        As in :func:`crmlib.lifetime.clv`.

    Returns
    -------
    float
        Between 0 and 1; NaN where no retention rate gives this gain.

    Examples
    --------
    >>> [round(retention_for_gain(gain), 4) for gain in (0.25, 0.85)]
    [0.75, 0.8912]
    >>> [round(retention_for_gain(gain, relative=True), 3) for gain in (0.25, 0.85)]
    [0.8, 0.902]
    """
    if not gain > 0:
        raise ValueError(_("gain is {gain}; expected a share above 0.").format(gain=gain))
    _stays, rate, growth = checked_rates(0.0, discount_rate, margin_growth)
    d, c = 1 + float(rate), 1 + float(growth)
    if first_margin and relative:
        base = gain * d / (c * (points + gain * (1 + points)))
    elif first_margin:
        base = d / c - points * (1 + gain) / gain
    elif relative:
        base = (gain - points) * d / (c * (1 + points) * gain)
    else:
        inside = (d - c * points) ** 2 - 4 * c * points * d / gain
        base = (d - c * points + np.sqrt(inside)) / (2 * c) if inside >= 0 else np.nan
    after = base * (1 + points) if relative else base + points
    return float(base) if base > 0 and after <= 1 else float("nan")


def four_choices(
    retention: float = 0.8,
    points: float = 0.05,
    *,
    discount_rate: float = 0.1,
    margin_growth: float = 0.05,
) -> pd.DataFrame:
    """What "5% more loyalty" brings under each choice that the sentence leaves open.

    The base case is the course's convention: percentage points, the first margin counted, no
    discount, a flat margin. Each further row changes one of the four.

    Returns
    -------
    DataFrame
        Index ``choice``; ``gain`` at this retention (share), and ``from_25`` and ``to_85``: the
        base retention rates at which the gain is 25% and 85% (NaN where there is none).

    Examples
    --------
    >>> four_choices(0.8)["gain"].round(2).tolist()
    [0.33, 0.25, 0.42, 0.2, 0.49]
    """
    options = {
        "base": {},
        "per cent": {"relative": True},
        "no first margin": {"first_margin": False},
        "discounted": {"discount_rate": discount_rate},
        "growing margin": {"margin_growth": margin_growth},
    }
    rows = [
        {
            "gain": five_point_gain(retention, points, **option),
            "from_25": retention_for_gain(0.25, points, **option),
            "to_85": retention_for_gain(0.85, points, **option),
        }
        for option in options.values()
    ]
    return pd.DataFrame(rows, index=pd.Index(options, name="choice"))
