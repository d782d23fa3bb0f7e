"""What the eye stumbles over in a figure: text that is cut, text on text."""

from matplotlib.figure import Figure
from matplotlib.text import Text

TOLERANCE = 1.5  # pixels


def faults(figure: Figure) -> list[str]:
    """Return the texts that the figure's edge cuts, and the pairs of labels that overlap.

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
    return problems


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
