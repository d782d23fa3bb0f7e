"""The commands of a workshop: ``start``, ``doctor`` and ``bundle``.

The subtle point: this module is imported for every ``--help``. So it imports what a command needs
only when the command is called.
"""

import os
import tempfile
from pathlib import Path

import click

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import language as language_in_force
from crmlib.core.i18n import mark as N_
from crmlib.core.terminal import Command, OneOf, Option, WholeNumber, echo

LANGUAGES = OneOf("en", "zh")
AUDIENCES = OneOf("students", "trainers")
PORT = WholeNumber(1, 65_535)


@click.command(
    cls=Command,
    help=N_(
        "Open the course: copy it into a folder of your own, and show its front page in the "
        "browser.\n\n"
        "FOLDER is where it goes; without it, a folder crm_course here. Run it again whenever you "
        "come back: what you have written or changed is never replaced. Where the course has a "
        "new version of a file that you changed, the new one is laid beside yours."
    ),
    examples=[
        ("", N_("the course in the folder crm_course, here")),
        ("my_folder --language zh", N_("in the folder my_folder, in Chinese")),
        ("--for trainers", N_("with solutions and the trainers' guide")),
    ],
)
@click.argument("folder", required=False, metavar="[FOLDER]", type=click.Path(path_type=Path))
@click.option(
    "--language",
    "--lang",
    cls=Option,
    type=LANGUAGES,
    metavar="en|zh",
    help=N_("language of figures, sliders and answers: en (English) or zh (Chinese)"),
)
@click.option(
    "--for",
    "audience",
    cls=Option,
    type=AUDIENCES,
    metavar="WHOM",
    help=N_("trainers: with solutions and the trainers' guide (students if not given)"),
)
@click.option(
    "--copy-only", cls=Option, is_flag=True, help=N_("copy the course, and do not open it")
)
@click.option(
    "--no-browser",
    cls=Option,
    is_flag=True,
    help=N_("do not open the browser; the terminal shows the address to open"),
)
@click.option(
    "--port",
    cls=Option,
    type=PORT,
    metavar="N",
    help=N_("number of the computer's port to use, if 8888 does not suit"),
)
@click.option(
    "--jupyter",
    cls=Option,
    multiple=True,
    metavar="OPTION",
    help=N_("an option for JupyterLab itself, such as --jupyter=--allow-root"),
)
def start(
    folder: Path | None,
    language: str | None,
    audience: str | None,
    copy_only: bool,
    no_browser: bool,
    port: int | None,
    jupyter: tuple[str, ...],
) -> int:
    """Copy the course into a folder, and open it."""
    from crmlib.workshop import course, lab, working_folder

    if not copy_only:
        lab.require()
    root = course.root()
    target = (working_folder.default_folder(Path.cwd()) if folder is None else folder).absolute()
    # A folder for trainers, also one from a zip, stays one until somebody says otherwise.
    was_theirs = audience is None and course.has_solutions(target) and course.has_solutions(root)
    files = course.selection(root, for_trainers=audience == "trainers" or was_theirs)
    outcome = working_folder.fill(target, files, language, root)
    for line in working_folder.lines(target, outcome):
        echo(line)
    if copy_only:
        return 0
    echo(
        _(
            "\nThe course opens in your browser. If it does not: copy the address below that "
            "begins with http://localhost into your browser.\n"
            "Leave this window open while you work. To stop: File, Shut Down in the browser.\n"
        )
    )
    line = lab.command(not no_browser, port, jupyter)
    return lab.open_in(target, line, lab.environment(root, os.environ))


@click.command(
    cls=Command,
    help=N_(
        "Look whether this computer has everything that the course needs. Nothing is changed.\n\n"
        "Each line of the answer begins with ✔, or says what to do. The first time it can take a "
        "minute. (For scripts: the exit status is 0 if all is there, else 1.)"
    ),
)
@click.option(
    "--port",
    cls=Option,
    type=PORT,
    metavar="N",
    default=8888,
    help=N_("the port that the course would use (8888 if not given)"),
)
def doctor(port: int) -> int:
    """Look whether everything is there."""
    from crmlib.workshop import doctor as room

    echo(_("Looking at this computer. The first time it can take a minute …"))
    report = room.check(port=port)
    for line in room.lines(report):
        echo(line)
    return 1 if report.problems else 0


