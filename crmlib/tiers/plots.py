"""The figures of notebook 07: each takes what the theory returns, and returns the Axes."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path

from crmlib.core import figures
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.tiers.decisions import response

# Names that the notebook hands to figures and sentences: marked here, translated when shown.
NAMES = (
    N_("platinum"),
    N_("gold"),
    N_("iron"),
    N_("lead"),
    N_("revenue"),
    N_("contribution"),
    N_("lifetime value"),
    N_("orders"),
    N_("top fifth"),
    N_("Luxi, 2022"),
    N_("Luxi's orders dealt out by chance"),
    N_("8,000 customers all alike"),
    N_("top 1%"),
    N_("all alike"),
    N_("Luxi, as it was"),
    N_("Luxi, only those who did not leave"),
    N_("simulated: Luxi without leaving"),
    N_("women"),
    N_("men"),
    N_("market A"),
    N_("market D"),
    N_("app users"),
    N_("others"),
    N_("cost of an order"),
    N_("amount of an order"),
    N_("minutes an order"),
    N_("bought again"),
    N_("complained"),
    N_("recommended"),
    N_("cost to serve an order, 2021 (CNY)"),
    N_("complained, 2021 to 2023"),
    N_("recommended Luxi, 2024"),
    N_("chosen"),
    N_("other iron customers"),
    N_("100% avoidable"),
    N_("50% avoidable"),
    N_("25% avoidable"),
    N_("by tier value"),
    N_("by the next yuan"),
)
_COLORS = (figures.PURPLE, figures.ORANGE, figures.BLUE, figures.GREY)
_HATCHES = ("", "//", "..", "\\\\")


def pyramid(
    table: pd.DataFrame, value: str = "revenue", ax: Axes | None = None, *, title: str = ""
) -> Axes:
    """The customers of every tier to the left, their share of the money to the right.

    ``table`` comes from :func:`crmlib.tiers.table`; ``value`` is a column of it.
    """
    with figures.style():
        ax = figures.axes(ax)
        people, money = table["share_of_customers"], table[f"share_of_{value}"].fillna(0.0)
        # losses run to the left of the money's own zero line
        zero = 0.05 if money.min() >= 0 else 0.17 - money.min()
        places = np.arange(len(table))[::-1]
        ax.barh(places, -people, color=figures.LIGHT, edgecolor=figures.GREY, hatch="//")
        ax.barh(places, money, left=zero, color=figures.BLUE)
        for place, share, worth in zip(places, people, money, strict=True):
            ax.text(-share - 0.02, place, f"{share:.0%}", ha="right", va="center")
            end = zero + worth + (0.02 if worth >= 0 else -0.02)
            ax.text(end, place, f"{worth:.0%}", ha="left" if worth >= 0 else "right", va="center")
        ax.axvline(0, color=figures.GREY, lw=1)
        ax.axvline(zero, color=figures.GREY, lw=1)
        ax.set_yticks(places, [_(str(name)) for name in table.index])
        ax.set_ylim(-0.6, len(table) - 0.1)
        above = len(table) - 0.42
        ax.text(-0.02, above, _("share of customers"), ha="right", color=figures.GREY)
        label = _("share of {what}").format(what=_(value.replace("_", " ")))
        ax.text(zero + 0.02, above, label, color=figures.BLUE)
        ax.set_xlim(-max(0.72, people.max() + 0.24), zero + max(0.72, money.max() + 0.16))
        ax.set_xticks([])
        ax.grid(False)
        ax.spines[["bottom", "left"]].set_visible(False)
        ax.tick_params(axis="y", length=0)
        if title:
            ax.set_title(_(title))
    return ax


def pyramids(tables: Mapping[str, pd.DataFrame], values: Sequence[str]) -> list[Axes]:
    """Several pyramids side by side: the titles are the keys, each with its column of money."""
    grid = figures.panels(len(tables), width=4.3 * len(tables), height=4.0)
    for ax, (title, table), value in zip(grid, tables.items(), values, strict=True):
        pyramid(table, value, ax, title=title)
    for ax in grid[1:]:
        ax.set_yticklabels([])
    return grid


def migration(moves: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """From tier (rows) to tier (columns) as a map: the share, and its 95% interval below."""
    with figures.style():
        ax = figures.axes(ax, width=8, height=4.8)
        shares = _square(moves, "probability")
        # only the lighter shades: dark numbers can be read on all of them
        ax.imshow(shares.fillna(0), cmap="Blues", vmin=0, vmax=1.6, aspect="auto")
        for row, before in enumerate(shares.index):
            for column, after in enumerate(shares.columns):
                cell = moves.loc[(before, after)]
                if np.isnan(cell["probability"]):
                    continue
                ax.text(column, row - 0.12, _percent(cell["probability"]), ha="center",
                        va="center", fontsize=16)  # fmt: skip
                ends = f"{_percent(cell['lower'])} – {_percent(cell['upper'])}"
                ax.text(column, row + 0.26, ends, ha="center", va="center",
                        fontsize=11.5)  # fmt: skip
        counts = moves["of"].groupby(level="before", sort=False).first()
        labels = [f"{_(str(name))} ({counts[name]:,.0f})" for name in shares.index]
        ax.set_yticks(range(len(shares.index)), labels)
        ax.set_xticks(range(len(shares.columns)), [_(str(name)) for name in shares.columns])
        ax.xaxis.tick_top()
        ax.xaxis.set_label_position("top")
        ax.set_xlabel(_("tier a year later"))
        ax.set_ylabel(_("tier before (customers)"))
        ax.grid(False)
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
    return ax


def flow(
    moves: pd.DataFrame,
    ax: Axes | None = None,
    *,
    held: pd.Series | None = None,
    what: str = "revenue",
) -> Axes:
    """Customers as bands from their tier (left) to the tier a year later (right).

    ``held`` adds to the tiers at the left their share of the money, called ``what``.
    """
    with figures.style():
        ax = figures.axes(ax)
        counts = _square(moves, "customers")
        names, total = list(counts.index), counts.to_numpy().sum()
        shares = (counts / total).to_dict("index")
        gap = 0.045
        starts, ends = counts.sum(axis=1) / total, counts.sum(axis=0) / total
        left, right = _tops(starts, gap), _tops(ends, gap)
        out, into = dict(left), dict(right)
        for number, before in enumerate(names):
            bands = []
            for after in names:
                height = shares[before][after]
                if height > 0:
                    bands.append(_band(out[before], into[after], height))
                out[before] -= height
                into[after] -= height
            look = {"color": _COLORS[number % 4], "alpha": 0.45, "lw": 0}
            ax.add_patch(PathPatch(Path.make_compound_path(*bands), **look))
            sizes = np.array([starts[before], ends[before]])
            ax.bar([0, 1], sizes, 0.03, [left[before], right[before]] - sizes,
                   color=_COLORS[number % 4], hatch=_HATCHES[number % 4],
                   edgecolor="white")  # fmt: skip
        for side, tops, sizes, align in ((0, left, starts, "right"), (1, right, ends, "left")):
            for name in names:
                label = f"{_(str(name))} {sizes[name]:.0%}"
                if held is not None and side == 0:
                    label = _("{tier}: holds {share:.0%}").format(tier=label, share=held[name])
                middle = tops[name] - sizes[name] / 2
                ax.text(side + (0.03 if side else -0.03), middle, label, ha=align, va="center")
        look = {"va": "bottom", "color": figures.GREY}
        edge = -0.28 if held is None else -0.64
        if held is None:
            ax.text(0, 0.05, _("this year"), ha="center", **look)
        else:
            caption = _("this year: share of customers, of {what}").format(what=_(what))
            ax.text(edge, 0.05, caption, ha="left", **look)
        ax.text(1, 0.05, _("next year"), ha="center", **look)
        ax.set_xlim(edge, 1.28)
        ax.set_ylim(-1 - 3 * gap, 0.13)
        ax.axis("off")
    return ax


def ladder(stays: pd.DataFrame, chance: float | None = None, ax: Axes | None = None) -> Axes:
    """Who stays at the top, one row a world: ``probability``, ``lower``, ``upper``, by label."""
    with figures.style():
        ax = figures.axes(ax, height=1.4 + 0.62 * len(stays))
        places = np.arange(len(stays))[::-1]
        bars = [stays["probability"] - stays["lower"], stays["upper"] - stays["probability"]]
        box = {"facecolor": "white", "edgecolor": "none", "pad": 1}
        ax.errorbar(stays["probability"], places, xerr=bars, fmt="o", ms=9, capsize=5,
                    color=figures.BLUE)  # fmt: skip
        for place, share in zip(places, stays["probability"], strict=True):
            # white below the number: the line of chance may run through it
            ax.annotate(f"{share:.0%}", (share, place), (0, 10), textcoords="offset points",
                        ha="center", bbox=box)  # fmt: skip
        if chance is not None:
            ax.axvline(chance, color=figures.RED, linestyle="--", lw=1.5, zorder=0)
            ax.text(chance, len(stays) - 0.35, _("by chance alone"), color=figures.RED,
                    ha="center", bbox=box)  # fmt: skip
        ax.set_yticks(places, [_(str(name)) for name in stays.index])
        ax.set_ylim(-0.5, len(stays) - 0.05)
        ax.set_xlim(0, 1.03)
        ax.set_xlabel(_("share of the top fifth who are in it again a year later"))
        figures.percent_axis(ax.xaxis)
        ax.grid(True, axis="x")
        ax.grid(False, axis="y")
    return ax


def traits(
    profile: pd.DataFrame, labels: Mapping[str, str], shares: Sequence[str] = ()
) -> list[Axes]:
    """One small panel a trait: its mean in every tier, with the interval.

    ``labels`` gives the title of each trait that is shown; ``shares`` names those shown in %.
    """
    grid = figures.panels(len(labels), width=4.1 * len(labels), height=3.8)
    with figures.style():
        for ax, (trait, label) in zip(grid, labels.items(), strict=True):
            rows = profile.loc[trait]
            known = rows["mean"].notna()
            places = np.arange(len(rows))
            bars = [rows["mean"] - rows["lower"], rows["upper"] - rows["mean"]]
            ax.errorbar(places[known], rows["mean"][known], fmt="o", ms=9, capsize=5,
                        yerr=[bar[known] for bar in bars], color=figures.BLUE)  # fmt: skip
            ax.set_xticks(places, [_(str(name)) for name in rows.index])
            ax.set_xlim(-0.5, len(rows) - 0.5)
            ax.set_ylim(0, 1.08 * rows[["mean", "upper"]].max(axis=None))
            ax.set_title(_(label), fontsize=13)
            if trait in shares:
                figures.percent_axis(ax.yaxis)
    return grid


def drop_curve(curves: Mapping[str, pd.Series], ax: Axes | None = None) -> Axes:
    """Gain from dropping the worst customers against how many are dropped, a line a label."""
    with figures.style():
        ax = figures.axes(ax)
        looks = [(figures.BLUE, "-"), (figures.ORANGE, "--"), (figures.RED, "-.")]
        for (label, curve), (color, dash) in zip(curves.items(), looks, strict=False):
            (line,) = ax.plot(curve.index, curve, color=color, linestyle=dash)
            figures.end_label(line, _(label))
        ax.axhline(0, color=figures.INK, lw=1.5)
        ax.set_xlabel(_("share of the customers dropped, the worst first"))
        ax.set_ylabel(_("gain of the firm (CNY a year)"))
        figures.percent_axis(ax.xaxis)
        ax.yaxis.set_major_formatter("{x:,.0f}")
    return ax


def spiral(rounds: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Profit of the firm, round by round; above each bar the customers who are left."""
    with figures.style():
        ax = figures.axes(ax)
        colors = [figures.BLUE if profit >= 0 else figures.RED for profit in rounds["profit"]]
        ax.bar(rounds.index, rounds["profit"], color=colors, width=0.7)
        reach = rounds["profit"].abs().max()
        for number, row in rounds.iterrows():
            up = row["profit"] >= 0
            end = row["profit"] + (0.02 if up else -0.02) * reach
            left = f"{row['customers']:,.0f}"
            ax.text(number, end, left, ha="center", va="bottom" if up else "top")
        ax.axhline(0, color=figures.INK, lw=1.5)
        ax.set_ylim(
            min(0, rounds["profit"].min()) - 0.14 * reach,
            max(0, rounds["profit"].max()) + 0.14 * reach,
        )
        ax.set_xticks(rounds.index)
        ax.set_xlabel(_("round (at the bars: customers left)"))
        ax.set_ylabel(_("profit of the firm (CNY a year)"))
        ax.yaxis.set_major_formatter("{x:,.0f}")
    return ax


