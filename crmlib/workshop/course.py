"""What the course consists of, and where it lies: in a clone, or in the installed package.

- ``root()``       the folder of the course
- ``numbers()``    the notebooks that are there
- ``selection()``  the files for somebody: which notebooks, with or without solutions

The tables come along, the planted truth among them: a notebook's numbers were computed from
these very files, ``data.truth()`` takes the truth from the folder that has the tables, and
nobody needs anything from elsewhere. They are a few megabytes.
"""

import re
from collections.abc import Sequence
from pathlib import Path

from crmlib.core.i18n import gettext as _
from crmlib.workshop import links, notebook_file

CLONE = Path(__file__).parents[2]
PACKAGE = Path(__file__).parents[1] / "_course"
FRONT_PAGE = "notebooks/start.ipynb"
NUMBERED = re.compile(r"(?P<number>\d\d)_[a-z]+\.ipynb")
SOLUTIONS = "exercises/solutions"
TRAINERS = "docs/trainers"


def root() -> Path:
    """Return the folder of the course.

    Raises
    ------
    FileNotFoundError
        Where neither a clone nor the package holds it; the text says what to do.

    Examples
    --------
    >>> (root() / FRONT_PAGE).is_file()
    True
    """
    for folder in (CLONE, PACKAGE):
        if (folder / FRONT_PAGE).is_file():
            return folder
    raise FileNotFoundError(
        _(
            "The notebooks of the course were not found. Looked for:\n{places}\n"
            "What to do: install crmlib again, or fetch a fresh copy of the course."
        ).format(places="\n".join(f"- {folder / FRONT_PAGE}" for folder in (CLONE, PACKAGE)))
    )


def numbers(folder: Path) -> list[str]:
    """Return the numbers of the notebooks that are there.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the course.

    Examples
    --------
    >>> "05" in numbers(root())
    True
    """
    return sorted(_numbered(folder / "notebooks"))


def chosen(text: str, folder: Path) -> list[str]:
    """Return the numbers that a text names: "02,04" or "2 4".

    Raises
    ------
    ValueError
        Where a number is not one of a notebook that is there; the text names those that are.

    Examples
    --------
    >>> chosen("5", root())
    ['05']
    """
    known = numbers(folder)
    wanted = [word.zfill(2) for word in re.split(r"[,;\s]+", text) if word]
    wrong = [word for word in wanted if word not in known]
    if wrong or not wanted:
        raise ValueError(
            _('There is no notebook "{wrong}". Allowed: {known}, with commas between them.').format(
                wrong=", ".join(wrong), known=", ".join(known)
            )
        )
    return sorted(set(wanted))


def selection(
    folder: Path, only: Sequence[str] | None = None, for_trainers: bool = False
) -> dict[str, bytes]:
    """Return the files of the course for somebody.

    Parameters
    ----------
    folder : pathlib.Path
        The folder of the course.
    only : sequence of str, optional
        Numbers of notebooks; the front page comes with any of them. All if not given.
    for_trainers : bool, default False
        Whether the solutions and the trainers' guide come along.

    Returns
    -------
    dict of str to bytes
        Path (with ``/``) and content, sorted by path: notebooks, exercises, tables, and the
        documents that these link to. A link to a file that is not among them is plain text. A
        student's notebooks come without results: they are to be predicted. So do exercises.

    Raises
    ------
    FileNotFoundError
        Where trainers are to get solutions, and this copy of the course has none.
    """
    only = numbers(folder) if only is None else only
    names = [FRONT_PAGE, "LICENSE-TEXT"]
    names += [f"notebooks/{_numbered(folder / 'notebooks')[number]}" for number in only]
    names += _exercises(folder, "exercises", only)
    names += _below(folder, "datasets")
    if for_trainers:
        solutions = _exercises(folder, SOLUTIONS, only)
        if not solutions and _exercises(folder, "exercises", only):
            raise FileNotFoundError(
                _(
                    "This copy of the course was made for students: it holds no solutions.\n"
                    "What to do: make the trainers' bundle from the full course."
                )
            )
        names += solutions + [n for n in _below(folder, TRAINERS) if _about(n, only)]
    files = {name: (folder / name).read_bytes() for name in names if (folder / name).is_file()}
    to_do = [name for name in files if name.endswith(".ipynb")]
    if for_trainers:
        to_do = _exercises(folder, "exercises", only)
    files |= {name: notebook_file.without_outputs(files[name]) for name in to_do}
    whole = links.with_documents(files, folder, _is_document)
    return dict(sorted(links.closed(whole).items()))


def has_solutions(folder: Path) -> bool:
    """Return whether a folder of the course, or a copy of it, is one for trainers."""
    return any((folder / SOLUTIONS).glob("*.ipynb"))


def worked_in(folder: Path, only: Sequence[str] | None = None) -> list[str]:
    """Return the exercises of the course's own folder that hold somebody's answers."""
    names = _exercises(folder, "exercises", numbers(folder) if only is None else only)
    return [name for name in names if notebook_file.worked_in((folder / name).read_bytes())]


def _numbered(folder: Path) -> dict[str, str]:
    found = (NUMBERED.fullmatch(path.name) for path in folder.glob("*.ipynb"))
    return {match["number"]: match[0] for match in found if match}


def _exercises(folder: Path, place: str, only: Sequence[str]) -> list[str]:
    there = _numbered(folder / place)
    return [f"{place}/{there[number]}" for number in only if number in there]


def _below(folder: Path, place: str) -> list[str]:
    files = (path for path in (folder / place).rglob("*") if path.is_file())
    names = [path.relative_to(folder) for path in files]
    return sorted(
        name.as_posix() for name in names if not any(part.startswith(".") for part in name.parts)
    )


def _about(name: str, only: Sequence[str]) -> bool:
    """Return whether a page is about one of these notebooks, or about none in particular."""
    number = re.match(r"(\d\d)_", name.rpartition("/")[2])
    return number is None or number[1] in only


def _is_document(name: str) -> bool:
    return name.startswith("docs/") and not name.startswith(f"{TRAINERS}/")
