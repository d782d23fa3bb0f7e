"""The figures of notebook 04: each takes what the theory returns, and returns the Axes."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.collections import PolyCollection
from matplotlib.ticker import MaxNLocator

from crmlib.core import figures
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.lifecycle import theory

# Names that the notebook hands to figures and sentences: marked here, translated when shown.
NAMES = (
    N_("save one point"),
    N_("win back three"),
    N_("all persons"),
    N_("those who follow the chain"),
    N_("the other tenth"),
    N_("estimated"),
    N_("planted"),
    N_("your matrix"),
    N_("quarters ahead"),
    N_("months called lost"),
    N_("chance to buy again next month"),
    N_("all customers"),
)
# colour and marker of each state: never colour alone
LOOKS = {
    "potential": (figures.GREEN, "^"),
    "target": (figures.ORANGE, "s"),
    "actual": (figures.BLUE, "o"),
    "lost": (figures.RED, "v"),
    "non-customer": (figures.GREY, "D"),
}
OTHERS = ((figures.PURPLE, "P"), (figures.INK, "X"))
WIDE_ENOUGH = 0.06
BAR = 0.72  # of the space between two bars
TINY = 5e-5


def transition_map(intervals: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """The matrix as a map: rows from, columns to, each chance with its interval."""
    with figures.style():
        ax = figures.axes(ax, height=5.0)
        rows, columns = (intervals.index.unique(level) for level in (0, 1))
        chances = intervals["probability"].to_numpy().reshape(len(rows), len(columns))
        # only the lighter shades: dark numbers can be read on all of them
        ax.imshow(chances, cmap="Blues", vmin=0, vmax=1.6, aspect="auto")
        ax.grid(False)
        names = [theory.state_name(state) for state in columns]
        ax.set_xticks(range(len(names)), names)
        ax.set_yticks(range(len(rows)), [theory.state_name(state) for state in rows])
        ax.xaxis.tick_top()
        ax.xaxis.set_label_position("top")
        ax.tick_params(length=0)
        for number, (_pair, cell) in enumerate(intervals.iterrows()):
            place = number % len(names), number // len(names)
            if cell["count"] == 0:
                ax.text(*place, _("never"), ha="center", va="center", color=figures.GREY)
                continue
            ax.text(place[0], place[1] - 0.13, f"{cell['probability']:.1%}", ha="center",
                    va="center", fontsize=15)  # fmt: skip
            ends = _("{low:.1f} to {high:.1f}").format(
                low=100 * cell["lower"], high=100 * cell["upper"]
            )
            ax.text(place[0], place[1] + 0.22, ends, ha="center", va="center",
                    fontsize=12)  # fmt: skip
        ax.set_xlabel(_("state in the next quarter"))
        ax.set_ylabel(_("state now"))
    return ax


def state_paths(
    numbers: pd.DataFrame,
    ahead: pd.DataFrame | None = None,
    ax: Axes | None = None,
    *,
    xlabel: str = "",
) -> Axes:
    """Persons in each state over time: what happened (solid), and a forecast (dotted).

    Parameters
    ----------
    numbers : DataFrame
        One row a period, one column a state.
    ahead : DataFrame, optional
        The forecast, with the same columns; its index holds periods of ``numbers`` or later ones.
    """
    with figures.style():
        ax = figures.axes(ax, height=5.0)
        periods = list(numbers.index)
        periods += [] if ahead is None else [row for row in ahead.index if row not in periods]
        last = numbers.iloc[-1] if ahead is None else ahead.iloc[-1]
        for state, place in zip(last.index, _spread(last.to_numpy(), ax, numbers), strict=True):
            color, marker = _look(state, list(last.index))
            where = [periods.index(row) for row in numbers.index]
            (line,) = ax.plot(where, numbers[state], color=color, marker=marker)
            if ahead is not None:
                there = [periods.index(row) for row in ahead.index]
                (line,) = ax.plot(there, ahead[state], color=color, linestyle=":", lw=2.5)
            figures.end_label(line, theory.state_name(state), xytext=(10, place))
        if ahead is not None:
            ax.plot([], [], color=figures.INK, label=_("what happened"))
            ax.plot([], [], color=figures.INK, linestyle=":", lw=2.5, label=_("forecast"))
            ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, borderaxespad=0.2)
        step = max(1, round(len(periods) / 6))
        shown = list(range(0, len(periods), step))
        ax.set_xticks(shown, [str(periods[number]) for number in shown])
        ax.set_xlabel(_(xlabel) or _("quarter"))
        ax.set_ylabel(_("persons"))
        ax.set_ylim(bottom=0)
        ax.yaxis.set_major_formatter("{x:,.0f}")
    return ax


def state_values(
    values: pd.DataFrame, truth: Mapping[str, float] | None = None, ax: Axes | None = None
) -> Axes:
    """What a person in each state is worth, with intervals; the planted truth as diamonds."""
    with figures.style():
        ax = figures.axes(ax, height=4.0)
        rows = np.arange(len(values))[::-1]
        bars = [values["value"] - values["lower"], values["upper"] - values["value"]]
        ax.barh(rows, values["value"], height=0.55, color=figures.BLUE, alpha=0.35)
        ax.errorbar(values["value"], rows, xerr=bars, fmt="o", color=figures.BLUE, capsize=4,
                    label=_("estimated, with 95% interval"))  # fmt: skip
        far = values["upper"].max()
        if truth is not None:
            planted = [truth[state] for state in values.index]
            far = max(far, *planted)
            ax.plot(planted, rows + 0.36, "D", color=figures.RED, ms=8, label=_("planted"))
            place = {"loc": "lower left", "bbox_to_anchor": (0, 1), "borderaxespad": 0.2}
            ax.legend(ncols=2, **place)
        for row, value in zip(rows, values["value"], strict=True):
            ax.text(far * 1.04, row, f"{value:,.0f}", va="center")
        ax.set_yticks(rows, [theory.state_name(state) for state in values.index])
        ax.grid(False, axis="y")
        ax.grid(True, axis="x")
        ax.set_xlim(min(0, values["lower"].min() * 1.05), far * 1.16)
        ax.set_xlabel(_("value of one person (CNY)"))
    return ax


def net_gain(
    policies: pd.DataFrame, costs: Mapping[str, float] | None = None, ax: Axes | None = None
) -> Axes:
    """Net gain of each policy against its cost per person and quarter; dots where it stands.

    Parameters
    ----------
    policies : DataFrame
        From :func:`crmlib.lifecycle.compare_policies`.
    costs : mapping, optional
        Cost per person and quarter of each policy, to be marked.
    """
    with figures.style():
        ax = figures.axes(ax)
        end = policies["highest_cost"].max() * 1.2
        looks = [(figures.BLUE, "o", "-"), (figures.RED, "s", "--"), (figures.GREEN, "^", "-.")]
        ax.axhline(0, color=figures.INK, lw=1)
        for number, (name, row) in enumerate(policies.iterrows()):
            color, marker, dash = looks[number % len(looks)]
            stop = min(end, row["highest_cost"] * 1.25)
            x = np.array([0, stop])
            net = row["gain"] * (1 - x / row["highest_cost"]) / 1000
            ax.plot(x, net, color=color, linestyle=dash, label=_(name))
            if costs is not None:
                here = row["gain"] * (1 - costs[name] / row["highest_cost"]) / 1000
                ax.plot([costs[name]], [here], marker, color=color, ms=12)
        ax.legend(loc="upper right")
        ax.set_xlim(0, end)
        ax.set_xlabel(_("cost per person and quarter (CNY)"))
        ax.set_ylabel(_("net gain (1,000 CNY)"))
        ax.yaxis.set_major_formatter("{x:,.0f}")
    return ax


def by_duration(
    tables: Mapping[str, pd.DataFrame],
    ax: Axes | None = None,
    *,
    xlabel: str = "",
    ylabel: str = "",
) -> Axes:
    """Chance to leave a state by how long one has been there; one line a group, with intervals."""
    with figures.style():
        ax = figures.axes(ax)
        looks = [(figures.INK, "o", "-"), (figures.BLUE, "s", "--"), (figures.RED, "v", ":")]
        longest = max(tables.values(), key=len).index
        for number, (name, table) in enumerate(tables.items()):
            color, marker, dash = looks[number % len(looks)]
            bars = [table["probability"] - table["lower"], table["upper"] - table["probability"]]
            ax.errorbar(table.index + 0.08 * (number - (len(tables) - 1) / 2),
                        table["probability"], yerr=bars, color=color, marker=marker,
                        linestyle=dash, capsize=4, lw=2, label=_(name))  # fmt: skip
        if len(tables) > 1:
            ax.legend(loc="upper right")
        ax.set_xticks(longest, [*map(str, longest[:-1]), f"{longest[-1]}+"])
        ax.set_xlabel(_(xlabel) or _("quarter as a customer"))
        ax.set_ylabel(_(ylabel) or _("chance to be lost next quarter"))
        ax.set_ylim(bottom=0)
        figures.percent_axis(ax.yaxis)
    return ax


def survival(
    curve: pd.DataFrame,
    ended_only: pd.Series | None = None,
    truth: Mapping[int, float] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Share of contracts still running after so many months, with its interval."""
    with figures.style():
        ax = figures.axes(ax)
        months = curve.index.to_numpy(dtype=float)
        ax.fill_between(months, curve["lower"], curve["upper"], step="post", color=figures.BLUE,
                        alpha=0.25, lw=0)  # fmt: skip
        ax.step(months, curve["survival"], where="post", color=figures.BLUE,
                label=_("all contracts (Kaplan-Meier)"))  # fmt: skip
        if ended_only is not None:
            ax.step(ended_only.index, ended_only, where="post", color=figures.RED, linestyle="--",
                    label=_("ended contracts only"))  # fmt: skip
        if truth is not None:
            ax.plot(list(truth), list(truth.values()), "D", color=figures.INK, ms=9,
                    label=_("planted"), clip_on=False)  # fmt: skip
        ax.legend(loc="upper right")
        ax.set_xlabel(_("months since the start"))
        ax.set_ylabel(_("share still under contract"))
        ax.set_ylim(0, 1.02)
        ax.set_xlim(0, months.max() * 1.03)
        ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 3, 6]))
        figures.percent_axis(ax.yaxis)
    return ax


