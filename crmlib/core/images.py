"""A figure as an image.

- ``drawn``         a figure, drawn
- ``sharper``       more pixels for a while
- ``on_canvas``     what was drawn on a canvas
- ``encoded``       an image as the bytes of a PNG
- ``touches_edge``  whether something reaches the image's edge, as a label that is cut does
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

FASTEST, SMALLEST = 1, 9  # of PNG's degrees of compression
NEAREST = Image.Resampling.NEAREST


def drawn(figure: Figure, *, sharpness: float = 1.0) -> Image.Image:
    """Return a figure as an image, drawn once.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
        The figure; it stays open.
    sharpness : float, default 1.0
        Pixels per pixel of the figure: 2.0 looks sharp on a projector or a fine screen.

    Returns
    -------
    PIL.Image.Image
        The image, in RGB.

    Examples
    --------
    >>> drawn(Figure(figsize=(4, 3), dpi=100), sharpness=2).size
    (800, 600)
    """
    # savefig would draw the figure twice; an image without transparency is written sooner.
    with sharper(figure, sharpness):
        canvas = FigureCanvasAgg(figure)
        canvas.draw()
        return on_canvas(canvas)


@contextmanager
def sharper(figure: Figure, sharpness: float) -> Iterator[None]:
    """Let the figure have so many pixels per pixel in this context."""
    dpi = figure.dpi
    try:
        figure.dpi = sharpness * dpi
        yield
    finally:
        figure.dpi = dpi


def on_canvas(canvas: FigureCanvasAgg) -> Image.Image:
    """Return what was drawn on a canvas, in RGB."""
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB")


def encoded(image: Image.Image, *, colors: int | None = None, small: bool = False) -> bytes:
    """Return an image as the bytes of a PNG.

    Parameters
    ----------
    image : PIL.Image.Image
        The image.
    colors : int, optional
        Round the colours to so many, 256 at most: smaller and sooner written. In lines and
        letters the eye sees no difference.
    small : bool, default False
        Compress as much as possible, for an image that is kept or sent.

    Returns
    -------
    bytes
        The PNG. The same image gives the same bytes.

    Examples
    --------
    >>> encoded(Image.new("RGB", (4, 3)))[1:4]
    b'PNG'
    """
    if colors is not None:
        # every second pixel knows all colours, and is asked four times as fast
        sample = image.resize((image.width // 2 or 1, image.height // 2 or 1), NEAREST)
        palette = sample.quantize(colors, method=Image.Quantize.FASTOCTREE)
        image = image.quantize(palette=palette, dither=Image.Dither.NONE)
    buffer = io.BytesIO()
    image.save(buffer, format="png", compress_level=SMALLEST if small else FASTEST)
    return buffer.getvalue()


def touches_edge(image: Image.Image) -> bool:
    """Tell whether one of the image's four edges has more than one colour.

    Parameters
    ----------
    image : PIL.Image.Image
        The image of a figure.

    Returns
    -------
    bool
        True if something was drawn up to the edge, such as a label that the edge cuts.

    Examples
    --------
    >>> image = Image.new("RGB", (4, 3), "white")
    >>> touches_edge(image)
    False
    >>> image.putpixel((0, 1), (0, 0, 0))
    >>> touches_edge(image)
    True
    """
    wide, high = image.size
    edges = ((0, 0, wide, 1), (0, high - 1, wide, high), (0, 0, 1, high), (wide - 1, 0, wide, high))
    return any(low != high for edge in edges for low, high in image.crop(edge).getextrema())
