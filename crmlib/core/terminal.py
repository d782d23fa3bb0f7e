"""Commands in a terminal, for people who rarely use one: plain help, plain errors, two languages.

- ``Group``, ``Command``, ``Option``  Click's, but their texts are translated when they are shown
- ``WholeNumber``, ``OneOf``          kinds of values, whose errors say what is allowed
- ``run()``                           carries out a command line, and turns errors into sentences
- ``echo()``                          prints a text, also where a terminal knows few characters

The subtle point: decorators run when a module is imported, and the language may change after
that. So the texts in them are only marked (``N_``), and looked up here when somebody reads them.

Examples
--------
>>> @click.command("greet", cls=Command, help=N_("Greet somebody."))
... @click.option("--times", cls=Option, type=WholeNumber(1), default=1, help=N_("how often"))
... def greet(times):
...     echo("hello " * times)
>>> run(greet, ["--times", "2"], "greet")
hello hello
0
"""

import difflib
import shutil
import sys
from collections.abc import Sequence
from copy import copy

import click

from crmlib.core import settings
from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.core.layout import columns, wrapped

WRONG = 2
STOPPED = 130
# What a command may raise with a text that is meant for people.
EXPECTED = (ValueError, OSError, ModuleNotFoundError)
PLAINER = str.maketrans({"✔": "[ok]", "✘": "[!!]", "→": "->", "…": "...", "·": "-"})


class Option(click.Option):
    """An option of a command; its help is looked up when it is shown."""

    def get_help_record(self, ctx: click.Context) -> tuple[str, str] | None:
        """Return how the option is written, and what it does, in the language in force."""
        shown = copy(self)
        shown.help = _(self.help) if self.help else None
        # What is in Click's own brackets, such as "[required]", would be English.
        shown.show_default = False
        shown.required = False
        return click.Option.get_help_record(shown, ctx)


class Command(click.Command):
    """A command whose help can be read by somebody who is no programmer.

    Parameters
    ----------
    *positional, **named
        As for `click.Command`. ``help`` is a marked text.
    examples : sequence of (str, str)
        What can be typed behind the program's name, and what it does (a marked text).
    """

    def __init__(
        self, *positional: object, examples: Sequence[tuple[str, str]] = (), **named: object
    ) -> None:
        super().__init__(*positional, **named)
        self.examples = examples
        # So that a word too many is refused here, in the language in force.
        self.allow_extra_args = True

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the words of the command line."""
        rest = super().parse_args(ctx, args)
        if rest and not isinstance(self, click.Group) and not ctx.resilient_parsing:
            text = _('"{words}" is one word too many. A name with blanks needs quotation marks.')
            raise click.UsageError(text.format(words=" ".join(rest)), ctx)
        return rest

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the whole help."""
        formatter.write(_help(self, ctx))

    def get_short_help_str(self, limit: int = 0) -> str:
        """Return the first sentence of the help."""
        return _first_sentence(_(self.help)) if self.help else ""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return the option ``--help``."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = _("show this text, and do nothing else")
        return option


