"""The figures of notebook 02: each takes what the theory returns, and returns the Axes."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, NullLocator

from crmlib.core import figures
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_

# Names that the notebook hands to figures and sentences: marked here, translated when shown.
NAMES = (
    N_("revenue"),
    N_("contribution"),
    N_("net profit"),
    N_("spread per head"),
    N_("spread by revenue"),
    N_("after nine months"),
    N_("after eighteen months"),
    N_("today"),
    N_("with the slider"),
)
# Each definition has a dash and a marker of its own: colour is not needed to tell them apart.
LOOKS = (
    (figures.GREY, "--", "s"),
    (figures.BLUE, "-", "o"),
    (figures.RED, "-.", "^"),
    (figures.GREEN, ":", "D"),
)
KINDS = {
    "true friends": (figures.GREEN, "o"),
    "butterflies": (figures.BLUE, "^"),
    "barnacles": (figures.RED, "s"),
    "strangers": (figures.GREY, "v"),
}


def lorenz(curves: Mapping[str, pd.Series], top: float = 0.2, ax: Axes | None = None) -> Axes:
    """Lorenz curves, the smallest customers first; the marks show what the top holds.

    Parameters
    ----------
    curves : mapping of str to Series
        A name, and what :func:`crmlib.value.lorenz` returns. At most four.
    top : float
        The part of the customers whose share is read off, between 0 and 1.
    """
    with figures.style():
        ax = figures.axes(ax)
        ax.plot([0, 1], [0, 1], color=figures.INK, lw=1, label=_("all customers equal"))
        for (name, curve), (color, dash, marker) in zip(curves.items(), LOOKS, strict=False):
            rest = np.interp(1 - top, curve.index, curve)
            label = _("{name}: the top {top:.0%} hold {share:.0%}").format(
                name=_(name), top=top, share=1 - rest
            )
            thin = _thinned(curve)
            ax.plot(thin.index, thin, dash, color=color, label=label)
            ax.plot(1 - top, rest, marker, color=color, ms=10, mec="white")
        ax.axhline(0, color=figures.INK, lw=1)
        ax.axvline(1 - top, color=figures.GREY, lw=1, linestyle=":", zorder=1)
        ax.set_xlim(0, 1)
        ax.set_xlabel(_("share of customers, the smallest first"))
        ax.set_ylabel(_("share of the total that they hold"))
        figures.percent_axis(ax.xaxis)
        figures.percent_axis(ax.yaxis)
        ax.legend(loc="upper left")
    return ax


def whale(
    curves: Mapping[str, pd.DataFrame],
    column: str = "cumulative",
    top: float = 0.2,
    unit: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Whale curves, the most profitable customers first; the marks show the peak.

    Parameters
    ----------
    curves : mapping of str to DataFrame
        A name, and what :func:`crmlib.value.whale_curve` returns. At most four.
    column : str
        "cumulative" for money, "share_of_total" for the share of the whole.
    top : float
        Where a dotted line stands, as a share of the customers.
    unit : str
        Of the money, such as "CNY"; shown at the axis.
    """
    in_money = column == "cumulative"
    with figures.style():
        ax = figures.axes(ax, height=4.1)  # with knobs and sentence it fits a screen
        for (name, curve), (color, dash, marker) in zip(curves.items(), LOOKS, strict=False):
            thin = _thinned(curve[column])
            ax.plot(thin.index, thin, dash, color=color, label=_(name))
            if thin.notna().all():
                look = {"color": color, "ms": 11, "mec": "white", "clip_on": False, "zorder": 4}
                ax.plot(thin.idxmax(), thin.max(), marker, **look)
        ax.axhline(0, color=figures.INK, lw=1)
        if not in_money:
            ax.axhline(1, color=figures.INK, lw=1)
        ax.axvline(top, color=figures.GREY, lw=1.5, linestyle=":", zorder=1)
        ax.set_xlim(0, 1)
        ax.set_xlabel(_("share of customers, the most profitable first"))
        figures.percent_axis(ax.xaxis)
        if in_money:
            thousand = FuncFormatter(lambda money, _place: f"{money / 1000:,.0f}")
            ax.yaxis.set_major_formatter(thousand)
            ax.set_ylabel(_("running total (1,000 {unit})").format(unit=unit).replace(" )", ")"))
        else:
            figures.percent_axis(ax.yaxis)
            ax.set_ylabel(_("running total, share of the whole"))
        where = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2}
        ax.legend(ncols=len(curves), **where)
    return ax