def allocations(
    groups: pd.DataFrame, plans: Mapping[str, pd.DataFrame], ax: Axes | None = None
) -> Axes:
    """Response curves per customer, and where each plan puts its yuan: a marker a plan."""
    with figures.style():
        ax = figures.axes(ax)
        most = 1.15 * max(float(plan["spend"].max()) for plan in plans.values())
        spend = np.linspace(0, max(most, 1e-9), 200)
        markers = "Ds^"
        for number, (name, row) in enumerate(groups.iterrows()):
            color = _COLORS[number % 4]
            curve = response(spend, row["ceiling"], row["scale"])
            (line,) = ax.plot(
                spend, curve, color=color, linestyle=("-", "--", "-.", ":")[number % 4]
            )
            figures.end_label(line, _(str(name)))
            for marker, plan in zip(markers, plans.values(), strict=False):
                ax.plot(plan.loc[name, "spend"], plan.loc[name, "gain"], marker, ms=11,
                        color=color, mec=figures.INK, zorder=5, clip_on=False)  # fmt: skip
        for marker, label in zip(markers, plans, strict=False):
            ax.plot([], [], marker, color="white", mec=figures.INK, ms=11, label=_(label))
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(plans), borderaxespad=0.2)
        ax.set_xlabel(_("spent on one customer (CNY)"))
        ax.set_ylabel(_("additional contribution of one customer (CNY)"))
        ax.set_xlim(left=0)
        ax.set_ylim(bottom=0)
    return ax


