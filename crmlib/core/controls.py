"""Sliders and choices that redraw a figure and the sentence that reads it.

- ``slider``    a number to move, with its unit
- ``choice``    one of a few options
- ``explorer``  the controls, the figure, and below it the sentence that says what it shows

The subtle point: the sentence is the figure's text alternative. It stands below the figure, it
is the image's title for a screen reader, and it is all that remains where there is no browser.
"""

import gc
import html
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from threading import RLock
from types import MappingProxyType

import ipywidgets as widgets
import matplotlib.pyplot as plt
from matplotlib.axes import Axes
from traitlets import Unicode

from crmlib.core import figures, images
from crmlib.core.easel import Easel
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import one_language

SHARE = "share"
SHARPNESS = 1.5
COLORS = 256
SMALLEST_PART_OF_A_STEP = 1e-6
FULL_WIDTH = "calc(100% - 4px)"
DRAWING = RLock()

_CONTROL_LAYOUT = MappingProxyType({"width": "auto", "max_width": "48em"})

Draw = Callable[..., tuple[Axes, str]]


def slider(
    label: str, value: float, low: float, high: float, step: float, *, unit: str = ""
) -> widgets.IntSlider | widgets.FloatSlider:
    """Return a slider, moved with the mouse or with the arrow keys.

    Parameters
    ----------
    label : str
        What the number is, in the learner's language.
    value : float
        Where the slider stands at first: `low` plus a whole number of steps.
    low, high : float
        The ends of the slider.
    step : float
        What one press of an arrow key adds.
    unit : str, optional
        Shown behind the label in brackets. The unit "share" is shown as a percentage instead.

    Returns
    -------
    ipywidgets.IntSlider or ipywidgets.FloatSlider
        The slider, of whole numbers if all four numbers are whole numbers. It reports its value
        when it is let go.

    Raises
    ------
    ValueError
        If the numbers do not make a slider.

    Examples
    --------
    >>> week = slider("today", 39, 0, 78, 1, unit="weeks")
    >>> week.description, week.value
    ('today (weeks)', 39)
    >>> slider("retention rate", 0.8, 0.5, 0.99, 0.01, unit="share").readout_format
    '.0%'
    """
    _refuse_impossible(label, value, low, high, step)
    whole = all(isinstance(number, int) for number in (value, low, high, step))
    caption = label if unit in ("", SHARE) else f"{label} ({unit})"
    kind = widgets.IntSlider if whole else widgets.FloatSlider
    return kind(
        value=value,
        min=low,
        max=high,
        step=step,
        description=caption,
        tooltip=caption,
        readout_format=_readout_format(step, unit),
        continuous_update=False,
        style={"description_width": _width([caption])},
        layout=dict(_CONTROL_LAYOUT),
    )


def choice(
    label: str, options: Sequence[str] | Mapping[str, object], value: object
) -> widgets.Dropdown:
    """Return a choice of one option, made with the mouse or with the arrow keys.

    Parameters
    ----------
    label : str
        What is chosen, in the learner's language.
    options : sequence of str or mapping of str to object
        The options; a mapping gives the text shown for each value.
    value : object
        What is chosen at first.

    Returns
    -------
    ipywidgets.Dropdown
        The choice.

    Raises
    ------
    ValueError
        If `value` is not among the options.

    Examples
    --------
    >>> data = choice("data", {"whole": "cdnow", "1/10 sample": "cdnow_sample"}, "cdnow")
    >>> data.value
    'cdnow'
    """
    pairs = list(options.items()) if isinstance(options, Mapping) else [(o, o) for o in options]
    values = [option for _text, option in pairs]
    if value not in values:
        raise ValueError(
            _('The choice "{label}" has no option {value!r}. Its options are: {options}.').format(
                label=label, value=value, options=", ".join(map(repr, values))
            )
        )
    return widgets.Dropdown(
        options=pairs,
        value=value,
        description=label,
        tooltip=label,
        style={"description_width": _width([label])},
        layout=dict(_CONTROL_LAYOUT),
    )


class _Picture(widgets.Image):
    # A browser shows the tooltip, a screen reader's text for the image, only where the widget
    # also has a description, if an empty one; without it the image is not shown at all.
    description = Unicode("").tag(sync=True)


