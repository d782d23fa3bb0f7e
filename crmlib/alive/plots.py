"""The figures of notebook 05: each takes what ``alive.theory`` returns, and returns the Axes."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from crmlib.core import figures
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_

# Names that the notebook hands to figures and sentences: marked here, translated when shown.
NAMES = (
    N_("1/10 sample"),
    N_("all customers"),
    N_("All customers"),
    N_("share who came back"),
    N_("model"),
    N_("as before"),
)


def repeat_curve(
    history: pd.DataFrame,
    ax: Axes | None = None,
    *,
    label: str = "",
    color: str = figures.BLUE,
    shift: float = 0.0,
) -> Axes:
    """Chance to buy again against the number of purchase days, with intervals.

    ``shift`` moves the points sideways, so that two shops can be told apart on one Axes.
    """
    with figures.style():
        ax = figures.axes(ax)
        days = history.index.to_numpy() + shift
        bars = [
            history["probability"] - history["lower"],
            history["upper"] - history["probability"],
        ]
        ax.errorbar(
            days,
            history["probability"],
            yerr=bars,
            color=color,
            marker="o",
            capsize=4,
            lw=2,
            label=_(label) or None,
        )
        if label:
            ax.legend(loc="lower right")
        ax.set_xticks(history.index, [*history.index.astype(str)[:-1], f"{history.index[-1]}+"])
        ax.set_xlabel(_("purchase days so far"))
        ax.set_ylabel(_("share who bought again"))
        ax.set_ylim(0, 1)
        figures.percent_axis(ax.yaxis)
    return ax


def k_rule(rules: pd.DataFrame, k: int | None = None, ax: Axes | None = None) -> Axes:
    """Precision and recall of "k purchases make a loyal customer", for every k in ``rules``."""
    with figures.style():
        ax = figures.axes(ax)
        looks = [
            ("precision", _("precision: right when it says loyal"), figures.BLUE, "o"),
            ("recall", _("recall: share of returners it finds"), figures.RED, "s"),
        ]
        for column, label, color, marker in looks:
            ax.plot(rules.index, rules[column], color=color, marker=marker, label=label)
        if k is not None:
            ax.axvline(k, color=figures.GREY, linestyle="--", lw=1.5, zorder=1)
            ax.plot([k, k], rules.loc[k, ["precision", "recall"]], "o", ms=14, mfc="none",
                    color=figures.INK)  # fmt: skip
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=1, borderaxespad=0.2)
        ax.set_xlabel(_("k: purchase days from which a customer counts as loyal"))
        ax.set_ylim(0, 1.03)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        figures.percent_axis(ax.yaxis)
    return ax


def return_by_silence(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Chance to buy again against the length of silence, one line per number of purchase days."""
    with figures.style():
        ax = figures.axes(ax)
        classes = list(table["silence"].cat.categories)
        days = sorted(table["purchase_days"].unique())
        colors = [figures.GREY, figures.GREEN, figures.ORANGE, figures.BLUE, figures.PURPLE]
        markers = "vs^oD"
        for number, day in enumerate(days):
            rows = table[table["purchase_days"] == day]
            place = [classes.index(name) + 0.06 * (number - 2) for name in rows["silence"]]
            bars = [rows["probability"] - rows["lower"], rows["upper"] - rows["probability"]]
            style = {"color": colors[number % 5], "marker": markers[number % 5]}
            line = ax.errorbar(place, rows["probability"], yerr=bars, capsize=3, lw=2, **style)
            line.set_label(f"{day}+" if day == days[-1] else f"{day}")
        ax.set_xticks(range(len(classes)), classes)
        ax.set_xlabel(_("weeks since the last purchase"))
        ax.set_ylabel(_("share who bought again"))
        ax.set_ylim(0, 1)
        # above the axes: inside, it would cover the bars of some shops
        place = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.2}
        ax.legend(title=_("purchase days"), ncols=len(days), **place)
        figures.percent_axis(ax.yaxis)
    return ax


def tracking(weeks: pd.DataFrame, calibration_weeks: int, ax: Axes | None = None) -> Axes:
    """Repeat purchases of the shop week by week: what happened, and what the model expects."""
    with figures.style():
        ax = figures.axes(ax)
        ax.plot(weeks.index, weeks["actual"], color=figures.GREY, lw=1.5, label=_("actual"))
        ax.plot(
            weeks.index, weeks["expected"], color=figures.BLUE, lw=3, label=_("expected by BG/NBD")
        )
        ax.axvline(calibration_weeks + 0.5, color=figures.INK, linestyle="--", lw=1.5)
        top = weeks[["actual", "expected"]].to_numpy().max() * 1.15
        ax.text(calibration_weeks - 0.5, top, _("the model has seen this"), ha="right", va="top")
        ax.text(calibration_weeks + 1.5, top, _("forecast"), ha="left", va="top")
        ax.set_ylim(0, top * 1.02)
        ax.set_xlabel(_("week since the first purchase in the table"))
        ax.set_ylabel(_("repeat purchases a week"))
        ax.legend(loc="lower right")
    return ax


