"""The controls of a prediction or a choice, as thin shells of ipywidgets.

Options are buttons, not radio buttons: JupyterLab takes the arrow keys that move between
radio buttons for itself, while every button is reached with Tab and pressed with Enter.
"""

import html
from collections.abc import Callable
from functools import partial

import ipywidgets as widgets

from crmlib.core.i18n import gettext as _
from crmlib.learning import choices
from crmlib.learning.messages import Message
from crmlib.learning.questions import ChoicePrediction, ChoiceQuestion, NumberPrediction

WIDTH = "46em"
OPTION_CLASS = "crmlib-option"
# ipywidgets cuts a button's text off after one line; an option may need several.
STYLE = (
    f"<style>.{OPTION_CLASS} {{ white-space: normal; line-height: 1.5; text-align: left; "
    "padding: 0.3em 0.9em; } "
    # JupyterLab breaks printed lines anywhere; sentences break between words
    ".jp-RenderedText pre { word-break: normal; overflow-wrap: break-word; }</style>"
)


def number_panel(
    prediction: NumberPrediction,
    start: float,
    state: Message,
    submit: Callable[[float], Message],
) -> widgets.VBox:
    """Return a slider with a button that records; a share is set in per cent.

    Parameters
    ----------
    prediction : NumberPrediction
        What is predicted.
    start : float
        Where the slider stands at first.
    state : Message
        What is shown below at first.
    submit : callable
        Takes the number that the slider shows when the button is pressed, and returns the
        message to show then.
    """
    is_share = prediction.unit == "share"
    scale = 100 if is_share else 1
    unit = "%" if is_share else _(prediction.unit) if prediction.unit else ""
    slider = widgets.FloatSlider(
        value=scale * start,
        min=scale * prediction.low,
        max=scale * prediction.high,
        step=scale * prediction.step,
        description=_("Your prediction") + (f" ({unit})" if unit else ""),
        readout_format=f",.{prediction.decimals}f",
        style={"description_width": "initial"},
        layout={"width": "auto"},
    )
    button = widgets.Button(description=_("This is my prediction"), layout={"width": "max-content"})
    answer = widgets.HTML(_announced(state))

    def press(_button: widgets.Button) -> None:
        # Times 100 and back leaves traces in the last digits: 0.28000000000000003.
        answer.value = _announced(submit(round(slider.value / scale, 12)))

    button.on_click(press)
    return _column(prediction.prompt, slider, button, answer)


def choice_panel(
    question: ChoicePrediction | ChoiceQuestion,
    state: Message,
    submit: Callable[[str], Message],
) -> widgets.VBox:
    """Return a button for each option; pressing it submits that option.

    Parameters
    ----------
    question : ChoicePrediction or ChoiceQuestion
        What there is to choose from.
    state : Message
        What is shown below at first.
    submit : callable
        Takes the key of the option and returns the message to show then.
    """
    answer = widgets.HTML(_announced(state))

    def press(_button: widgets.Button, key: str) -> None:
        answer.value = _announced(submit(key))

    buttons = []
    for option in question.options:
        button = widgets.Button(
            description=choices.labelled(option), layout={"width": "auto", "height": "auto"}
        )
        button.add_class(OPTION_CLASS)
        button.on_click(partial(press, key=option.key))
        buttons.append(button)
    return _column(question.prompt, *buttons, answer)


def _column(prompt: str, *parts: widgets.Widget) -> widgets.VBox:
    text = html.escape(_(prompt))
    heading = widgets.HTML(f'{STYLE}<div style="line-height: 1.5; font-weight: bold">{text}</div>')
    return widgets.VBox([heading, *parts], layout={"max_width": WIDTH})


def _announced(message: Message) -> str:
    # A screen reader reads a status aloud when it changes.
    return f'<div role="status">{message._repr_html_()}</div>'
