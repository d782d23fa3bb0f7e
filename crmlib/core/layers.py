"""A figure drawn in two layers, of which the lower one is kept.

- ``Layers``  draws one figure again and again

Ticks with their labels, grid and the names of the axes take two fifths of a drawing, and stay the
same while a line moves. They lie below all that is plotted. So they are drawn first and kept as
pixels, and the next picture is drawn on top of them: matplotlib calls this blitting.

The subtle point: the result must be what matplotlib draws in one go, to the last pixel. Where
something is plotted below the grid, or on Axes that may overlap, the figure is drawn in one go.
"""

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import PlaceHolderLayoutEngine

from crmlib.core import images


class Layers:
    """Draws a figure, and keeps its lower layer for the next time.

    Parameters
    ----------
    axes : list of matplotlib.axes.Axes
        The Axes of the figure, side by side.

    Examples
    --------
    >>> figure = Figure()
    >>> ax = figure.subplots()
    >>> layers = Layers([ax])
    >>> layers.draw(sharpness=1) is layers.draw(sharpness=1)
    True
    """

    def __init__(self, axes: list[Axes]) -> None:
        self._axes = axes
        self._figure: Figure = axes[0].get_figure(root=True)
        self._canvas = FigureCanvasAgg(self._figure)
        self._kept: tuple | None = None
        self._pixels: object = None

    def draw(self, sharpness: float) -> FigureCanvasAgg:
        """Draw the figure as it is now.

        Parameters
        ----------
        sharpness : float
            Pixels per pixel of the figure.

        Returns
        -------
        matplotlib.backends.backend_agg.FigureCanvasAgg
            The canvas that holds the picture, until the next one is drawn.
        """
        plotted = [artist for ax in self._axes for artist in _plotted(ax)]
        self._figure.set_canvas(self._canvas)
        with images.sharper(self._figure, sharpness):
            if self._has_layers(plotted):
                self._draw_layers([*plotted, *self._figure.texts, *self._figure.legends])
            else:
                self._canvas.draw()
        return self._canvas

    def _draw_layers(self, plotted: list[Artist]) -> None:
        below = (self._figure.dpi, *(_look(ax) for ax in self._axes))
        if below == self._kept:
            self._canvas.restore_region(self._pixels)
        else:
            # matplotlib leaves out what is animated
            mpl.artist.setp(plotted, animated=True)
            self._canvas.draw()
            mpl.artist.setp(plotted, animated=False)
            self._kept = below
            self._pixels = self._canvas.copy_from_bbox(self._figure.bbox)
        renderer = self._canvas.get_renderer()
        for artist in plotted:
            artist.draw(renderer)

    def _has_layers(self, plotted: list[Artist]) -> bool:
        engine = self._figure.get_layout_engine()
        return (
            (engine is None or isinstance(engine, PlaceHolderLayoutEngine))
            and set(self._figure.axes) == set(self._axes)
            and not any(ax.child_axes for ax in self._axes)
            and all(
                artist.zorder > max(artist.axes.xaxis.zorder, artist.axes.yaxis.zorder)
                for artist in plotted
            )
        )


def _plotted(ax: Axes) -> list[Artist]:
    """All on the Axes but ticks, grid and labels, in the order in which it is drawn."""
    ground = {ax.patch, ax.xaxis, ax.yaxis}
    if not (ax.axison and ax.get_frame_on()):
        ground |= set(ax.spines.values())
    artists = [artist for artist in ax.get_children() if artist not in ground]
    return sorted(artists, key=lambda artist: artist.zorder)


def _look(ax: Axes) -> tuple:
    """What ticks, grid and labels look like: if it is the same, they are the same."""
    return ax.get_position().bounds, ax.axison, _look_of(ax.xaxis), _look_of(ax.yaxis)


def _look_of(axis: Axis) -> tuple:
    places = axis.get_majorticklocs()
    return (
        axis.get_visible(),
        axis.get_scale(),
        tuple(axis.get_view_interval()),
        tuple(places),
        tuple(axis.get_minorticklocs()),
        tuple(axis.get_major_formatter().format_ticks(places)),
        axis.get_label_text(),
    )