def expected_by_frequency(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Mean purchases in the holdout period by earlier frequency: forecast beside what happened."""
    with figures.style():
        ax = figures.axes(ax)
        ax.errorbar(
            table.index, table["actual"], yerr=1.96 * table["standard_error"],
            color=figures.GREY, marker="o", capsize=4, lw=1.5, label=_("actual, with 95% interval"),
        )  # fmt: skip
        ax.plot(
            table.index, table["expected"], color=figures.BLUE, marker="s", mfc="white", ms=9,
            label=_("expected by BG/NBD"),
        )  # fmt: skip
        ax.set_xticks(table.index, [*table.index.astype(str)[:-1], f"{table.index[-1]}+"])
        ax.set_xlabel(_("repeat purchases in the calibration period"))
        ax.set_ylabel(_("purchases per customer afterwards"))
        ax.set_ylim(bottom=0)
        ax.legend(loc="upper left")
    return ax


def alive_surface(grid: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """P(alive) as a map: frequency to the right, recency upwards, contour lines with numbers."""
    with figures.style():
        ax = figures.axes(ax)
        frequency, recency = grid.columns.to_numpy(), grid.index.to_numpy()
        colors = ax.pcolormesh(frequency, recency, grid, cmap="Blues", vmin=0, vmax=1.5)
        # no contour between 0 and 1: there is no customer with half a repeat purchase
        repeats = grid.loc[:, frequency >= 1]
        lines = ax.contour(
            repeats.columns, recency, repeats, levels=[0.1, 0.3, 0.5, 0.7, 0.9],
            colors=figures.INK, linewidths=1.5,
        )  # fmt: skip
        ax.clabel(lines, fmt=lambda value: f"{value:.0%}", fontsize=12)
        ax.grid(False)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        ax.set_xlabel(_("frequency: repeat purchases"))
        ax.set_ylabel(_("recency: weeks from first to last purchase"))
        bar = ax.figure.colorbar(colors, ax=ax, label=_("P(alive)"), format="{x:.0%}")
        bar.ax.set_ylim(0, 1)
    return ax


def timeline(
    path: pd.Series, purchase_weeks: Sequence[float], today: float, ax: Axes | None = None
) -> Axes:
    """One customer's purchases as dots, and P(alive) as seen from each day up to ``today``."""
    with figures.style():
        ax = figures.axes(ax)
        seen = path[path.index <= today]
        ax.plot(seen.index, seen, color=figures.BLUE, lw=3)
        bought = np.asarray(purchase_weeks, dtype=float)
        past, future = bought[bought <= today], bought[bought > today]
        ax.plot(past, np.zeros(len(past)), "o", color=figures.INK, ms=11, clip_on=False, zorder=4)
        ax.plot(future, np.zeros(len(future)), "o", color=figures.GREY, ms=11, mfc="white",
                clip_on=False, zorder=4)  # fmt: skip
        ax.axvline(today, color=figures.RED, linestyle="--", lw=2)
        ax.plot([today], [seen.iloc[-1]], "D", color=figures.RED, ms=10, zorder=5)
        ax.annotate(
            f"{seen.iloc[-1]:.0%}", (today, seen.iloc[-1]), (8, 8), textcoords="offset points",
            color=figures.RED, fontsize=17,
        )  # fmt: skip
        ax.set_xlim(path.index.min() - 1, path.index.max() * 1.08)
        ax.set_ylim(0, 1.12)
        ax.set_xlabel(_("weeks since the first purchase (dots: purchases)"))
        ax.set_ylabel(_("P(alive), seen from that day"))
        figures.percent_axis(ax.yaxis)
    return ax


def calibration(
    table: pd.DataFrame,
    ax: Axes | None = None,
    *,
    happened: str = "",
    label: str = "",
    color: str = figures.BLUE,
) -> Axes:
    """What happened against the probability stated for it; on the diagonal both agree."""
    with figures.style():
        ax = figures.axes(ax, width=6.5)
        ax.plot([0, 1], [0, 1], color=figures.GREY, linestyle="--", lw=1.5)
        bars = [table["observed"] - table["lower"], table["upper"] - table["observed"]]
        ax.errorbar(
            table["stated"], table["observed"], yerr=bars, fmt="o", color=color, capsize=4,
            label=_(label) or None,
        )  # fmt: skip
        certain = table[table["stated"] == 1]
        for share in certain["observed"]:
            ax.annotate(_("one-time buyers"), (1, share), (-10, 0), ha="right", va="center",
                        textcoords="offset points", color=color)  # fmt: skip
        ax.set_xlim(-0.02, 1.03)
        ax.set_ylim(-0.02, 1.03)
        ax.set_xlabel(_("P(alive) stated by the model"))
        ax.set_ylabel(_(happened) or _("share really alive"))
        if label:
            ax.legend(loc="upper left")
        figures.percent_axis(ax.xaxis)
        figures.percent_axis(ax.yaxis)
    return ax
