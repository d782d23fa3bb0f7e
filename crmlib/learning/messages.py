"""Messages to the learner: a box in a notebook, a few lines of text elsewhere."""

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ipywidgets import Widget


@dataclass(frozen=True)
class Row:
    """A line of a message's table.

    Parameters
    ----------
    label, value : str
        Shown side by side.
    bar : float, optional
        Length of a bar as a share of the full width, drawn in a notebook only: the value
        says the same in words.
    """

    label: str
    value: str
    bar: float | None = None


@dataclass(frozen=True, repr=False)
class Message:
    """Something said to the learner.

    Parameters
    ----------
    kind : {"right", "retry", "note", "problem"}
        Sets sign and colour; the heading says the same in words.
    heading : str
        The message in a word or a line.
    paragraphs : tuple of str, optional
        What else there is to say; a text may have several lines.
    rows : tuple of Row, optional
        A small table between heading and paragraphs.

    Examples
    --------
    >>> Message("right", "Right.", ("That is the share.",))
    ✔ Right.
    That is the share.
    """

    kind: str
    heading: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()

    def __repr__(self) -> str:
        sign, _colour = _looks(self.kind)
        rows = [f"{row.label}: {row.value}" for row in self.rows]
        return "\n".join([f"{sign} {self.heading}", *rows, *self.paragraphs])

    def _repr_html_(self) -> str:
        sign, colour = _looks(self.kind)
        table = "".join(_row_html(row) for row in self.rows)
        if table:
            table = f'<table style="margin: 0.3em 0; width: 100%">{table}</table>'
        paragraphs = "".join(
            f'<div style="margin-top: 0.3em">{_escaped(text)}</div>' for text in self.paragraphs
        )
        # No text colour here: the page's own is readable in its light and its dark theme.
        return (
            f'<div role="note" style="border-left: 5px solid {colour}; padding: 0.3em 0.9em; '
            f'margin: 0.4em 0; max-width: 46em; line-height: 1.5"><div><span aria-hidden="true">'
            f"{sign}</span> <strong>{_escaped(self.heading)}</strong></div>"
            f"{table}{paragraphs}</div>"
        )


@dataclass(frozen=True, repr=False)
class Panel:
    """A message with controls below it, where there is a frontend to show them."""

    message: Message
    controls: Callable[[], "Widget"] = field(compare=False)

    def __repr__(self) -> str:
        return repr(self.message)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        view = self.controls()._repr_mimebundle_(include=include, exclude=exclude)
        return view | {"text/plain": repr(self.message), "text/html": self.message._repr_html_()}


def _looks(kind: str) -> tuple[str, str]:
    return {
        "right": ("✔", "#009E73"),
        "retry": ("✎", "#E69F00"),
        "note": ("▸", "#0072B2"),
        "problem": ("!", "#D55E00"),
    }[kind]


def _row_html(row: Row) -> str:
    cell = 'style="text-align: left; padding: 0.15em 0.8em 0.15em 0; vertical-align: top'
    bar = ""
    if row.bar is not None:
        width = 100 * min(max(row.bar, 0), 1)
        bar = (
            '<div style="background: rgba(128, 128, 128, 0.25); height: 0.7em; width: 18em; '
            'max-width: 100%"><div style="background: #0072B2; height: 100%; '
            f'width: {width:.1f}%"></div></div>'
        )
    return (
        f'<tr><th scope="row" {cell}; width: 11em">{_escaped(row.label)}</th>'
        f'<td {cell}">{_escaped(row.value)}{bar}</td></tr>'
    )


def _escaped(text: str) -> str:
    return html.escape(text).replace("\n", "<br>")
