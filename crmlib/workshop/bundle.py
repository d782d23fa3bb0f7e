"""The zip of a workshop: the course, what installs it, and a page that says how.

- ``contents()``  every file of the zip, by its path in it
- ``write()``     the zip itself: whole or not at all, the same bytes each time

The subtle point: what installs the course holds the course as well, for ``crmlib start``. So a
students' zip gets an installation of its own, without solutions and without the trainers' guide.
(How an answer is *checked* can be read in the library's ``questions.py``, as in any copy.)
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crmlib.core.i18n import gettext as _
from crmlib.workshop import archive, course, readme, wheel, working_folder
from crmlib.workshop.wheelhouse import Target

AUDIENCES = ("students", "trainers")
READ_ME = "READ_ME_FIRST.txt"
REQUIREMENTS = "requirements.txt"
LAB = ("labconfig/page_config.json", "labconfig/default_setting_overrides.json")
# What most mail servers still take, in megabytes.
LARGEST_MAIL = 20


@dataclass(frozen=True)
class Order:
    """What somebody wants in a zip.

    Attributes
    ----------
    audience : str
        "students" or "trainers".
    language : str
        "en" or "zh": of the page to read first, and of figures, sliders and answers.
    numbers : tuple of str
        The notebooks, such as ("02", "07").
    """

    audience: str
    language: str
    numbers: tuple[str, ...]

    @property
    def for_trainers(self) -> bool:
        """Whether solutions and guide come along."""
        return self.audience == "trainers"

    @property
    def folder(self) -> str:
        """The name of the one folder that the zip unpacks to."""
        return f"crm_workshop_{self.audience}"


def contents(
    order: Order,
    root: Path,
    packages: Sequence[Path] = (),
    targets: Sequence[Target] = (),
) -> dict[str, bytes | Path]:
    """Return the files of a zip: path and content.

    Parameters
    ----------
    order : Order
    root : pathlib.Path
        The folder of the course.
    packages : sequence of pathlib.Path
        Packages that make an installation without the internet possible.
    targets : sequence of Target
        The systems that these are for.

    Raises
    ------
    ValueError
        Where an exercise in the course's own folder holds somebody's answers, or crmlib is not
        properly installed.
    FileNotFoundError
        Where trainers are to get solutions that are not there.
    """
    _refuse_answers(root, order.numbers)
    files = course.selection(root, order.numbers, order.for_trainers)
    extra = {name: (root / name).read_bytes() for name in (*LAB, REQUIREMENTS)}
    name, installer = wheel.build(files | extra, root / "pyproject.toml")
    settings = working_folder.settings_text(order.language).encode()
    inside: dict[str, bytes | Path] = {
        f"{working_folder.NAME}/{path}": content
        for path, content in {**files, "crmlib.toml": settings}.items()
    }
    inside[f"install/{name}"] = installer
    inside[f"install/{REQUIREMENTS}"] = extra[REQUIREMENTS]
    inside |= {f"install/wheelhouse/{path.name}": path for path in packages}
    guide = any(path.startswith(f"{course.TRAINERS}/") for path in files)
    page = readme.text(
        order.language,
        order.numbers,
        name,
        targets,
        order.for_trainers,
        guide,
    )
    # Windows' Notepad takes a text for UTF-8 when it begins with this mark.
    inside[READ_ME] = page.encode("utf-8-sig")
    return {f"{order.folder}/{path}": content for path, content in inside.items()}


def write(out: Path, files: Mapping[str, bytes | Path], force: bool = False) -> int:
    """Write a zip; return its size in bytes.

    Parameters
    ----------
    out : pathlib.Path
        Its place.
    files : mapping of str to bytes or pathlib.Path
    force : bool, default False
        Whether a file that is there may be replaced.
    """
    refuse(out, force)
    out.parent.mkdir(parents=True, exist_ok=True)
    with archive.replacing(out) as binary:
        archive.write_zip(binary, files)
    return out.stat().st_size


def refuse(out: Path, force: bool) -> None:
    """Refuse a place where no zip can be written, before anything is done.

    Raises
    ------
    ValueError
        Where the name does not end in ``.zip``.
    FileExistsError
        Where something is there already.
    """
    if out.suffix.lower() != ".zip":
        raise ValueError(_('The name must end in .zip, and "{name}" does not.').format(name=out))
    if out.is_dir():
        raise FileExistsError(_("{file} is a folder. Name a file.").format(file=out))
    if out.exists() and not force:
        raise FileExistsError(
            _(
                "{file} is there already.\n"
                "What to do: choose another name, or allow it to be replaced (--force)."
            ).format(file=out)
        )


def _refuse_answers(root: Path, numbers: Sequence[str]) -> None:
    names = course.worked_in(root, numbers)
    if names:
        raise ValueError(
            _(
                "Somebody has worked in the course's own exercises: {names}. Their answers would "
                "be handed out.\n"
                "What to do: run make exercises ARGS=--force in the folder of the course; it "
                "keeps these answers in a copy."
            ).format(names=", ".join(names))
        )


def lines(order: Order, files: Mapping[str, bytes | Path], out: Path, size: int) -> list[str]:
    """Return in words what a zip holds."""
    packages = sum("/wheelhouse/" in name for name in files)
    solutions = sum(f"/{course.SOLUTIONS}/" in name for name in files)
    said = [
        _("{file}: {size:,.1f} MB, for {audience}.").format(
            file=out,
            size=size / 1_000_000,
            audience=_("trainers") if order.for_trainers else _("students"),
        ),
        _("Notebooks: the front page, {numbers}.").format(numbers=", ".join(order.numbers)),
        _("Solutions: {number}.").format(number=solutions) if solutions else _("No solutions."),
    ]
    said.append(
        _("Packages: {number}. Participants need no internet.").format(number=packages)
        if packages
        else _(
            "Packages: none. Participants need the internet once, to install; with --wheelhouse "
            "they do not."
        )
    )
    if size > LARGEST_MAIL * 1_000_000:
        said.append(
            _("Too large for most e-mail: hand it out by a download link or on memory sticks.")
        )
    text = (
        _("Unpack it and open {file}.")
        if order.for_trainers
        else _("Participants unpack it and open {file}.")
    )
    return [*said, text.format(file=f"{order.folder}/{READ_ME}")]
