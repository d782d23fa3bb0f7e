"""The two explorers of notebook 05: thin shells around ``theory`` and ``plots``."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import pandas as pd
from ipywidgets import Widget
from matplotlib.axes import Axes

from crmlib.alive import plots, theory
from crmlib.core import controls
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import ngettext

LAST_WEEK = 104
LARGEST_K = 10


def timeline(
    params: pd.Series | dict[str, float], histories: Mapping[str, Sequence[float]] | None = None
) -> Widget:
    """Drag "today" along a customer's purchases and watch P(alive).

    Parameters
    ----------
    params : Series or dict
        ``r``, ``alpha``, ``a``, ``b`` of a BG/NBD fitted in weeks.
    histories : mapping of str to sequence of float, optional
        Customers to choose from: a name, and the weeks in which he or she bought, the first 0.
        By default Anna and Bo of the notebook, a buyer every second week and a one-time buyer.
    """
    histories = example_histories() if histories is None else histories
    return controls.explorer(
        partial(draw_timeline, params, histories),
        {
            "customer": controls.choice(_("customer"), list(histories), next(iter(histories))),
            "today": controls.slider(_("today"), 52, 0, LAST_WEEK, 1, unit=_("weeks")),
        },
    )


def k_rule(customers: pd.DataFrame) -> Widget:
    """Choose how many purchases make a customer "loyal", and see whom the rule finds and misses.

    Parameters
    ----------
    customers : DataFrame
        From :func:`crmlib.rfm.split`.
    """
    rules = theory.k_rule(customers, range(1, LARGEST_K + 1))
    return controls.explorer(
        partial(draw_k_rule, rules), {"k": controls.slider("k", 3, 1, LARGEST_K, 1)}
    )


def example_histories() -> dict[str, tuple[float, ...]]:
    """Four customers, each with the weeks of his or her purchases since the first."""
    return {
        _("Anna: 4 purchases, the last in week 50"): (0, 16, 33, 50),
        _("Bo: 4 purchases, the last in week 12"): (0, 4, 8, 12),
        _("Chen: every second week up to week 30"): tuple(range(0, 31, 2)),
        _("Dora: one purchase"): (0,),
    }


def draw_timeline(
    params: pd.Series | dict[str, float],
    histories: Mapping[str, Sequence[float]],
    customer: str,
    today: float,
) -> tuple[Axes, str]:
    """The figure and the sentence for one position of the slider."""
    bought = np.asarray(histories[customer], dtype=float)
    grid = np.arange(0, 4 * LAST_WEEK + 1) / 4
    weeks = np.union1d(np.union1d(grid, bought), [today])
    path = theory.alive_over_time(bought, params, weeks)
    past = bought[bought <= today]
    silence = today - past[-1]
    bought_so_far = ngettext(
        "Week {today}: {number} purchase so far.",
        "Week {today}: {number} purchases so far.",
        len(past),
    ).format(today=today, number=len(past))
    silent = ngettext(
        "The last was {silence:g} week ago.", "The last was {silence:g} weeks ago.", int(silence)
    ).format(silence=silence)
    stated = _("P(alive) is {alive:.0%}.").format(alive=path.loc[today])
    sentence = f"{bought_so_far} {silent} {stated}"
    return plots.timeline(path, bought, today), sentence


def draw_k_rule(rules: pd.DataFrame, k: int) -> tuple[Axes, str]:
    """The figure and the sentence for one position of the slider."""
    row = rules.loc[k]
    if row["called_loyal"] == 0:
        return plots.k_rule(rules, k), _("With k = {k} the rule calls nobody loyal.").format(k=k)
    if rules["bought_again_among_them"].max() == 0:
        return plots.k_rule(rules, k), _("None of them bought again: there is nobody to find.")
    sentence = _(
        "With k = {k} the rule calls {loyal:,.0f} customers loyal. {precision:.0%} of them bought "
        "again; among all who bought again, the rule had found {recall:.0%}."
    ).format(k=k, loyal=row["called_loyal"], precision=row["precision"], recall=row["recall"])
    return plots.k_rule(rules, k), sentence
