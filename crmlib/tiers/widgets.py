"""The explorer of notebook 07: a thin shell around ``theory`` and ``plots``."""

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import pairwise

import pandas as pd
from ipywidgets import Widget
from matplotlib.axes import Axes

from crmlib.core import controls
from crmlib.core.i18n import gettext as _
from crmlib.tiers import plots, theory


def cut_points(values: Mapping[str, pd.DataFrame]) -> Widget:
    """Move the cuts of the pyramid, choose what it is cut by, and watch who stays.

    Parameters
    ----------
    values : mapping of str to DataFrame
        What customers can be sorted by (such as revenue and contribution): for each a table with
        one row per customer and one column per year, oldest first; the same customers and years
        everywhere.
    """
    values = dict(values)
    years = list(next(iter(values.values())).columns)
    pairs = {
        _("{first} to {second}").format(first=first, second=second): (first, second)
        for first, second in pairwise(years)
    }
    bases = {_(name): name for name in values}
    share = "share"
    return controls.explorer(
        partial(draw_cut_points, values),
        {
            "first": controls.slider(_("top tier reaches to"), 0.01, 0.01, 0.05, 0.01, unit=share),
            "second": controls.slider(_("second reaches to"), 0.20, 0.05, 0.30, 0.05, unit=share),
            "third": controls.slider(_("third reaches to"), 0.50, 0.20, 0.80, 0.05, unit=share),
            "basis": controls.choice(_("sorted by"), bases, next(iter(values))),
            "years": controls.choice(_("years"), pairs, list(pairs.values())[-1]),
        },
    )


def draw_cut_points(
    values: Mapping[str, pd.DataFrame],
    first: float,
    second: float,
    third: float,
    basis: str,
    years: tuple[object, object],
) -> tuple[Axes, str]:
    """The figure and the sentence for one position of the controls.

    A third cut below the second is taken to be equal to it: the third tier is then empty.
    """
    cuts = (first, second, max(second, third))
    now, later = (values[basis][year] for year in years)
    before, after = theory.assign(now, cuts), theory.assign(later, cuts)
    shares = theory.table(before, now.rename("money"))["share_of_money"]
    moves = theory.migration(before, after)
    ax = plots.flow(moves, held=shares, what=basis)
    held = shares.iloc[:2].sum()
    stays = [_stay(moves["customers"], theory.TIERS[:number]) for number in (1, 2)]
    sentence = _(
        "By {basis}, {year}: the two upper tiers hold {held:.0%} of it. A year later {one} of the "
        "top tier ({size:.0%} of the customers), and {both} of the two upper tiers together, are "
        "still there."
    ).format(
        basis=_(basis), year=years[0], held=held, one=stays[0], both=stays[1],
        size=(before == theory.TIERS[0]).mean(),
    )  # fmt: skip
    return ax, sentence


def _stay(customers: pd.Series, tiers: Sequence[str]) -> str:
    were = customers.index.isin(tiers, level="before")
    are = customers.index.isin(tiers, level="after")
    if customers[were].sum() == 0:
        return _("nobody")
    return f"{customers[were & are].sum() / customers[were].sum():.0%}"
