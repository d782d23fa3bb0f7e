"""One look for every figure, in English and in Chinese.

- ``style()``   the look, as a context: nothing changes outside it
- ``axes(ax)``  a new styled Axes, or the caller's own
- ``panels(n)`` several styled Axes side by side
- ``end_label``, ``percent_axis``, ``note``  what most figures need
- ``png``       a figure as bytes, for a widget or a file
- ``INK`` … ``PURPLE``  the colours by name, told apart by colour-blind readers as well

A plot function draws inside the context and returns the Axes::

    with figures.style():
        ax = figures.axes(ax)
        ...
    return ax

The subtle point: matplotlib creates most tick labels when a figure is *drawn*, which is after
the context has ended. ``axes`` therefore ties the look of the ticks to the Axes.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial
from pathlib import Path
from types import MappingProxyType

import matplotlib as mpl
import matplotlib.pyplot as plt
from cycler import cycler
from matplotlib import font_manager
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.ticker import PercentFormatter
from matplotlib.typing import ColorType

from crmlib.core import images
from crmlib.core.easel import Easel

# Okabe and Ito's palette, which colour-blind readers can tell apart; RED is their vermillion.
INK = "#1A1A1A"
GREY = "#666666"
LIGHT = "#DDDDDD"
BLUE = "#0072B2"
ORANGE = "#E69F00"
GREEN = "#009E73"
RED = "#D55E00"
PURPLE = "#CC79A7"

FONT_FILE = Path(__file__).with_name("fonts") / "NotoSansSC-Subset.otf"
# The second font fills in what the first lacks: digits and the minus sign stay the same.
FONTS = ("DejaVu Sans", "Noto Sans SC")

_OFFSCREEN: ContextVar[tuple[bool, Easel | None]] = ContextVar("offscreen", default=(False, None))
_LOOK = MappingProxyType(
    {
        "font.family": list(FONTS),
        "font.size": 13,
        "axes.titlesize": 15,
        "axes.titlelocation": "left",
        "axes.titlepad": 12,
        "axes.labelsize": 13,
        "axes.labelcolor": INK,
        "axes.edgecolor": GREY,
        "axes.axisbelow": True,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.prop_cycle": cycler(color=[BLUE, ORANGE, GREEN, RED, PURPLE, GREY]),
        "text.color": INK,
        "lines.linewidth": 2.5,
        "lines.markersize": 7,
        "legend.frameon": False,
        "legend.fontsize": 12,
        "figure.dpi": 100,
        "figure.facecolor": "white",
        "axes.facecolor": "white",
        "savefig.facecolor": "auto",
    }
)
_TICKS = MappingProxyType(
    {
        "labelfontfamily": list(FONTS),
        "labelsize": 12,
        "labelcolor": INK,
        "color": GREY,
        "length": 4,
        "width": 1,
        "grid_color": LIGHT,
        "grid_linestyle": "-",
        "grid_linewidth": 1,
    }
)


@contextmanager
def style() -> Iterator[None]:
    """Draw in the look of the course; outside this context nothing changes.

    The fonts are made known to matplotlib on entry, once.

    Examples
    --------
    >>> before = mpl.rcParams["font.size"]
    >>> with style():
    ...     mpl.rcParams["font.size"]
    13.0
    >>> mpl.rcParams["font.size"] == before
    True
    """
    _register_font()
    # Not rc_context: it would also undo what a notebook's backend sets when it is first loaded
    # inside the context, and later figures would not be shown.
    before = {name: mpl.rcParams[name] for name in _LOOK}
    mpl.rcParams.update(_LOOK)
    try:
        yield
    finally:
        mpl.rcParams.update(before)


def axes(ax: Axes | None = None, *, width: float = 8.0, height: float = 4.5) -> Axes:
    """Return a new styled Axes, or the caller's own.

    Parameters
    ----------
    ax : matplotlib.axes.Axes, optional
        The Axes to draw on. It keeps its look; only a Chinese font is added behind its own
        fonts, so that Chinese labels have their characters.
    width, height : float, default 8.0 and 4.5
        The size of a new figure, in inches.

    Returns
    -------
    matplotlib.axes.Axes
        The Axes. It looks the same whether it is drawn inside or outside `style`.

    Examples
    --------
    >>> with style():
    ...     ax = axes(width=6, height=3)
    ...     ax.set_title("平均订单 average order")
    Text(0.0, 1.0, '平均订单 average order')
    >>> plt.close(ax.figure)
    """
    if ax is not None:
        _register_font()
        _add_chinese_font(ax)
        return ax
    return panels(1, width=width, height=height)[0]


def panels(
    number: int, *, width: float = 8.0, height: float = 4.5, **options: object
) -> list[Axes]:
    """Return several styled Axes, side by side in one figure.

    Parameters
    ----------
    number : int
        How many.
    width, height : float, default 8.0 and 4.5
        The size of the whole figure, in inches.
    **options
        `layout` of the figure; the others are passed on to
        `matplotlib.figure.Figure.subplots`, such as ``sharey=True``.

    Returns
    -------
    list of matplotlib.axes.Axes
        The Axes, from left to right.

    Examples
    --------
    >>> left, right = panels(2, sharey=True)
    >>> left.figure is right.figure
    True
    >>> plt.close(left.figure)
    """
    with style():
        options = {"layout": "constrained"} | options
        offscreen, easel = _OFFSCREEN.get()
        make = partial(_new, Figure if offscreen else plt.figure, number, width, height, options)
        return easel.panels((number, width, height, repr(options)), make) if easel else make()


@contextmanager
def offscreen(easel: Easel | None = None) -> Iterator[None]:
    """Keep the figures that `axes` and `panels` make in this context to the caller alone.

    matplotlib shows every figure that pyplot knows when a cell or a widget's message has been
    dealt with, and JupyterLab deals with widgets in a thread of their own: a figure that is
    being drawn there must not be found by the other one.

    Parameters
    ----------
    easel : crmlib.core.easel.Easel, optional
        Keeps the figures, to be drawn on again the next time.

    Examples
    --------
    >>> with offscreen():
    ...     ax = axes()
    >>> plt.fignum_exists(getattr(ax.figure, "number", 0))
    False
    """
    if easel:
        easel.begin()
    token = _OFFSCREEN.set((True, easel))
    try:
        yield
    finally:
        _OFFSCREEN.reset(token)


def end_label(line: Line2D, text: str, **options: object) -> Text:
    """Write a line's name at its right end instead of a legend, in a darker tone of its colour.

    Parameters
    ----------
    line : matplotlib.lines.Line2D
        The line; the label stands beside its last point.
    text : str
        The name.
    **options
        Passed on to `matplotlib.axes.Axes.annotate`; they win over the look given here.

    Returns
    -------
    matplotlib.text.Text
        The label.

    Examples
    --------
    >>> with style():
    ...     ax = axes()
    ...     (line,) = ax.plot([0, 1], [0.2, 0.4])
    ...     end_label(line, "model").get_text()
    'model'
    >>> plt.close(ax.figure)
    """
    look = {
        "xytext": (8, 0),
        "textcoords": "offset points",
        "va": "center",
        "color": _readable(line.get_color()),
        "annotation_clip": False,
    }
    end = line.get_xdata()[-1], line.get_ydata()[-1]
    return line.axes.annotate(text, end, **(look | options))


def percent_axis(axis: Axis, decimals: int | None = 0) -> None:
    """Show the shares on an axis as percentages: 0.25 as 25%.

    Parameters
    ----------
    axis : matplotlib.axis.Axis
        ``ax.xaxis`` or ``ax.yaxis``, holding shares from 0 to 1.
    decimals : int or None, default 0
        Digits after the point; None lets matplotlib choose.

    Examples
    --------
    >>> ax = axes()
    >>> percent_axis(ax.yaxis)
    >>> ax.yaxis.get_major_formatter()(0.25)
    '25%'
    >>> plt.close(ax.figure)
    """
    axis.set_major_formatter(PercentFormatter(1.0, decimals=decimals))


def note(ax: Axes, text: str) -> Text:
    """Write a small grey remark below the figure: the source, or how to read it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        An Axes of the figure. One figure holds one note.
    text : str
        The remark.

    Returns
    -------
    matplotlib.text.Text
        The remark as drawn.

    Examples
    --------
    >>> with style():
    ...     ax = axes()
    ...     note(ax, "CDNOW, 1997-1998").get_text()
    'CDNOW, 1997-1998'
    >>> plt.close(ax.figure)
    """
    figure = ax.get_figure(root=True)
    return figure.supxlabel(text, x=0.01, ha="left", fontsize=12, color=GREY)


def png(figure: Figure, *, sharpness: float = 1.0) -> bytes:
    """Return a figure as a PNG image.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it stays open.
    sharpness : float, default 1.0
        Pixels per pixel of the figure: 2.0 looks sharp on a projector or a fine screen.

    Returns
    -------
    bytes
        The image. The same figure, drawn anew, gives the same bytes.

    Examples
    --------
    >>> ax = axes()
    >>> png(ax.figure)[1:4]
    b'PNG'
    >>> plt.close(ax.figure)
    """
    return images.encoded(images.drawn(figure, sharpness=sharpness))


def _new(
    make: Callable[..., Figure], number: int, width: float, height: float, options: dict
) -> list[Axes]:
    grid = {name: value for name, value in options.items() if name != "layout"}
    figure = make(figsize=(width, height), layout=options["layout"])
    made = list(figure.subplots(1, number, squeeze=False, **grid)[0])
    for ax in made:
        ax.tick_params(which="both", **_TICKS)
        ax.grid(True, axis="y")
        ax.grid(False, axis="x")
    return made


def _register_font() -> None:
    manager = font_manager.fontManager
    if all(entry.fname != str(FONT_FILE) for entry in manager.ttflist):
        manager.addfont(FONT_FILE)


def _add_chinese_font(ax: Axes) -> None:
    for text in ax.findobj(Text):
        if FONTS[-1] not in text.get_fontfamily():
            text.set_fontfamily([*text.get_fontfamily(), FONTS[-1]])


def _readable(color: ColorType) -> tuple[float, float, float]:
    # A hue that shows well as a thick line is too pale for letters on a white ground.
    red, green, blue = to_rgb(color)
    return 0.65 * red, 0.65 * green, 0.65 * blue
