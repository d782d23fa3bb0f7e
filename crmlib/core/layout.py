"""Text in lines of a terminal, where a Chinese character takes two places.

- ``width_of()``   how many places a text takes
- ``wrapped()``    a paragraph as lines that fit
- ``columns()``    names on the left, explanations on the right
"""

import re
import unicodedata
from collections.abc import Sequence

# A word with the blank before it; a wide character alone. Closing marks stay with what they close.
PIECES = re.compile(r"\s*(?:[⺀-￯]|[^\s⺀-￯]+)[，。；：、！？）”》]*")
LEFT = 2
GAP = 2


def width_of(text: str) -> int:
    """Return how many places a text takes in a terminal.

    Examples
    --------
    >>> width_of("CRM"), width_of("客户")
    (3, 4)
    """
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def wrapped(text: str, width: int) -> list[str]:
    """Return a paragraph as lines of at most so many places.

    Examples
    --------
    >>> wrapped("Put the course into a folder of your own.", 20)
    ['Put the course into', 'a folder of your', 'own.']
    >>> wrapped("把课程放进你自己的文件夹。", 10)
    ['把课程放进', '你自己的文', '件夹。']
    """
    lines = [""]
    for piece in PIECES.findall(text):
        if lines[-1] and width_of(lines[-1] + piece) > width:
            lines.append(piece.lstrip())
        else:
            lines[-1] += piece if lines[-1] else piece.lstrip()
    return lines


def columns(rows: Sequence[tuple[str, str]], width: int, widest: int = 26) -> list[str]:
    r"""Return rows of a name and its explanation as lines.

    Parameters
    ----------
    rows : sequence of (str, str)
    width : int
        Places in a line.
    widest : int, default 26
        A longer name has a line of its own. Where not even half of the width would remain for the
        explanations, each stands below its name.

    Examples
    --------
    >>> print(*columns([("start", "open the course"), ("doctor", "look around")], 40), sep="\n")
      start   open the course
      doctor  look around
    """
    fitting = [width_of(name) for name, _text in rows if width_of(name) <= widest]
    second = LEFT + max(fitting, default=0) + GAP
    if second > width / 2:
        second = LEFT + 4
    lines = []
    for name, text in rows:
        right = wrapped(text, width - second)
        first = " " * LEFT + name
        if width_of(first) + GAP > second:
            lines.append(first)
        else:
            right[0] = first + " " * (second - width_of(first)) + right[0]
            lines.append(right.pop(0))
        lines += [" " * second + line for line in right]
    return lines
