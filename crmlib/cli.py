"""The command line: ``python -m crmlib world --out company`` makes a synthetic company's files."""

import argparse
import sys
from collections.abc import Sequence

from crmlib.core.i18n import gettext as _


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command.

    Parameters
    ----------
    arguments : sequence of str, optional
        The words after ``python -m crmlib``; by default those of the command line.

    Returns
    -------
    int
        0 where all went well. A wrong option ends the program with status 2, and an explanation.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     main(["world", "--customers", "200", "--tables", "products", "--out", folder])
    0
    """
    options = parser().parse_args(arguments)
    return options.command(options)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line.

    Examples
    --------
    >>> options = parser().parse_args(["world", "--out", "company", "--seed", "3"])
    >>> options.seed, options.customers, options.format, options.force
    (3, 8000, 'csv', False)
    """
    whole = argparse.ArgumentParser(
        prog="python -m crmlib", description=_("Tools of the CRM course.")
    )
    commands = whole.add_subparsers(required=True, metavar=_("command"))
    _add_world(commands)
    return whole


def _add_world(commands: argparse._SubParsersAction) -> None:
    world = commands.add_parser(
        "world",
        help=_("make a synthetic company"),
        description=_(
            "Make the tables of a synthetic company whose truth is known. The same options give "
            "the same tables."
        ),
    )
    world.add_argument("--out", required=True, metavar=_("folder"), help=_("where the files go"))
    world.add_argument(
        "--customers",
        type=int,
        default=8000,
        metavar="N",
        help=_("number of shop customers, at least 200; the other tables follow (default: 8000)"),
    )
    world.add_argument(
        "--seed",
        type=int,
        default=2026,
        metavar="N",
        help=_("0 or more; another seed is another company of the same kind (default: 2026)"),
    )
    world.add_argument(
        "--scenario",
        metavar=_("name"),
        help=_("luxury, telecom, or a TOML file with changed parameters (default: Luxi)"),
    )
    world.add_argument(
        "--format", default="csv", metavar=_("format"), help=_("csv or parquet (default: csv)")
    )
    world.add_argument(
        "--tables",
        nargs="+",
        metavar=_("table"),
        help=_("only these tables (default: all, and the truth behind them)"),
    )
    world.add_argument(
        "--force", action="store_true", help=_("replace files that are there already")
    )
    world.set_defaults(command=_world, parser=world)


def _world(options: argparse.Namespace) -> int:
    # Only this command needs pandas: --help answers at once.
    from crmlib.world import World, collect, files, groups

    names = None if options.tables is None else list(dict.fromkeys(options.tables))
    total = len(groups.makers()) + 1 if names is None else len(names)
    try:
        company = World(options.seed, options.customers, collect(options.scenario))
        done = files.write_company(company, options.out, names, options.format, options.force)
        for number, one in enumerate(done, 1):
            print(
                _("[{number}/{total}] {file}: {rows:,} rows, {size:,.0f} kB").format(
                    number=number, total=total, file=one.file, rows=one.rows, size=one.bytes / 1000
                ),
                file=sys.stderr,
                flush=True,
            )
    except (ValueError, OSError, ModuleNotFoundError) as error:
        options.parser.exit(2, _("Error: {text}").format(text=error) + "\n")
    return 0
