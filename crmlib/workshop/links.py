"""Links between the files of the course: what they need, and what to do when it is not there.

The subtle point: a learner's folder holds a part of the course. A document that a notebook links
to comes along; a link to anything else that stays behind becomes plain text.
"""

import posixpath
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote

from crmlib.workshop import notebook_file

CODE = re.compile(r"(^```.*?^```|`[^`\n]+`)", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[(?P<text>[^\]]*)\]\((?P<target>[^)\s]+)[^)]*\)")
OUTSIDE = re.compile(r"[a-z][a-z+.-]*:|#|//", re.IGNORECASE)


def targets(name: str, text: str) -> list[str]:
    """Return the files that a text links to, as paths in the course.

    Parameters
    ----------
    name : str
        Where the text stands: its path in the course.
    text : str
        Markdown.

    Examples
    --------
    >>> targets("notebooks/05_alive.ipynb", "[book](../docs/book.md#a), `[no](x.md)`, [here](#a)")
    ['docs/book.md']
    """
    prose = "".join(CODE.split(text)[::2])
    found = [_place(name, link["target"]) for link in LINK.finditer(prose)]
    return list(dict.fromkeys(target for target in found if target is not None))


def without_dead_links(name: str, text: str, there: Callable[[str], bool]) -> str:
    """Return a text in which links to files that are not there are plain text.

    Parameters
    ----------
    name : str
        Where the text stands: its path in the course.
    text : str
        Markdown.
    there : function
        Whether a path of the course is there.

    Examples
    --------
    >>> there = {"notebooks/02_value.ipynb"}.__contains__
    >>> without_dead_links("notebooks/start.ipynb", "Open [05](05_alive.ipynb).", there)
    'Open 05.'
    """

    def one(link: re.Match) -> str:
        target = _place(name, link["target"])
        return link[0] if target is None or there(target) else link["text"]

    parts = CODE.split(text)
    parts[::2] = [LINK.sub(one, prose) for prose in parts[::2]]
    return "".join(parts)


def with_documents(
    files: Mapping[str, bytes], root: Path, allowed: Callable[[str], bool]
) -> dict[str, bytes]:
    """Return the files and, from the course's folder, the documents that they link to.

    Parameters
    ----------
    files : mapping of str to bytes
        Path in the course and content.
    root : pathlib.Path
        The course's folder.
    allowed : function
        Whether a path of the course may come along.
    """
    found, waiting = dict(files), list(files)
    while waiting:
        name = waiting.pop()
        for target in targets(name, _prose(name, found[name])):
            if target not in found and allowed(target) and (root / target).is_file():
                found[target] = (root / target).read_bytes()
                waiting.append(target)
    return found


def closed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files with every link between them alive: the others are plain text."""
    folders = {parent for name in files for parent in _parents(name)}

    def there(path: str) -> bool:
        return path in files or path in folders

    return {name: _mended(name, content, there) for name, content in files.items()}


def _place(name: str, target: str) -> str | None:
    """Return the path in the course of a link's target, or None for one that is no file's."""
    if OUTSIDE.match(target):
        return None
    file = unquote(target.partition("#")[0])
    return posixpath.normpath(posixpath.join(posixpath.dirname(name), file))


def _parents(name: str) -> Iterator[str]:
    while name := posixpath.dirname(name):
        yield name


def _prose(name: str, content: bytes) -> str:
    if name.endswith(".ipynb"):
        return notebook_file.markdown(content)
    return content.decode() if name.endswith(".md") else ""


def _mended(name: str, content: bytes, there: Callable[[str], bool]) -> bytes:
    def mend(text: str) -> str:
        return without_dead_links(name, text, there)

    if name.endswith(".ipynb"):
        return notebook_file.map_markdown(content, mend)
    if name.endswith(".md"):
        return mend(content.decode()).encode()
    return content
