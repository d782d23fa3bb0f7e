"""The command line: ``crmlib start`` opens the course; ``python -m crmlib start`` does the same.

- ``start``   copies the course into a folder, and opens it
- ``doctor``  looks whether everything is there
- ``bundle``  makes the zip of a workshop
- ``report``  makes a report on purchases of one's own
- ``world``   makes a synthetic company

The subtle point: a command is thin, and imports what it needs when it is called, so that
``--help`` answers at once. A room that brings a command of its own is added in the same way as
those of ``workshop``, by one line: ``commands.add_command(start)``.
"""

from collections.abc import Sequence

import click

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.core.terminal import Command, Group, Option, WholeNumber, echo, run
from crmlib.report.command import report
from crmlib.workshop.commands import bundle, doctor, start


def main(arguments: Sequence[str] | None = None, program: str = "crmlib") -> int:
    """Carry out one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words behind the program's name; by default those of the terminal.
    program : str, default "crmlib"
        The program's name, as it was typed.

    Returns
    -------
    int
        0 where all went well; 1 where ``doctor`` found that something is missing. A wrong option
        ends the program with status 2, and an explanation.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     main(["world", "--customers", "200", "--tables", "products", "--out", folder])
    0
    """
    return run(commands, arguments, program)


@click.group(
    cls=Group,
    help=N_(
        "The course on customer relationships (CRM), in a terminal: the window in which you type "
        "commands.\n\n"
        "Type one of these commands behind the program's name, and press Enter."
    ),
)
def commands() -> None:
    """Hold every command."""


commands.add_command(start)
commands.add_command(doctor)
commands.add_command(bundle)
commands.add_command(report)


class World(Command):
    """A command whose option ``--tables`` takes several words."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line."""
        return super().parse_args(ctx, repeated(args, "--tables"))


def repeated(words: Sequence[str], option: str) -> list[str]:
    """Return a command line with an option before each of its words.

    Examples
    --------
    >>> repeated(["--tables", "orders", "customers", "--force"], "--tables")
    ['--tables', 'orders', '--tables', 'customers', '--force']
    """
    found, inside, first = [], False, False
    for word in words:
        if word.startswith("-"):
            inside = first = word == option
        elif inside and not first:
            found.append(option)
        else:
            first = False
        found.append(word)
    return found


@commands.command(
    cls=World,
    help=N_(
        "Make a synthetic company: tables whose truth is known. The same options give the same "
        "tables."
    ),
    examples=[
        ("--customers 20000 --scenario telecom --out my_company", N_("a company of your own")),
    ],
)
@click.option("--out", cls=Option, required=True, metavar="FOLDER", help=N_("where the files go"))
@click.option(
    "--customers",
    cls=Option,
    type=WholeNumber(),
    default=8000,
    metavar="N",
    help=N_("number of shop customers, at least 200; the other tables follow (default: 8000)"),
)
@click.option(
    "--seed",
    cls=Option,
    type=WholeNumber(),
    default=2026,
    metavar="N",
    help=N_("0 or more; another seed is another company of the same kind (default: 2026)"),
)
@click.option(
    "--scenario",
    cls=Option,
    metavar="NAME",
    help=N_("luxury, telecom, or a TOML file with changed parameters (default: Luxi)"),
)
@click.option(
    "--format",
    "file_format",
    cls=Option,
    default="csv",
    metavar="NAME",
    help=N_("csv or parquet (default: csv)"),
)
@click.option(
    "--tables",
    cls=Option,
    multiple=True,
    metavar="NAME ...",
    help=N_("only these tables (default: all, and the truth behind them)"),
)
@click.option("--force", cls=Option, is_flag=True, help=N_("replace files that are there already"))
def world(
    out: str,
    customers: int,
    seed: int,
    scenario: str | None,
    file_format: str,
    tables: tuple[str, ...],
    force: bool,
) -> None:
    """Make the tables of a synthetic company."""
    from crmlib.world import World, collect, files, groups

    names = list(dict.fromkeys(tables)) or None
    total = len(groups.makers()) + 1 if names is None else len(names)
    company = World(seed, customers, collect(scenario))
    done = files.write_company(company, out, names, file_format, force)
    for number, one in enumerate(done, 1):
        text = _("[{number}/{total}] {file}: {rows:,} rows, {size:,.0f} kB")
        size = one.bytes / 1000
        echo(
            text.format(number=number, total=total, file=one.file, rows=one.rows, size=size),
            err=True,
        )
