"""Figures that an explorer draws on again and again, instead of making each one anew.

- ``Easel``  keeps the figures of one explorer, and hands them out wiped

Half of the time that matplotlib needs for a figure goes into making its ticks and finding its
margins. Both stay the same while a slider moves.

The subtle point: what was drawn is wiped off, with scales, limits and labels; the look of ticks,
grid and frame stays. An easel is therefore for one plot function, which sets these each time.
"""

from collections import Counter
from collections.abc import Callable

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine
from PIL.Image import Image

from crmlib.core import images
from crmlib.core.layers import Layers

Make = Callable[[], list[Axes]]


class Easel:
    """Keeps figures to be drawn on again.

    Examples
    --------
    >>> from crmlib.core import figures
    >>> easel = Easel()
    >>> with figures.offscreen(easel):
    ...     first = figures.axes()
    ...     line = first.plot([1, 2])
    >>> with figures.offscreen(easel):
    ...     again = figures.axes()
    >>> again is first, list(again.lines)
    (True, [])
    """

    def __init__(self) -> None:
        self._kept: dict[object, list[Axes]] = {}
        self._layers: dict[Figure, Layers] = {}
        self._asked: Counter = Counter()

    def begin(self) -> None:
        """Begin a drawing: from now on every figure may be handed out once more."""
        self._asked.clear()

    def panels(self, kind: object, make: Make) -> list[Axes]:
        """Return the Axes of the figure of this kind, wiped; the first time, make them.

        Parameters
        ----------
        kind : hashable
            What tells one figure from another: number of Axes, size, options.
        make : callable
            Makes the Axes of a new figure.

        Returns
        -------
        list of matplotlib.axes.Axes
            The Axes, from left to right.
        """
        self._asked[kind] += 1
        place = kind, self._asked[kind]
        if place in self._kept:
            _wipe(self._kept[place])
        else:
            self._kept[place] = make()
            self._layers[self._kept[place][0].figure] = Layers(self._kept[place])
        return self._kept[place]

    def image(self, figure: Figure, sharpness: float) -> Image:
        """Return a figure as an image; what stays the same is not drawn again.

        Parameters
        ----------
        figure : matplotlib.figure.Figure
            One that was handed out here, or any other.
        sharpness : float
            Pixels per pixel of the figure.
        """
        if figure not in self._layers:
            return images.drawn(figure, sharpness=sharpness)
        return images.on_canvas(self._layers[figure].draw(sharpness))

    @staticmethod
    def keep_margins(figure: Figure) -> None:
        """Let the margins that were found for this figure hold for what is drawn on it later."""
        if figure.get_layout_engine() is not None:
            figure.set_layout_engine("none")

    @staticmethod
    def find_margins(figure: Figure) -> None:
        """Let the margins be found again when the figure is drawn."""
        figure.set_layout_engine("constrained")

    @staticmethod
    def keeps_margins(figure: Figure) -> bool:
        """Tell whether this figure has the margins that were found for an earlier picture."""
        return isinstance(figure.get_layout_engine(), PlaceHolderLayoutEngine)


def _wipe(axes: list[Axes]) -> None:
    figure = axes[0].figure
    for ax in set(figure.axes) - set(axes):
        ax.remove()
    for artist in [*figure.texts, *figure.legends, *figure.lines, *figure.patches]:
        artist.remove()
    for ax in axes:
        _wipe_one(ax)


def _wipe_one(ax: Axes) -> None:
    # not ax.clear(): it takes a quarter of a redraw
    legend = [ax.get_legend()] if ax.get_legend() else []
    plotted = [*ax.lines, *ax.patches, *ax.collections, *ax.texts, *ax.images, *ax.child_axes]
    for artist in [*plotted, *legend]:
        artist.remove()
    ax.containers.clear()
    ax.set_prop_cycle(mpl.rcParams["axes.prop_cycle"])
    ax.set(xscale="linear", yscale="linear", xlabel="", ylabel="", title="")
    ax.relim()
    ax.autoscale(True)
