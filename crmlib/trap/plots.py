"""The figures of notebook 09: each takes what the room's functions return, and returns the Axes."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from crmlib.core import figures
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.trap.kano import CLASS_NAMES

# Names that the notebook hands to figures and sentences: marked here, translated when shown.
NAMES = (
    N_("all"),
    N_("mend basics"),
    N_("surprise"),
    N_("basic"),
    N_("low basic"),
    N_("high basic"),
    N_("low latent"),
    N_("high latent"),
    N_("satisfaction"),
    N_("alternatives and switching costs"),
    N_("4 or less"),
    N_("5 or more"),
    N_("a rival opened"),
    N_("no rival"),
    N_("planted"),
    N_("items as they are"),
    N_("noise taken out"),
    N_("the true values"),
    N_("order complete and correct"),
    N_("goods fresh"),
    N_("delivery on the promised day"),
    N_("short waiting time"),
    N_("wide choice"),
    N_("good value for the price"),
    N_("free sample of something new"),
    N_("app knows the usual order"),
    N_("evening with a tea grower"),
    N_("music in the shop"),
    N_("magazine on paper"),
    N_("phone call after every order"),
    N_("firm X"),
    N_("firm Y"),
    N_("below 3.6"),
    N_("4.6 or more"),
    N_("said"),
    N_("done"),
)
MARKETS = {
    "A": N_("A captive"),
    "B": N_("B contract"),
    "C": N_("C moderate"),
    "D": N_("D city centre"),
}
COLORS = (figures.BLUE, figures.GREEN, figures.ORANGE, figures.RED, figures.PURPLE, figures.GREY)
MARKERS = "so^DvP"
STYLES = ("-", "--", "-.", ":")
QUADRANT_LOOKS = (
    (figures.GREEN, ""),
    (figures.ORANGE, "//"),
    (figures.BLUE, ".."),
    (figures.LIGHT, "xx"),
)
KANO_MARKERS = {"M": "s", "O": "D", "A": "o", "I": "x", "R": "v", "Q": "P"}


def loyalty_curves(
    curve: pd.DataFrame, ax: Axes | None = None, *, x: str = "", names: Mapping[str, str] = MARKETS
) -> Axes:
    """Share that stays against satisfaction, one line a market, with intervals.

    ``curve`` comes from ``loyalty_curve``; ``names`` gives the text at the end of each line.
    """
    with figures.style():
        ax = figures.axes(ax, height=5.0)
        last = int(curve.index.get_level_values(1).max())
        lines, texts = [], []
        for number, (market, line) in enumerate(curve.groupby(level=0)):
            place = line.index.get_level_values(1).to_numpy() + 0.05 * (number - 1.5)
            bars = [line["share"] - line["lower"], line["upper"] - line["share"]]
            drawn = ax.errorbar(
                place, line["share"], yerr=bars, capsize=3, lw=2.2, color=COLORS[number % 6],
                marker=MARKERS[number % 6], ls=STYLES[number % 4], elinewidth=1.2,
            )  # fmt: skip
            for bar in drawn.lines[2]:
                bar.set_linestyle("-")
            lines.append(drawn.lines[0])
            texts.append(_(names.get(market, str(market))))
        _end_names(ax, lines, texts)
        ax.set_xlabel(_(x) or _("satisfaction as stated (7 is completely satisfied)"))
        ax.set_ylabel(_("still with the firm a year later"))
        ax.set_xlim(int(curve.index.get_level_values(1).min()) - 0.4, last + 1.3)
        ax.set_ylim(0, 1)
        ax.set_xticks(range(int(curve.index.get_level_values(1).min()), last + 1))
        figures.percent_axis(ax.yaxis)
    return ax


def quadrants(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """One bar a market, cut into apostles, mercenaries, hostages and defectors."""
    with figures.style():
        ax = figures.axes(ax, height=4.8)
        order = ("apostles", "mercenaries", "hostages", "defectors")
        rows, start = np.arange(len(table))[::-1], np.zeros(len(table))
        for kind, (color, hatch) in zip(order, QUADRANT_LOOKS, strict=True):
            share = table[kind].to_numpy()
            ax.barh(rows, share, left=start, color=color, hatch=hatch, edgecolor="white",
                    label=_(kind), height=0.7)  # fmt: skip
            for row, left, width in zip(rows, start, share, strict=True):
                if width >= 0.05:
                    ax.text(
                        left + width / 2, row, f"{width:.0%}", ha="center", va="center",
                        fontsize=13, bbox={"fc": "white", "ec": "none", "pad": 1.5},
                    )  # fmt: skip
            start = start + share
        ax.set_yticks(rows, [_(MARKETS.get(market, str(market))) for market in table.index])
        ax.set_xlabel(_("share of the customers"))
        ax.set_xlim(0, 1)
        ax.grid(False)
        ax.legend(ncols=4, loc="lower left", bbox_to_anchor=(0, 1.0), handlelength=1.6,
                  columnspacing=1.2, borderaxespad=0.3)  # fmt: skip
        figures.percent_axis(ax.xaxis)
    return ax


def contrasts(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Penalty, reward and latent weight of each market, with intervals, from ``penalty_reward``."""
    looks = {
        "unmet basic": (_("basic: a point missing"), figures.RED, "v"),
        "met basic": (_("basic: a point on top"), figures.GREY, "o"),
        "latent": (_("latent: a point more"), figures.GREEN, "^"),
    }
    with figures.style():
        ax = figures.axes(ax, height=5.0)
        markets = list(dict.fromkeys(table.index.get_level_values(0)))
        for shift, (term, (label, color, marker)) in zip((0.22, 0, -0.22), looks.items(),
                                                         strict=True):  # fmt: skip
            rows = table.xs(term, level=1).reindex(markets)
            place = np.arange(len(markets))[::-1] + shift
            bars = [rows["estimate"] - rows["lower"], rows["upper"] - rows["estimate"]]
            ax.errorbar(rows["estimate"], place, xerr=bars, fmt=marker, color=color, capsize=4,
                        ms=9, lw=2, label=label)  # fmt: skip
        ax.axvline(0, color=figures.INK, lw=1.5)
        names = {"all": N_("all markets in one pot")} | MARKETS
        ax.set_yticks(
            np.arange(len(markets))[::-1], [_(names.get(name, str(name))) for name in markets]
        )
        ax.set_xlabel(_("leaves  ←  weight on staying (log odds)  →  stays"))
        ax.grid(True, axis="x")
        ax.grid(False, axis="y")
        place = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.3}
        ax.legend(ncols=3, handletextpad=0.2, columnspacing=0.9, **place)
    return ax