class Explorer(widgets.VBox):
    """Controls, a figure, and the sentence that reads it.

    Attributes
    ----------
    draw : callable
        Takes the controls' values by name; returns the Axes and the sentence.
    controls : dict of str to ipywidgets.Widget
        The controls, by the name under which `draw` takes their value.
    image : ipywidgets.Image
        The figure, as a PNG.
    sentence : str
        What the figure shows, or why it cannot be drawn.
    """

    def __init__(self, draw: Draw, controls: Mapping[str, widgets.Widget]) -> None:
        self.draw = draw
        self.controls = dict(controls)
        self.sentence = ""
        self._easels: dict[str, Easel] = {}
        # 4 pixels are the margins of a widget: without them the box would scroll
        self.image = _Picture(format="png", layout={"max_width": FULL_WIDTH, "height": "auto"})
        self._text = widgets.HTML()
        super().__init__([*self.controls.values(), self.image, self._text])
        self._align()
        # A figure that cannot be drawn at the start is a defect of the explorer: let it be seen.
        self._show(*self._drawn())
        for control in self.controls.values():
            control.observe(self._redraw, names="value")

    def __repr__(self) -> str:
        return self.sentence

    def _repr_mimebundle_(self, **kwargs: object) -> dict[str, object]:
        bundle = super()._repr_mimebundle_(**kwargs)
        return bundle | {"text/plain": self.sentence}

    def _align(self) -> None:
        width = _width([control.description for control in self.controls.values()])
        for control in self.controls.values():
            control.style.description_width = width

    def _redraw(self, _change: object) -> None:
        # A callback's traceback goes where no learner looks, so the error is put into words.
        try:
            self._show(*self._drawn())
        except Exception as error:
            self._show_error(error)

    def picture(self, **values: object) -> tuple[bytes, float, str]:
        """Return the PNG, its width in pixels and the sentence for these values of the controls."""
        # The look is a global setting of matplotlib while a figure is drawn: one at a time.
        with DRAWING, one_language(), _no_collection():
            open_before = set(plt.get_fignums())
            try:
                easel = self._easel(values)
                with figures.offscreen(easel):
                    ax, sentence = self.draw(**values)
                    figure = ax.get_figure(root=True)
                    image = easel.image(figure, SHARPNESS)
                if easel.keeps_margins(figure) and images.touches_edge(image):
                    # a longer label than before
                    easel.find_margins(figure)
                    image = easel.image(figure, SHARPNESS)
                easel.keep_margins(figure)
                return images.encoded(image, colors=COLORS), figure.bbox.width, sentence
            finally:
                for number in set(plt.get_fignums()) - open_before:
                    plt.close(number)

    def _easel(self, values: Mapping[str, object]) -> Easel:
        # A slider moves lines; an option may change labels, and with them the margins.
        options = [values[name] for name, control in self.controls.items() if not _moves(control)]
        return self._easels.setdefault(repr(options), Easel())

    def _drawn(self) -> tuple[bytes, float, str]:
        return self.picture(**{name: control.value for name, control in self.controls.items()})

    def _show(self, image: bytes, width: float, sentence: str) -> None:
        self.sentence = sentence
        self.image.value = image
        self.image.tooltip = sentence
        self.image.layout.width = f"{width:.0f}px"
        self.image.layout.display = None
        self._text.value = _paragraph(sentence)

    def _show_error(self, error: Exception) -> None:
        self.sentence = _(
            "The figure cannot be drawn with these settings. {kind}: {reason}"
        ).format(kind=type(error).__name__, reason=error)
        self.image.layout.display = "none"
        self._text.value = _paragraph(self.sentence, role="alert")


def explorer(draw: Draw, controls: Mapping[str, widgets.Widget]) -> Explorer:
    """Return an explorer: move a control, and the figure and its sentence follow.

    Parameters
    ----------
    draw : callable
        Takes the controls' values by name; returns the Axes it drew on and the sentence that
        says what the figure shows. The figure is closed afterwards.
    controls : mapping of str to ipywidgets.Widget
        The controls, from top to bottom, by the name under which `draw` takes their value.

    Returns
    -------
    Explorer
        A widget. Without a browser it shows its sentence.

    Raises
    ------
    Exception
        Whatever `draw` raises at the controls' first values. Later errors are shown in words.

    Examples
    --------
    >>> def draw(rate):
    ...     with figures.style():
    ...         ax = figures.axes()
    ...         ax.plot([rate**year for year in range(5)])
    ...     return ax, f"After four years {rate**4:.0%} are left."
    >>> look = explorer(draw, {"rate": slider("retention rate", 0.8, 0.5, 0.9, 0.1)})
    >>> look
    After four years 41% are left.
    >>> look.controls["rate"].value = 0.5
    >>> look
    After four years 6% are left.
    """
    return Explorer(draw, controls)


def _moves(control: widgets.Widget) -> bool:
    return isinstance(control, widgets.IntSlider | widgets.FloatSlider)


@contextmanager
def _no_collection() -> Iterator[None]:
    # In a notebook with much in memory, looking for garbage takes a fifth of a redraw.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _refuse_impossible(label: str, value: float, low: float, high: float, step: float) -> None:
    if not (low < high and step > 0 and low <= value <= high):
        raise ValueError(
            _(
                'The slider "{label}" needs low < high, a step above 0, and a first value from '
                "low to high; it got low = {low}, high = {high}, step = {step}, value = {value}."
            ).format(label=label, low=low, high=high, step=step, value=value)
        )
    steps = (value - low) / step
    if abs(steps - round(steps)) > SMALLEST_PART_OF_A_STEP:
        raise ValueError(
            _(
                'The slider "{label}" cannot stand at {value}: with steps of {step} from {low}, '
                "the nearest value is {nearest:g}."
            ).format(
                label=label, value=value, step=step, low=low, nearest=low + round(steps) * step
            )
        )


def _readout_format(step: float, unit: str) -> str:
    decimals = max(0, -Decimal(str(step)).normalize().as_tuple().exponent)
    if unit == SHARE:
        return f".{max(0, decimals - 2)}%"
    return f".{decimals}f" if decimals else "d"


def _width(captions: list[str]) -> str:
    # A Chinese character is as wide as the letters are high, a Latin letter about half of it.
    ems = [sum(1.0 if ord(letter) > 0x2E7F else 0.55 for letter in text) for text in captions]
    return f"{min(max(ems, default=0) + 1, 26):.1f}em"


def _paragraph(text: str, role: str = "note") -> str:
    # Without the class, JupyterLab sets what stands between two dollar signs as a formula.
    return (
        f'<p role="{role}" class="tex2jax_ignore mathjax_ignore" style="font-size: 1.15em; '
        f'line-height: 1.5; max-width: 50em; white-space: pre-line">{html.escape(text)}</p>'
    )