def editor(
    future: pd.DataFrame, values: pd.Series, values_before: pd.Series, quarters: Sequence[int]
) -> Axes:
    """Two panels: the population as stacked bars over time; state values before and after."""
    with figures.style():
        # fixed margins: a layout that measures every label takes longer than a slider may
        left, right = figures.panels(2, width=10.5, height=4.6, layout=None)
        left.figure.subplots_adjust(left=0.06, right=0.98, top=0.89, bottom=0.13, wspace=0.62)
        _population(future.loc[list(quarters)], left)
        rows = np.arange(len(values))[::-1]
        right.hlines(rows, values_before, values, color=figures.GREY, lw=2)
        right.plot(values_before, rows, "o", color=figures.GREY, mfc="white", ms=10,
                   label=_("estimated"))  # fmt: skip
        right.plot(values, rows, "o", color=figures.BLUE, ms=9, label=_("your matrix"))
        right.set_yticks(rows, [theory.state_name(state) for state in values.index])
        right.grid(False, axis="y")
        right.grid(True, axis="x")
        low, high = min(0, values.min()), max(values.max(), values_before.max())
        right.set_xlim(low * 1.1, high * 1.12)
        right.set_ylim(-0.6, len(values) - 0.4)
        right.xaxis.set_major_locator(MaxNLocator(3))
        right.set_xlabel(_("value of one person (CNY)"))
        place = {"loc": "lower right", "bbox_to_anchor": (1, 1), "borderaxespad": 0.2}
        right.legend(ncols=2, columnspacing=1.2, **place)
    return left