@click.command(
    cls=Command,
    help=N_(
        "Make the zip of a workshop: notebooks, exercises, data, what has to be installed, and a "
        "page that says how. The same options give the same zip, byte for byte.\n\n"
        "The students' zip holds no solutions; the trainers' zip holds them, and the trainers' "
        "guide."
    ),
    examples=[
        ("--for students --out students.zip", N_("every notebook that there is")),
        (
            "--for students --notebooks 02,04,07,09 --wheelhouse --out workshop.zip",
            N_("four notebooks, and all packages: the participants need no internet"),
        ),
        (
            "--for students --wheelhouse --system windows --system mac --out room.zip",
            N_("every notebook, and all packages for Windows computers and Macs"),
        ),
    ],
)
@click.option(
    "--for",
    "audience",
    cls=Option,
    required=True,
    type=AUDIENCES,
    metavar="WHOM",
    help=N_("students (without solutions) or trainers (with solutions)"),
)
@click.option(
    "--out",
    cls=Option,
    required=True,
    type=click.Path(path_type=Path),
    metavar="FILE.zip",
    help=N_("the zip to write"),
)
@click.option(
    "--notebooks",
    cls=Option,
    metavar="NUMBERS",
    help=N_("only these notebooks, with commas between: 02,04,07,09 (all if not given)"),
)
@click.option(
    "--language",
    "--lang",
    cls=Option,
    type=LANGUAGES,
    metavar="en|zh",
    help=N_("language of the page to read first, of figures and answers: en or zh"),
)
@click.option(
    "--wheelhouse",
    cls=Option,
    is_flag=True,
    help=N_(
        "put all packages into the zip: making it needs the internet, installing from it does not"
    ),
)
@click.option(
    "--system",
    "systems",
    cls=Option,
    multiple=True,
    type=OneOf("windows", "mac", "mac-intel", "linux"),
    metavar="NAME",
    help=N_(
        "the participants' computers, for --wheelhouse: windows, mac, mac-intel or linux; more "
        "than once for several (this computer's if not given)"
    ),
)
@click.option(
    "--python",
    "pythons",
    cls=Option,
    multiple=True,
    type=OneOf("3.11", "3.12", "3.13", "3.14"),
    metavar="N",
    help=N_("their Python, for --wheelhouse: 3.11 to 3.14 (this computer's if not given)"),
)
@click.option("--force", cls=Option, is_flag=True, help=N_("replace a zip that is there already"))
def bundle(
    audience: str,
    out: Path,
    notebooks: str | None,
    language: str | None,
    wheelhouse: bool,
    systems: tuple[str, ...],
    pythons: tuple[str, ...],
    force: bool,
) -> None:
    """Make the zip of a workshop."""
    from crmlib.workshop import bundle as room
    from crmlib.workshop import course
    from crmlib.workshop import wheelhouse as house

    room.refuse(out, force)
    if (systems or pythons) and not wheelhouse:
        raise click.UsageError(
            _("--system and --python say for whom --wheelhouse fetches packages: name that, too."),
            click.get_current_context(),
        )
    root = course.root()
    numbers = course.numbers(root) if notebooks is None else course.chosen(notebooks, root)
    order = room.Order(audience, language or language_in_force(), tuple(numbers))
    targets = house.targets(systems, pythons) if wheelhouse else []
    with tempfile.TemporaryDirectory() as folder:
        packages: list[Path] = []
        files = room.contents(order, root)
        for target in targets:
            echo(
                _("Fetching packages from the internet for {target}; some minutes …").format(
                    target=target
                ),
                err=True,
            )
            packages += house.download(
                (root / room.REQUIREMENTS).read_text(encoding="utf-8"), target, Path(folder)
            )
        if targets:
            files = room.contents(order, root, sorted(set(packages)), targets)
        size = room.write(out, files, force)
    for line in room.lines(order, files, out, size):
        echo(line)
