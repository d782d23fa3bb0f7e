"""The figures of notebook 03: each takes what the room's theory returns, and returns the Axes."""

from collections.abc import Collection, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator, MultipleLocator

from crmlib.core import figures
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_

BAND = (0.25, 0.85)
TOP_GAIN = 1.2

# Names that the notebook hands to figures and sentences: marked here, translated when shown.
NAMES = (
    N_("base"),
    N_("per cent"),
    N_("no first margin"),
    N_("discounted"),
    N_("growing margin"),
    N_("steady"),
    N_("restless"),
    N_("Regular"),
    N_("High End"),
    N_("Geometric"),
    N_("winning"),
    N_("keeping"),
    N_("Routine care, per subscriber and year"),
    N_("Routine care, per subscriber still there after a year"),
    N_("An offer (experiment), per one more customer kept"),
    N_("Now"),
    N_("Winning half as dear again"),
)
# Inputs of the formula, as a reader calls them.
INPUTS = {
    "margin": N_("margin a year"),
    "retention": N_("retention rate"),
    "discount_rate": N_("discount rate"),
    "acquisition_cost": N_("cost of winning"),
    "retention_cost": N_("cost of keeping a year"),
    "margin_growth": N_("growth of the margin"),
}
COLORS = (figures.BLUE, figures.ORANGE, figures.GREEN, figures.PURPLE, figures.GREY)
STYLES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)))


