"""An explorer at the corners of its controls, as a learner may leave it."""

from collections.abc import Iterable
from itertools import product

from crmlib.core.controls import Explorer


def corners(explorer: Explorer, between: bool = False) -> list[dict]:
    """Return all combinations of both ends of every slider and of every option.

    With `between`, a slider also stands where it starts.
    """
    places = {}
    for name, control in explorer.controls.items():
        options = getattr(control, "options", None)
        if options is None:
            start = {control.value} if between else set()
            places[name] = sorted({control.min, control.max} | start)
        else:
            places[name] = [option for _label, option in options]
    return [dict(zip(places, values, strict=True)) for values in product(*places.values())]


def assert_sound(explorer: Explorer, positions: Iterable[dict]) -> None:
    """Draw each position: an error is raised, a missing character is a warning.

    The last position is taken by its controls, one after another, as a learner does.
    """
    positions = list(positions)
    assert positions
    for values in positions:
        image, _width, sentence = explorer.picture(**values)
        assert image.startswith(b"\x89PNG"), values
        assert speaks(sentence), (values, sentence)
    for name, value in positions[-1].items():
        explorer.controls[name].value = value
    # an error is shown in words and hides the image
    assert explorer.image.layout.display != "none", explorer.sentence
    assert explorer.sentence == sentence


def speaks(sentence: str) -> bool:
    """Return whether a sentence says something, and no number or name is missing in it."""
    return bool(sentence.strip()) and "nan" not in sentence and "{" not in sentence
