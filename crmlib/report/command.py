"""The command ``report``: ``python -m crmlib report transactions.csv --out DIR``."""

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import click

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.core.settings import LANGUAGES
from crmlib.core.terminal import Command, OneOf, Option, echo

EXAMPLES = (
    ("purchases.csv --out report", N_("a report on a file of purchases")),
    (
        "purchases.csv --customer member --date day --amount paid --out report",
        N_("the same, where the columns have other names"),
    ),
    (
        "\"SELECT * FROM 'purchases.parquet'\" --out report",
        N_("a table larger than memory, through DuckDB"),
    ),
)
TERMINATED = 128 + signal.SIGTERM


@click.command(
    "report",
    cls=Command,
    examples=EXAMPLES,
    help=N_(
        "Make a report on your own purchases: a page to read, tables, and a notebook.\n\n"
        "PURCHASES is a CSV or Parquet file, a .sql file, or a query that begins with SELECT. "
        "Nothing is sent anywhere, and nothing is written outside the folder of --out."
    ),
)
@click.argument("purchases")
@click.option("--out", cls=Option, required=True, metavar="DIR", help=N_("the folder to make"))
@click.option("--customer", cls=Option, metavar="COL", help=N_("column with the customer's id"))
@click.option("--date", cls=Option, metavar="COL", help=N_("column with the day of purchase"))
@click.option(
    "--amount", cls=Option, metavar="COL",
    help=N_('column with the amount, or "quantity * price"'),
)  # fmt: skip
@click.option(
    "--dates", cls=Option, type=OneOf("day-first", "month-first"), metavar="ORDER",
    help=N_("how to read 01/02/2024: day-first or month-first"),
)  # fmt: skip
@click.option("--survey", cls=Option, metavar="FILE", help=N_("answers on satisfaction"))
@click.option("--costs", cls=Option, metavar="FILE", help=N_("costs of serving customers"))
@click.option("--config", cls=Option, metavar="FILE", help=N_("settings, such as report.toml"))
@click.option(
    "--pseudonymise", cls=Option, metavar="KEYFILE",
    help=N_("replace ids by pseudonyms, made with the secret key in this file"),
)  # fmt: skip
@click.option(
    "--lang", cls=Option, type=OneOf(*LANGUAGES), metavar="LANG",
    help=N_("language of the report: en or zh"),
)  # fmt: skip
@click.option("--force", cls=Option, is_flag=True, help=N_("replace an earlier report"))
def report(
    purchases: str,
    out: str,
    customer: str | None,
    date: str | None,
    amount: str | None,
    dates: str | None,
    survey: str | None,
    costs: str | None,
    config: str | None,
    pseudonymise: str | None,
    lang: str | None,
    force: bool,
) -> None:
    """Carry out the command."""
    before = os.environ.get("CRMLIB_LANGUAGE")
    if lang:
        os.environ["CRMLIB_LANGUAGE"] = lang
    try:
        # Only now, so that --help answers at once; and a report needs no display.
        import matplotlib as mpl

        from crmlib.report import making, settings

        mpl.use("agg")
        options = settings.read(
            Path(config) if config else None,
            columns__customer=customer,
            columns__date=date,
            columns__amount=amount,
            reading__dates=dates,
        )
        with tidy_when_terminated():
            making.make(
                purchases,
                out,
                options,
                survey=survey,
                costs=costs,
                key_file=pseudonymise,
                force=force,
                progress=lambda line: echo(line, err=True),
            )
        page = Path(out) / "report.html"
        echo(_("Done. Open {page} in a browser.").format(page=page))
    finally:
        if lang:
            os.environ.pop("CRMLIB_LANGUAGE")
            if before is not None:
                os.environ["CRMLIB_LANGUAGE"] = before


@contextmanager
def tidy_when_terminated() -> Iterator[None]:
    """Let a process that is told to end remove what it has begun, as after Ctrl-C.

    Examples
    --------
    >>> with tidy_when_terminated():
    ...     signal.getsignal(signal.SIGTERM).__name__
    'stop'
    """

    def stop(_number: int, _frame: object) -> NoReturn:
        raise SystemExit(TERMINATED)

    try:
        before = signal.signal(signal.SIGTERM, stop)
    except ValueError:
        # only the main thread may; another one cannot be terminated by itself
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