class Group(Command, click.Group):
    """Commands under one name. Without a command, the help is shown."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or name those that there are."""
        if self.get_command(ctx, args[0]) is None and not args[0].startswith("-"):
            raise click.UsageError(
                _('There is no command "{name}". {hint}There are: {names}.').format(
                    name=args[0],
                    hint=_meant(args[0], self.commands),
                    names=", ".join(self.list_commands(ctx)),
                ),
                ctx,
            )
        return super().resolve_command(ctx, args)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which they were added."""
        return list(self.commands)


class WholeNumber(click.ParamType):
    """A whole number, from a lowest to a highest one.

    Parameters
    ----------
    lowest, highest : int, optional
        No limit if not given.
    """

    name = "number"

    def __init__(self, lowest: int | None = None, highest: int | None = None) -> None:
        self.lowest, self.highest = lowest, highest

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> int:
        """Return the number, or say which ones are allowed."""
        try:
            number = int(value)
        except ValueError:
            self.fail(_('"{value}" is not a whole number.').format(value=value), param, ctx)
        low = self.lowest is not None and number < self.lowest
        if low or (self.highest is not None and number > self.highest):
            self.fail(
                _("{value} is not allowed. Allowed: {lowest} to {highest}.").format(
                    value=number, lowest=self.lowest, highest=self.highest
                ),
                param,
                ctx,
            )
        return number


class OneOf(click.ParamType):
    """One of a few words.

    Parameters
    ----------
    *words : str
        The words that are allowed.
    """

    name = "word"

    def __init__(self, *words: str) -> None:
        self.words = words

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> str:
        """Return the word, or say which ones are allowed."""
        if value not in self.words:
            allowed = ", ".join(self.words)
            text = _('"{value}" is not allowed. Allowed: {allowed}.')
            self.fail(text.format(value=value, allowed=allowed), param, ctx)
        return str(value)


def run(command: click.Command, arguments: Sequence[str] | None, program: str) -> int:
    """Carry out a command line.

    Parameters
    ----------
    command : click.Command
    arguments : sequence of str, optional
        The words behind the program's name; those of the terminal if not given.
    program : str
        The program's name, as it is typed.

    Returns
    -------
    int
        What the command returns: 0, where it returns nothing.

    Raises
    ------
    SystemExit
        With status 2 and a sentence on the error stream, where something is wrong with the
        command line, or with what it names; with status 130 where somebody stopped it.
    """
    try:
        return _run(command, arguments, program)
    except settings.SettingsError as error:
        # Its text is in both languages: which one to use is what could not be read.
        echo(str(error), err=True)
        raise SystemExit(WRONG) from None


def _run(command: click.Command, arguments: Sequence[str] | None, program: str) -> int:
    words = sys.argv[1:] if arguments is None else list(arguments)
    try:
        if isinstance(command, click.Group) and not words:
            with command.make_context(program, ["--help"], resilient_parsing=True) as ctx:
                echo(command.get_help(ctx), err=True)
            raise SystemExit(WRONG)
        return int(command.main(words, prog_name=program, standalone_mode=False) or 0)
    except click.Abort:
        echo(_("Stopped."), err=True)
        raise SystemExit(STOPPED) from None
    except click.ClickException as error:
        ctx = getattr(error, "ctx", None)
        _complain(_sentence(error), ctx.command_path if ctx else program)
    except settings.SettingsError:
        raise
    except EXPECTED as error:
        _complain(_reason(error))


def echo(text: str, err: bool = False) -> None:
    """Print a text; a character that the terminal does not know is written in simpler ones.

    Parameters
    ----------
    text : str
    err : bool, default False
        Whether it goes to the error stream: progress, warnings, errors.
    """
    stream = sys.stderr if err else sys.stdout
    print(printable(text, stream.encoding or "utf-8"), file=stream, flush=True)


def printable(text: str, encoding: str) -> str:
    """Return a text with characters of one encoding only.

    Examples
    --------
    >>> printable("✔ Python → 3.12", "utf-8")
    '✔ Python → 3.12'
    >>> printable("✔ Python → 3.12", "ascii")
    '[ok] Python -> 3.12'
    """
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return text.translate(PLAINER).encode(encoding, "replace").decode(encoding)
    return text


def _complain(text: str, command: str | None = None) -> None:
    lines = [_("Error: {text}").format(text=text).rstrip()]
    if command is not None:
        lines.append(_("More help: {command} --help").format(command=command))
    echo("\n".join(lines), err=True)
    raise SystemExit(WRONG)


def _reason(error: Exception) -> str:
    """Return an error's text; what the system says gets the file's name in front."""
    if isinstance(error, OSError) and error.strerror and error.filename is not None:
        return _("{file}: {reason}.").format(file=error.filename, reason=error.strerror)
    return str(error)


def _sentence(error: click.ClickException) -> str:
    """Return what is wrong with a command line, in the language in force."""
    name = _name(error)
    match error:
        case click.NoSuchOption():
            known = [word for one in error.ctx.command.params for word in one.opts]
            return _('There is no option "{name}". {hint}').format(
                name=error.option_name, hint=_meant(error.option_name, known)
            )
        case click.BadOptionUsage():
            text = _('Something must stand behind the option "{name}".')
            return text.format(name=error.option_name)
        case click.MissingParameter():
            return _("{name} is missing.").format(name=name)
        case click.BadParameter():
            return f"{name}: {error.message}" if name else error.message
    return error.format_message()


def _name(error: click.ClickException) -> str:
    """Return how the option is written that an error is about, or what stands in its place."""
    param = getattr(error, "param", None)
    if param is None:
        return ""
    return param.opts[-1] if isinstance(param, click.Option) else param.human_readable_name


def _meant(word: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1)
    return _('Did you mean "{near}"? ').format(near=near[0]) if near else ""


def _first_sentence(text: str) -> str:
    for end in (". ", "。", ".\n"):
        text = text.split(end)[0]
    return text.rstrip(".。\n")


def _help(command: Command, ctx: click.Context) -> str:
    width = min(shutil.get_terminal_size().columns, 88) - 2
    pieces = [
        parameter.make_metavar(ctx)
        for parameter in command.params
        if isinstance(parameter, click.Argument)
    ]
    options = [one for one in command.get_params(ctx) if isinstance(one, click.Option)]
    rows = [row for one in options if (row := one.get_help_record(ctx))]
    is_group = isinstance(command, click.Group)
    pieces.append(_("command") if is_group else _("[options]"))
    parts = [_("Usage: {line}").format(line=" ".join([ctx.command_path, *pieces])), ""]
    for paragraph in _(command.help).split("\n\n") if command.help else []:
        parts += [*wrapped(" ".join(paragraph.split()), width), ""]
    if is_group:
        names = [(name, one.get_short_help_str()) for name, one in command.commands.items()]
        parts += [_("Commands:"), *columns(names, width), ""]
    if rows:
        parts += [_("Options:"), *columns(rows, width), ""]
    if command.examples:
        program = ctx.command_path
        lines = [(f"{program} {words}".rstrip(), _(text)) for words, text in command.examples]
        parts += [_("For example:"), *columns(lines, width, widest=width), ""]
    if is_group:
        last = N_("More on one of them: {program} start --help")
        parts += [_(last).format(program=ctx.command_path), ""]
    return "\n".join(parts)