def gain_curve(
    gains: pd.Series | Mapping[str, pd.Series],
    at: float | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Gain in value against the base retention rate, with the band of 25% to 85% shaded.

    Parameters
    ----------
    gains : Series or mapping of Series
        Index retention rate, values gains as shares; a mapping draws several, with its names.
    at : float, optional
        Base retention rate to mark on a single curve.
    """
    curves = {"": gains} if isinstance(gains, pd.Series) else gains
    with figures.style():
        ax = figures.axes(ax)
        ax.axhspan(*BAND, color=figures.ORANGE, alpha=0.18, lw=0)
        for number, (name, curve) in enumerate(curves.items()):
            ax.plot(
                curve.index, curve, color=COLORS[number % 5], ls=STYLES[number % 5],
                label=_(name) or None,
            )  # fmt: skip
        first = next(iter(curves.values()))
        low, high = first.index.min(), first.index.max()
        # between two lines of the grid, where no curve runs and no mark stands
        near = np.concatenate([curve[curve.index <= low + 0.2] for curve in curves.values()]) + 0.04
        place = max((0.3, 0.5, 0.7), key=lambda height: np.abs(near - height).min())
        ax.text(low, place, _('the sentence: "25% to 85%"'), va="center")
        if at is not None and len(curve):
            gain = float(np.interp(at, curve.index, curve))
            shown = min(gain, TOP_GAIN * 0.95)
            ax.plot([at, at], [0, shown], color=figures.RED, ls="--", lw=1.5)
            ax.plot([at], [shown], "D", color=figures.RED, ms=10, zorder=5)
            # left of the mark the curve is below it; on the right it may run through the number
            left = at > (low + high) / 2
            steep = np.interp(at + 0.06, curve.index, curve) > gain + 0.08
            offset = (-12, 6) if left else (12, -22 if steep else 10)
            ax.annotate(
                f"{gain:+.0%}", (at, shown), offset, fontsize=16,
                textcoords="offset points", ha="right" if left else "left", color=figures.RED,
            )  # fmt: skip
        if len(curves) > 1:
            ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4, borderaxespad=0.2)
        ax.set_ylim(0, TOP_GAIN)
        ax.set_xlabel(_("retention rate before"))
        ax.set_ylabel(_("gain in the value of a customer"))
        figures.percent_axis(ax.xaxis)
        figures.percent_axis(ax.yaxis)
    return ax


def mixed_cohort(cohort: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Bars of the kinds of customers still there; above each, the cohort's retention rate."""
    kinds = [name for name in cohort.columns if name not in ("together", "retention_rate")]
    hatches = ("", "//", "..", "xx")
    with figures.style():
        ax = figures.axes(ax)
        bottom = np.zeros(len(cohort))
        for number, name in enumerate(kinds):
            ax.bar(
                cohort.index, cohort[name], bottom=bottom, width=0.7, label=_(name),
                color=COLORS[number % 5], hatch=hatches[number % 4], edgecolor="white",
            )  # fmt: skip
            bottom += cohort[name].to_numpy()
        for renewal, rate in cohort["retention_rate"].dropna().items():
            ax.annotate(
                f"{rate:.0%}", (renewal, cohort.loc[renewal, "together"]), (0, 5), ha="center",
                textcoords="offset points",
            )  # fmt: skip
        ax.legend(loc="upper right")
        ax.set_xlabel(_("year (above the bars: share of last year's customers who renewed)"))
        ax.set_ylabel(_("customers still there"))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
    return ax


def retention_by_renewal(
    table: pd.DataFrame, expected: pd.Series | None = None, ax: Axes | None = None
) -> Axes:
    """Retention rate at each renewal with intervals; ``expected`` is a line to compare it with."""
    with figures.style():
        ax = figures.axes(ax)
        rate = table["retention_rate"]
        # Wilson's ends meet the rate at 0 and 1, but for rounding
        bars = [(rate - table["lower"]).clip(lower=0), (table["upper"] - rate).clip(lower=0)]
        ax.errorbar(
            table.index, rate, yerr=bars, fmt="o", color=figures.BLUE,
            capsize=3, lw=1.5, ms=6, label=_("share who renewed, with 95% interval"),
        )  # fmt: skip
        if expected is not None:
            ax.plot(
                expected.index, expected, color=figures.RED, ls="--",
                label=_("true mean of those still there"),
            )  # fmt: skip
        ax.legend(loc="lower right")
        ax.set_xlabel(_("renewal"))
        ax.set_ylabel(_("retention rate"))
        ax.set_ylim(min(0.8, table["lower"].min() - 0.02), 1.005)
        ax.yaxis.set_major_locator(MultipleLocator(0.05))
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        figures.percent_axis(ax.yaxis)
    return ax


def projection(table: pd.DataFrame, ax: Axes | None = None, *, title: str = "") -> Axes:
    """Survival of a cohort: what happened, and what models say that saw its first years."""
    names = {"Geometric": _("one rate for all"), "SBG": "sBG", "BdW": "BdW"}
    looks = {
        "Geometric": (figures.ORANGE, ":"),
        "SBG": (figures.BLUE, "-"),
        "BdW": (figures.GREEN, "--"),
    }
    seen = table.attrs["seen"]
    with figures.style():
        ax = figures.axes(ax)
        for name in table.columns.drop("actual"):
            color, style = looks[name]
            ax.plot(table.index, table[name], color=color, ls=style, label=names[name])
        past, later = table["actual"].loc[:seen], table["actual"].loc[seen + 1 :]
        ax.plot(past.index, past, "o", color=figures.INK, label=_("the models have seen this"))
        ax.plot(later.index, later, "o", color=figures.INK, mfc="white", label=_("what came later"))
        ax.axvline(seen + 0.5, color=figures.GREY, ls="--", lw=1.5, zorder=0)
        # a white ground, since the line that ends what was seen runs behind it
        ax.legend(loc="upper right", frameon=True, framealpha=1.0, edgecolor="white")
        ax.set_ylim(0, 1.03)
        ax.set_xlabel(_("years under contract"))
        ax.set_ylabel(_("share still under contract"))
        ax.set_title(_(title) if title else "")
        ax.xaxis.set_major_locator(MaxNLocator(integer=True))
        figures.percent_axis(ax.yaxis)
    return ax


def tornado(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """What the value does when one input at a time goes from its low to its high end."""
    with figures.style():
        ax = figures.axes(ax, height=0.8 + 0.75 * len(table))
        base, places = table.attrs["base"], np.arange(len(table))[::-1]
        for place, (_name, row) in zip(places, table.iterrows(), strict=True):
            for end, color, hatch in (("low", figures.ORANGE, "//"), ("high", figures.BLUE, "")):
                ax.barh(place, row[f"value_{end}"] - base, left=base, height=0.55, color=color,
                        hatch=hatch, edgecolor="white")  # fmt: skip
                right = row[f"value_{end}"] >= base
                ax.annotate(
                    f"{row[end]:g}", (row[f"value_{end}"], place), (5 if right else -5, 0),
                    textcoords="offset points", ha="left" if right else "right", va="center",
                )  # fmt: skip
        ax.axvline(base, color=figures.INK, lw=1.5)
        ax.set_yticks(places, [_(INPUTS.get(name, name)) for name in table.index])
        ax.grid(True, axis="x")
        ax.grid(False, axis="y")
        ax.margins(x=0.12)
        ax.set_xlabel(_("value of a customer (numbers at the bars: the input there)"))
    return ax


def cost_per_customer(costs: Mapping[str, float], band: Sequence[float] = (0.2, 0.3),
                      striped: Collection[str] = (), ax: Axes | None = None) -> Axes:  # fmt: skip
    """Cost of keeping as a multiple of the cost of winning, counted in several ways.

    Parameters
    ----------
    costs : mapping
        For each way of counting its name and the ratio.
    band : two floats
        The range that the sentence claims, shaded.
    striped : collection of str
        Names of the bars that stand for another kind of expense.
    """
    with figures.style():
        ax = figures.axes(ax, height=1.2 + 0.95 * len(costs))
        places = np.arange(len(costs))[::-1]
        ax.axvspan(*band, color=figures.ORANGE, alpha=0.3, lw=0)
        for place, (name, ratio) in zip(places, costs.items(), strict=True):
            color, hatch = (figures.ORANGE, "//") if name in striped else (figures.BLUE, "")
            ax.barh(place, ratio, height=0.45, color=color, hatch=hatch, edgecolor="white")
            ax.annotate(
                f"{ratio:.0%}", (ratio, place), (6, 0), va="center", textcoords="offset points",
                bbox={"fc": "white", "ec": "none", "pad": 1.5},
            )  # fmt: skip
        ax.axvline(1, color=figures.INK, lw=1.5, ls="--")
        for place, name in zip(places, costs, strict=True):
            ax.annotate(
                _(name), (0, place + 0.27), (4, 2), textcoords="offset points", va="bottom",
                bbox={"fc": "white", "ec": "none", "pad": 1.0},
            )  # fmt: skip
        ax.set_yticks([])
        ax.set_ylim(-0.45, len(costs) - 0.3)
        ax.set_xlim(0, max(*costs.values(), 1) * 1.15)
        ax.grid(True, axis="x")
        ax.grid(False, axis="y")
        ax.set_xlabel(_("cost of keeping / cost of winning (shaded: 20% to 30%)"))
        figures.percent_axis(ax.xaxis)
    return ax


def responses(
    curves: pd.DataFrame, now: Mapping[str, float], best: Mapping[str, float],
    ax: Axes | None = None,
) -> Axes:  # fmt: skip
    """Shares achieved against the budget, with the present and the best budget marked.

    Parameters
    ----------
    curves : DataFrame
        Index budget in money; one column of shares per use of the money.
    now, best : mapping
        Budgets per column: where the firm stands, and where it would stand best.
    """
    with figures.style():
        ax = figures.axes(ax)
        for number, name in enumerate(curves.columns):
            color = COLORS[number % 5]
            (line,) = ax.plot(curves.index, curves[name], color=color, ls=STYLES[number % 5])
            figures.end_label(line, _(name))
            for budget, face, label in (
                (now[name], "white", _("present budget")),
                (best[name], color, _("best budget")),
            ):
                height = np.interp(budget, curves.index, curves[name])
                ax.plot([budget], [height], "o", ms=11, color=color, mfc=face, zorder=4,
                        label=label if number == 0 else None)  # fmt: skip
        ax.legend(loc="upper left")
        ax.set_ylim(0, min(1.0, curves.to_numpy().max() * 1.35))
        ax.set_xlabel(_("budget per prospect (winning) or per customer and year (keeping), CNY"))
        ax.set_ylabel(_("share won, or kept"))
        figures.percent_axis(ax.yaxis)
    return ax