def cost_by_group(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Three ways to count the cost to serve, each as a multiple of that of the smallest group.

    Parameters
    ----------
    table : DataFrame
        From :func:`crmlib.value.cost_by_group`.
    """
    columns = {
        "cost_per_customer": _("per customer"),
        "cost_per_order": _("per order"),
        "cost_per_revenue": _("per yuan of revenue"),
    }
    with figures.style():
        ax = figures.axes(ax)
        for (column, label), look in zip(columns.items(), LOOKS, strict=False):
            color, dash, marker = look
            ratio = table[column] / table[column].iloc[0]
            (line,) = ax.plot(table.index, ratio, dash, color=color, marker=marker)
            figures.end_label(line, label)
        ax.axhline(1, color=figures.INK, lw=1, zorder=0)
        ax.set_yscale("log", base=2)
        ax.yaxis.set_major_formatter(FuncFormatter(lambda times, _place: f"{times:g}×"))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.set_xticks(table.index)
        ax.set_xlabel(_("customers by revenue, from the smallest group to the largest"))
        ax.set_ylabel(_("cost to serve, smallest group = 1"))
    return ax


def service_per_order(
    per_order: pd.Series, threshold: float, unit: str = "CNY", ax: Axes | None = None
) -> Axes:
    """How much service an order costs, customer by customer, and where the rule cuts.

    Parameters
    ----------
    per_order : Series
        Money per order, one value per customer. Values up to 0 are left out: the axis is
        logarithmic.
    threshold : float
        The cut.
    unit : str
        Of the money.
    """
    with figures.style():
        ax = figures.axes(ax)
        shown = per_order[per_order > 0]
        edges = np.geomspace(shown.min(), shown.max() * 1.0001, 41)
        below, above = shown[shown <= threshold], shown[shown > threshold]
        looks = [(below, figures.BLUE, None), (above, figures.RED, "///")]
        for values, color, hatch in looks:
            ax.hist(values, edges, color=color, hatch=hatch, edgecolor="white", lw=0.8)
        ax.axvline(threshold, color=figures.INK, lw=2, linestyle="--")
        ax.set_xscale("log")
        ax.xaxis.set_major_formatter(FuncFormatter(lambda money, _place: f"{money:g}"))
        top = ax.get_ylim()[1]
        ax.set_ylim(0, top * 1.15)
        text = _("{number:,} customers above {threshold:g}").format(
            number=len(above), threshold=threshold
        )
        ax.text(threshold * 1.1, top * 1.1, text, va="top")
        ax.set_xlabel(_("service per order ({unit}), logarithmic scale").format(unit=unit))
        ax.set_ylabel(_("customers"))
    return ax


def quadrants(
    tenure: pd.Series,
    profit: pd.Series,
    quadrant: pd.Series,
    long: float = 365,
    profitable: float = 0,
    unit: str = "CNY",
    ax: Axes | None = None,
) -> Axes:
    """Every customer by tenure and net profit, in four corners with their names and numbers.

    Parameters
    ----------
    tenure, profit, quadrant : Series
        Days, money, and what :func:`crmlib.value.quadrants` returns.
    long, profitable : float
        Where the two lines are drawn.
    unit : str
        Of the money.
    """
    counts = quadrant.value_counts()
    corners = {
        "strangers": (0, 0),
        "barnacles": (1, 0),
        "butterflies": (0, 1),
        "true friends": (1, 1),
    }
    with figures.style():
        ax = figures.axes(ax, height=5.2)
        for name, (color, marker) in KINDS.items():
            here = quadrant == name
            ax.scatter(tenure[here], profit[here], s=14, c=color, marker=marker, alpha=0.45, lw=0)
        ax.axhline(profitable, color=figures.INK, lw=1.5)
        ax.axvline(long, color=figures.INK, lw=1.5)
        # profits of 30 and of 3,000 both matter: linear around 0, logarithmic beyond
        ax.set_yscale("symlog", linthresh=100, linscale=0.8)
        ax.set_yticks([-3000, -1000, -300, -100, 0, 100, 300, 1000, 3000])
        ax.yaxis.set_major_formatter(FuncFormatter(lambda money, _place: f"{money:,.0f}"))
        ax.yaxis.set_minor_locator(NullLocator())
        ax.set_ylim(-12000, 20000)  # room for the names
        ax.set_xlim(-0.02 * tenure.max(), 1.02 * tenure.max())
        for name, (right, up) in corners.items():
            text = f"{_(name)}: {counts.get(name, 0):,}"
            ax.text(
                0.98 if right else 0.02, 0.97 if up else 0.03, text, transform=ax.transAxes,
                ha="right" if right else "left", va="top" if up else "bottom", fontsize=14,
            )  # fmt: skip
        ax.set_xlabel(_("days from the first order to the last"))
        ax.set_ylabel(_("net profit ({unit})").format(unit=unit))
    return ax


def _thinned(curve: pd.Series, points: int = 400) -> pd.Series:
    """A curve of few enough points to be drawn at once, with its ends, peak and valley."""
    keep = np.unique(np.linspace(0, len(curve) - 1, points).astype(int))
    values = curve.fillna(0).to_numpy()
    return curve.iloc[np.union1d(keep, [values.argmax(), values.argmin()])]