def better_worse(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Map of the features: how much absence hurts to the right, how much presence pleases upwards.

    ``table`` comes from ``better_worse``. Features whose answers are mostly reverse or
    questionable have no place on the map.
    """
    with figures.style():
        ax = figures.axes(ax, width=9.5, height=5.6)
        shown = table[~table["kano_class"].isin(["R", "Q"])].dropna(subset=["better", "worse"])
        hurts = -shown["worse"]
        for letter, rows in shown.groupby("kano_class"):
            place, high = hurts[rows.index], rows["better"]
            bars = [-rows["worse_upper"], -rows["worse_lower"]]
            ax.errorbar(
                place, high, fmt=KANO_MARKERS[letter], color=figures.BLUE, ms=9, lw=1.5, capsize=3,
                xerr=[(place - bars[0]).clip(lower=0), (bars[1] - place).clip(lower=0)],
                yerr=[high - rows["better_lower"], rows["better_upper"] - high],
            )  # fmt: skip
        for left in (True, False):
            side = shown[(hurts < 0.5) == left].sort_values("better")
            for feature, y in zip(side.index, _apart(side["better"].to_numpy()), strict=True):
                name = f"{_(feature)} ({side.loc[feature, 'kano_class']})"
                ax.annotate(
                    name, (hurts[feature], side.loc[feature, "better"]),
                    xytext=(0.12 if left else 1.03, y), va="center", fontsize=12,
                    bbox={"fc": "white", "ec": "none", "pad": 1.0},
                    arrowprops={
                        "arrowstyle": "-", "color": figures.GREY, "lw": 0.8, "relpos": (0, 0.5)
                    },
                    annotation_clip=False,
                )  # fmt: skip
        for value in (ax.axhline, ax.axvline):
            value(0.5, color=figures.GREY, ls="--", lw=1.2)
        corners = {"A": (0.02, 0.56), "O": (1.0, 0.56), "I": (0.02, 0.42), "M": (1.0, 0.42)}
        for letter, (x, y) in corners.items():
            ax.text(x, y, _(CLASS_NAMES[letter]), color=figures.GREY, fontsize=14, style="italic",
                    ha="left" if x < 0.5 else "right")  # fmt: skip
        ax.set_xlim(-0.02, 1.62)
        ax.set_ylim(-0.07, 1.07)
        ax.set_xticks([0, 0.25, 0.5, 0.75, 1])
        ax.set_xlabel(_("worse: how many its absence would disappoint"), loc="left")
        ax.set_ylabel(_("better: how many its presence would please"))
        figures.percent_axis(ax.xaxis)
        figures.percent_axis(ax.yaxis)
    return ax


def intent_vs_behaviour(table: pd.DataFrame, market: str, ax: Axes | None = None) -> Axes:
    """What the customers of one market said they would do, and what they did."""
    with figures.style():
        ax = figures.axes(ax)
        rows = table.loc[market]
        bars = [rows["done"] - rows["lower"], rows["upper"] - rows["done"]]
        (said,) = ax.plot(rows.index, rows["said"], color=figures.PURPLE, marker="o", ls="--")
        done = ax.errorbar(
            rows.index, rows["done"], yerr=bars, color=figures.RED, marker="D", capsize=4
        )
        last = rows.index.max()
        _end_names(ax, [said, done.lines[0]], [_("said: chance to stay"), _("done: stayed")])
        ax.set_xlim(right=last + 0.25 * (last - rows.index.min()) + 0.6)
        ax.set_xticks(rows.index)
        ax.set_ylim(0, 1)
        ax.set_xlabel(_("satisfaction as stated (7 is completely satisfied)"))
        ax.set_ylabel(_("share of the customers"))
        figures.percent_axis(ax.yaxis)
    return ax


def weights_and_truth(
    estimates: Mapping[str, pd.DataFrame], truth: Mapping[str, float], ax: Axes | None = None
) -> Axes:
    """The same weights estimated in several ways, each beside the planted truth.

    ``estimates`` gives each way's name and its table (index: terms; ``estimate``, ``lower``,
    ``upper``), ``truth`` the planted weight of each term.
    """
    with figures.style():
        ax = figures.axes(ax, height=4.8)
        terms = list(truth)
        base = np.arange(len(terms))[::-1]
        shifts = np.linspace(0.25, -0.25, len(estimates))
        for number, (name, rows) in enumerate(estimates.items()):
            rows = rows.reindex(terms)
            bars = [rows["estimate"] - rows["lower"], rows["upper"] - rows["estimate"]]
            ax.errorbar(
                rows["estimate"], base + shifts[number], xerr=bars, capsize=4, lw=2, ms=8,
                fmt=MARKERS[number], color=COLORS[number], label=_(name),
            )  # fmt: skip
        for row, term in zip(base, terms, strict=True):
            label = _("planted") if row == base[0] else None
            ax.plot([truth[term]] * 2, [row - 0.4, row + 0.4], color=figures.INK, lw=3, label=label)
        ax.set_yticks(base, [_(term) for term in terms])
        ax.axvline(0, color=figures.GREY, lw=1, ls="--")
        ax.set_xlabel(_("weight on staying (log odds a point)"))
        ax.grid(True, axis="x")
        ax.grid(False, axis="y")
        ax.legend(ncols=2, loc="lower left", bbox_to_anchor=(-0.05, 1.0), borderaxespad=0.3)
    return ax


def answers_needed(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """How often surveys of each size see a bend, one line a firm."""
    with figures.style():
        ax = figures.axes(ax)
        for number, firm in enumerate(table.columns):
            (line,) = ax.plot(
                table.index, table[firm], color=COLORS[number % 6],
                marker=MARKERS[number % 6], ls=STYLES[number % 4],
            )  # fmt: skip
            figures.end_label(line, _("firm {name}").format(name=firm))
        ax.set_xscale("log")
        ax.set_xticks(table.index, [f"{size:,}" for size in table.index])
        ax.minorticks_off()
        ax.set_xlim(right=table.index.max() * 1.6)
        ax.set_ylim(-0.02, 1.03)
        ax.set_xlabel(_("answers in the survey"))
        ax.set_ylabel(_("surveys that see a bend"))
        figures.percent_axis(ax.yaxis)
    return ax


def remedies(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Points of customers kept by each remedy in each market, with intervals."""
    looks = {
        "mend basics": (_("mend every basic need"), figures.RED, "v", 0.12),
        "surprise": (_("one point of latent more for everybody"), figures.GREEN, "^", -0.12),
    }
    with figures.style():
        ax = figures.axes(ax)
        markets = list(dict.fromkeys(table.index.get_level_values(0)))
        base = np.arange(len(markets))[::-1]
        for remedy, (label, color, marker, shift) in looks.items():
            rows = table.xs(remedy, level=1).reindex(markets)
            bars = [rows["gain"] - rows["lower"], rows["upper"] - rows["gain"]]
            ax.errorbar(rows["gain"], base + shift, xerr=bars, fmt=marker, color=color, capsize=4,
                        lw=2, ms=9, label=label)  # fmt: skip
        ax.axvline(0, color=figures.INK, lw=1.5)
        ax.set_yticks(base, [_(MARKETS.get(name, str(name))) for name in markets])
        ax.set_xlabel(_("customers kept more, of 100 in the market"))
        ax.grid(True, axis="x")
        ax.grid(False, axis="y")
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=2, borderaxespad=0.3)
    return ax


