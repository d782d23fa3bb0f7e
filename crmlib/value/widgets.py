"""The explorer of notebook 02: a thin shell around ``theory``, ``costs`` and ``plots``."""

from collections.abc import Mapping
from functools import partial

import pandas as pd
from ipywidgets import Widget
from matplotlib.axes import Axes

from crmlib.core import controls
from crmlib.core.i18n import gettext as _
from crmlib.value import costs, plots, theory

TOP = 0.2
# hogs whose service costs twice as much as today are imaginable; less than nothing is not
LARGEST_FACTOR = 2.0


def whale(pnl_by_window: Mapping[str, pd.DataFrame], hogs: pd.Series, unit: str = "CNY") -> Widget:
    """Choose what counts as value, what the hogs' service costs, and how long you look back.

    Parameters
    ----------
    pnl_by_window : mapping of str to DataFrame
        A name for each window of time, and what :func:`crmlib.value.customer_pnl` returns for it,
        with the line ``service`` of the cost kept.
    hogs : Series of bool
        From :func:`crmlib.value.service_hogs`, for every customer of every window.
    unit : str
        Of the money.
    """
    windows = {_(name): name for name in pnl_by_window}
    measures = {
        _("revenue"): "revenue",
        _("contribution"): "contribution",
        _("net profit"): "net_profit",
    }
    return controls.explorer(
        partial(draw_whale, pnl_by_window, hogs, unit),
        {
            "measure": controls.choice(_("value is"), measures, "net_profit"),
            "window": controls.choice(_("window"), windows, next(iter(pnl_by_window))),
            "factor": controls.slider(
                _("service cost of the hogs"), 1.0, 0.0, LARGEST_FACTOR, 0.1,
                unit=controls.SHARE,
            ),
        },
    )  # fmt: skip


def draw_whale(
    pnl_by_window: Mapping[str, pd.DataFrame],
    hogs: pd.Series,
    unit: str,
    measure: str,
    window: str,
    factor: float,
) -> tuple[Axes, str]:
    """The figure and the sentence for one position of the controls."""
    pnl = costs.rescale_service(pnl_by_window[window], hogs, factor)
    values = pnl[measure]
    peak = theory.whale_peak(values)
    today = theory.whale_curve(pnl_by_window[window][measure])
    chosen = theory.whale_curve(values)
    ax = plots.whale({"today": today, "with the slider": chosen}, top=TOP, unit=unit)
    total, losing = values.sum(), (values < 0).mean()
    if total > 0:
        held = _("The top {top:.0%} hold {share:.0%} of the whole of {total:,.0f} {unit}.").format(
            top=TOP, share=theory.pareto_share(values, TOP), total=total, unit=unit
        )
    else:
        held = _("The whole is {total:,.0f} {unit}: there is no profit to hold a share of.").format(
            total=total, unit=unit
        )
    lost = _("{losing:.0%} of {number:,} customers lose money, {lost:,.0f} {unit} in all.").format(
        losing=losing, number=len(values), lost=peak["lost"], unit=unit
    )
    return ax, f"{held} {lost}"
