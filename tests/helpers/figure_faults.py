"""What the eye stumbles over in a figure: text that is cut, text on text, pale text on a map."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text

TOLERANCE = 1.5  # pixels
LEAST_CONTRAST = 4.5  # what the web's guidelines ask for


def faults(figure: Figure) -> list[str]:
    """Return the texts that the figure's edge cuts, or that lie on another, or are pale on a map.

    The edge is that of the saved picture, which grows around what sticks out of the figure, so
    only a text outside of that is cut.
    """
    figure.draw_without_rendering()
    renderer = figure.canvas.get_renderer()
    problems = []
    for ax in figure.axes:
        for axis in (ax.xaxis, ax.yaxis):
            labels = [
                tick.label1
                for tick in axis.get_major_ticks()
                if tick.label1.get_visible() and tick.label1.get_text().strip()
            ]
            # ticks outside of the view are not drawn
            low, high = sorted(axis.get_view_interval())
            places = axis.get_majorticklocs()
            shown = [
                label
                for label, place in zip(labels, places, strict=False)
                if low - 1e-9 <= place <= high + 1e-9
            ]
            problems += _overlaps(shown, renderer)
        free = [text for text in ax.texts if text.get_visible() and text.get_text().strip()]
        problems += _overlaps(free, renderer)
        problems += pale(ax)
    return problems


def pale(ax: Axes) -> list[str]:
    """Return the texts on the cells of a map that have too little contrast to them."""
    problems = []
    for image in ax.images:
        cells = image.get_array()
        for text in ax.texts:
            column, row = (round(place) for place in text.get_position())
            if text.get_transform() == ax.transData:
                contrast = _contrast(image.to_rgba(cells[row, column]), text.get_color())
                if contrast < LEAST_CONTRAST:
                    problems.append(f"{text.get_text()!r} is pale: contrast {contrast:.1f}")
    return problems


def _contrast(one: object, other: object) -> float:
    """The contrast of the Web Content Accessibility Guidelines."""
    parts = np.array([to_rgb(one), to_rgb(other)])
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    dark, light = sorted(linear @ [0.2126, 0.7152, 0.0722])
    return (light + 0.05) / (dark + 0.05)


def _overlaps(texts: list[Text], renderer: object) -> list[str]:
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in texts]
    return [
        f"{one!r} lies on {other!r}"
        for number, (one, box) in enumerate(boxes)
        for other, second in boxes[number + 1 :]
        if _share(box, second) and one != other
    ]


def _share(one: object, other: object) -> bool:
    wide = min(one.x1, other.x1) - max(one.x0, other.x0)
    high = min(one.y1, other.y1) - max(one.y0, other.y0)
    return wide > TOLERANCE and high > TOLERANCE