def market_curves(
    grid: Sequence[float],
    by_basic: pd.DataFrame,
    by_latent: pd.DataFrame,
    here: tuple[float, float, float],
    axes: Sequence[Axes] | None = None,
) -> Axes:
    """Chance to stay against basic (left) and latent satisfaction (right).

    ``by_basic`` and ``by_latent`` hold a column for each market and "here", the market of the
    sliders; ``here`` is the customer: basic, latent, chance to stay.
    """
    basic, latent, chance = here
    with figures.style():
        if axes is None:
            # fixed margins: finding them anew would take most of the time of a redraw
            axes = figures.panels(2, width=9.6, height=4.5, layout="none", sharey=True)
            axes[0].figure.subplots_adjust(left=0.1, right=0.985, bottom=0.13, top=0.9, wspace=0.06)
        sides = (
            (by_basic, basic, _("basic satisfaction")),
            (by_latent, latent, _("latent satisfaction")),
        )
        for ax, (table, place, label) in zip(axes, sides, strict=True):
            for number, market in enumerate(table.columns.drop("here")):
                ax.plot(grid, table[market], color=COLORS[number % 6], ls=STYLES[number % 4],
                        lw=2, label=_(MARKETS.get(market, str(market))))  # fmt: skip
            ax.plot(grid, table["here"], color=figures.INK, lw=4, alpha=0.85,
                    label=_("your market"))  # fmt: skip
            ax.plot([place], [chance], "o", color=figures.INK, ms=13, mfc="white", mew=3, zorder=5)
            ax.set_xlabel(label)
            ax.set_xlim(0.8, 7.2)
            ax.set_xticks([1, 3, 5, 7])
            ax.set_ylim(0, 1)
            ax.set_yticks([0, 0.5, 1])
            figures.percent_axis(ax.yaxis)
        axes[0].set_ylabel(_("chance to stay"))
        axes[0].legend(loc="lower left", bbox_to_anchor=(-0.12, 1.0), ncols=5, handlelength=2.4,
                       columnspacing=1.2, borderaxespad=0.3)  # fmt: skip
    return axes[0]


def _apart(values: np.ndarray, gap: float = 0.085) -> np.ndarray:
    """Rising values moved as little as needed to stand at least ``gap`` apart."""
    places = np.array(values, dtype=float)
    for number in range(1, len(places)):
        places[number] = max(places[number], places[number - 1] + gap)
    # what was pushed above the top is pushed down again
    for number in range(len(places) - 1, -1, -1):
        top = 1.02 if number == len(places) - 1 else places[number + 1] - gap
        places[number] = min(places[number], top)
    return places


def _end_names(ax: Axes, lines: Sequence[Line2D], texts: Sequence[str]) -> None:
    """Each line's name at the right, in one column; names that would overlap are moved apart."""
    place = max(line.get_xdata()[-1] for line in lines) + 0.2
    rows = pd.DataFrame({"text": list(texts), "line": list(lines)})
    rows["end"] = [float(line.get_ydata()[-1]) for line in lines]
    rows = rows.sort_values("end")
    for row, y in zip(rows.itertuples(), _apart(rows["end"].to_numpy(), 0.065), strict=True):
        figures.end_label(row.line, row.text, xytext=(place, y), textcoords="data")
