"""Figures of the report as images, and the few that no room of the course draws."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.dates import DateFormatter, MonthLocator, YearLocator

from crmlib.core import figures, images
from crmlib.core.i18n import gettext as _
from crmlib.report.pages import Picture

SHARPNESS = 1.5
COLOURS = 128
MONTHS = (1, 2, 3, 6, 12, 24, 60)
LOOKS = ((figures.BLUE, "-"), (figures.RED, "--"), (figures.GREEN, "-."))


def picture(name: str, caption: str, alt: str, ax: Axes) -> Picture:
    """Turn a drawn figure into an image, and close it."""
    figure = ax.get_figure(root=True)
    image = images.drawn(figure, sharpness=SHARPNESS)
    plt.close(figure)
    # a report is sent by mail: few colours are enough for lines and bars (chosen with care, so
    # that white stays white on the page; `encoded` would choose them in haste)
    return Picture(name, caption, alt, images.encoded(image.quantize(COLOURS), small=True))


def in_blue(ax: Axes) -> Axes:
    """Draw the only curve of a figure of the course as a solid line in blue."""
    for line in ax.lines:
        if line.get_linestyle() == "--":
            line.set(color=figures.BLUE, linestyle="-")
        elif line.get_marker() == "s":
            line.set_color(figures.BLUE)
    legend = ax.get_legend()
    for line in legend.get_lines() if legend else []:
        if line.get_linestyle() == "--":
            line.set(color=figures.BLUE, linestyle="-")
    return ax


def by_month(months: pd.DataFrame, partial: bool) -> Axes:
    """Money of each month as bars; a last month that is not whole is pale."""
    with figures.style():
        ax = figures.axes(height=3.4)
        places = np.arange(len(months))
        colors = [figures.BLUE] * len(months)
        if partial:
            colors[-1] = figures.LIGHT
        edges = [figures.GREY if color == figures.LIGHT else color for color in colors]
        ax.bar(places, months["cents"] / 100, color=colors, edgecolor=edges, width=0.8)
        step = max(1, -(-len(months) // 6))
        ax.set_xticks(places[::step], [str(month) for month in months.index[::step]])
        ax.set_ylabel(_("money a month"))
        ax.yaxis.set_major_formatter("{x:,.0f}")
    return ax


def tracking(weeks: Mapping[str, pd.DataFrame]) -> Axes:
    """Repeat purchases week by week: what happened, and what each model expected."""
    with figures.style():
        ax = figures.axes(height=4.6)
        first = next(iter(weeks.values()))
        ax.plot(first["ends"], first["actual"], color=figures.GREY, lw=1.3, label=_("actual"))
        for (name, table), (color, dash) in zip(weeks.items(), LOOKS, strict=False):
            ax.plot(table["ends"], table["expected"], dash, color=color, label=name)
        end = first.loc[first["period"] == "calibration", "ends"].max()
        ax.axvline(end, color=figures.INK, lw=1.2, linestyle=":")
        top = 1.18 * first[["actual", "expected"]].to_numpy().max()
        ax.text(end, top, _("seen  "), ha="right", va="top")
        ax.text(end, top, _("  forecast"), ha="left", va="top")
        ax.set_ylim(0, top * 1.02)
        ax.set_ylabel(_("repeat purchases a week"))
        _months_on(ax, first["ends"])
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=4)
    return ax


def _months_on(ax: Axes, days: pd.Series) -> None:
    """Put the first days of some months on the axis, in equal steps, seven at the most."""
    months = (days.max() - days.min()) / pd.Timedelta(days=30)
    step = next((step for step in MONTHS if months / step <= 6), MONTHS[-1])
    if step < 12:
        ax.xaxis.set_major_locator(MonthLocator(range(1, 13, step)))
    else:
        ax.xaxis.set_major_locator(YearLocator(step // 12))
    ax.xaxis.set_major_formatter(DateFormatter("%Y-%m"))


def cohort_map(shares: pd.DataFrame) -> Axes:
    """Share of each cohort that bought, quarter by quarter after the first, as a map."""
    with figures.style():
        # the name of the axis needs its height, however few cohorts there are
        ax = figures.axes(height=max(3.0, 1.4 + 0.36 * len(shares)))
        values = shares.to_numpy(dtype=float)
        highest = max(0.05, float(np.nanmax(values)))
        # only the lighter shades: dark numbers can be read on all of them
        ax.imshow(values, cmap="Blues", vmin=0, vmax=1.6 * highest, aspect="auto")
        for row, column in zip(*np.nonzero(~np.isnan(values)), strict=True):
            ax.text(column, row, f"{100 * values[row, column]:.0f}", ha="center", va="center",
                    fontsize=11)  # fmt: skip
        ax.set_yticks(range(len(shares)), [str(name) for name in shares.index])
        ax.set_xticks(range(shares.shape[1]), [str(age) for age in shares.columns])
        ax.set_xlabel(_("quarters after the first purchase; in the map: per cent who bought"))
        ax.set_ylabel(_("first purchase in"))
        ax.grid(False)
        ax.spines[:].set_visible(False)
        ax.tick_params(length=0)
    return ax


def segment_bars(table: pd.DataFrame) -> Axes:
    """Share of the customers and of the money of each segment, side by side."""
    with figures.style():
        ax = figures.axes(height=0.9 + 0.62 * len(table))
        places = np.arange(len(table))[::-1]
        ax.barh(places + 0.2, table["share_of_customers"], 0.38, color=figures.LIGHT,
                edgecolor=figures.GREY, hatch="//", label=_("of the customers"))  # fmt: skip
        ax.barh(places - 0.2, table["share_of_revenue"], 0.38, color=figures.BLUE,
                label=_("of the money"))  # fmt: skip
        ax.set_yticks(places, [str(name) for name in table.index])
        ax.set_xlabel(_("share"))
        figures.percent_axis(ax.xaxis)
        ax.grid(True, axis="x")
        ax.grid(False, axis="y")
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2)
    return ax