def _population(future: pd.DataFrame, ax: Axes) -> None:
    """Stacked bars: the share of the population in each state, with the names at the right."""
    shares = future.div(future.sum(axis="columns"), axis=0).to_numpy()
    places, floor, free = np.arange(len(future)), np.zeros(len(future)), -1.0
    bars, colors = [], []
    for number, state in enumerate(future.columns):
        color, _marker = _look(state, list(future.columns))
        part = shares[:, number]
        for x, low, high in zip(places, floor, floor + part, strict=True):
            left, right = x - BAR / 2, x + BAR / 2
            bars.append([(left, low), (left, high), (right, high), (right, low)])
            colors.append(color)
        for end in (0, -1):
            if part[end] > WIDE_ENOUGH:
                middle = floor[end] + part[end] / 2
                ax.text(places[end], middle, f"{part[end]:.0%}", ha="center", va="center")
        free = max(floor[-1] + part[-1] / 2, free + 0.06)
        ax.text(places[-1] + 0.45, free, theory.state_name(state), va="center")
        floor = floor + part
    # all bars at once: each one alone would take a fifth of a redraw
    ax.add_collection(PolyCollection(bars, facecolors=colors, edgecolors="white", alpha=0.5))
    ax.set_xlim(-0.54, len(future) - 0.46)
    ax.set_xticks(places, [str(quarter) for quarter in future.index])
    ax.set_xlabel(_("quarters ahead"))
    ax.grid(False)
    ax.set_ylim(0, 1)
    ax.set_yticks([0, 0.5, 1])
    figures.percent_axis(ax.yaxis)


def _look(state: str, states: list[str]) -> tuple[str, str]:
    if state in LOOKS:
        return LOOKS[state]
    return OTHERS[states.index(state) % len(OTHERS)]


def _spread(ends: np.ndarray, ax: Axes, numbers: pd.DataFrame) -> list[float]:
    """Shifts, in points, that keep the names at the right ends of the lines from overlapping."""
    height = ax.figure.get_size_inches()[1] * 72 * 0.8
    scale = height / max(float(numbers.to_numpy().max()), float(ends.max()), TINY)
    shifts, free = np.zeros(len(ends)), -np.inf
    for row in np.argsort(ends):
        here = max(ends[row] * scale, free)
        shifts[row], free = here - ends[row] * scale, here + 17
    return shifts.tolist()