def _percent(share: float) -> str:
    """A share in per cent; below one per cent with a decimal, so that it does not look like 0."""
    return f"{share:.1%}" if 0.0005 <= share < 0.01 else f"{share:.0%}"


def _square(moves: pd.DataFrame, column: str) -> pd.DataFrame:
    before, after = (moves.index.unique(level) for level in ("before", "after"))
    cells = moves[column].to_numpy().reshape(len(before), len(after))
    return pd.DataFrame(cells, before, after)


def _tops(sizes: pd.Series, gap: float) -> dict[object, float]:
    above = np.concatenate([[0.0], np.cumsum(sizes.to_numpy())[:-1]])
    return {
        name: -(top + number * gap)
        for number, (name, top) in enumerate(zip(sizes.index, above, strict=True))
    }


def _band(left: float, right: float, height: float) -> Path:
    x0, x1, middle = 0.015, 0.985, 0.5
    corners = [
        (x0, left), (middle, left), (middle, right), (x1, right),
        (x1, right - height), (middle, right - height), (middle, left - height),
        (x0, left - height), (x0, left),
    ]  # fmt: skip
    codes = [
        Path.MOVETO, *[Path.CURVE4] * 3, Path.LINETO, *[Path.CURVE4] * 3, Path.CLOSEPOLY,
    ]  # fmt: skip
    return Path(corners, codes)
