"""Write the trainers' pages: ``python -m tools.trainers``.

- ``docs/trainers/NN_theme.md``: one page per notebook, see `tools.trainer_page`
- ``docs/trainers/README.md``: written by hand, but for the table of pages and the routes with
  their clock times, which stand between marks and are made from the notebooks' minutes

The notes on each notebook are in ``docs/trainers/notes``, and what goes in them is in
`tools.trainer_notes`. A test compares pages and generator.
"""

import argparse
import os
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import notebook_parts, trainer_notes, trainer_page
from tools.execute import ROOT

FOLDER = ROOT / "docs" / "trainers"
README = FOLDER / "README.md"
BLOCK = "<!-- {name}: made by python -m tools.trainers -->\n{text}<!-- end of {name} -->\n"
PLAN = "\n[Section by section, with clock times, to print](plans/{file})\n"
START = 9 * 60


@dataclass(frozen=True)
class Stop:
    """A part of a route that is no notebook."""

    what: str
    minutes: int


@dataclass(frozen=True)
class Route:
    """A workshop: notebooks by number, and what stands between them.

    Attributes
    ----------
    title : str
        Its name.
    minutes : int
        From the first minute to the last.
    parts : tuple of str or Stop
        "02" is the core of notebook 02.
    """

    title: str
    minutes: int
    parts: tuple[str | Stop, ...]


OPENING = Stop("opening: what we do today, first prediction by hand", 10)
CLOSING = Stop("closing: what each one takes home, what to test next", 10)
LUNCH = Stop("lunch", 60)
# What is left over is shared out among the places where this stands.
RESERVE = Stop("reserve: questions, or the first exercise", 0)


def pause(minutes: int) -> Stop:
    """Return a break."""
    return Stop("break", minutes)


ROUTES = (
    Route("45 minutes", 45, ("09", RESERVE)),
    Route(
        "Half a day",
        4 * 60,
        (OPENING, "02", "04", RESERVE, pause(20), "07", "09", RESERVE, CLOSING),
    ),
    Route(
        "One day",
        7 * 60,
        (
            *(OPENING, "02", "03", pause(15), "04", RESERVE, LUNCH),
            *("05", pause(15), "07", "09", RESERVE, CLOSING),
        ),
    ),
)


def core_minutes() -> dict[str, int]:
    """Return the minutes of each notebook's core, by its number."""
    read = {name[:2]: notebook_parts.read(name) for name in notebook_parts.names()}
    return {number: notebook_parts.minutes(notebook)[0] for number, notebook in read.items()}


def needed(route: Route, cores: dict[str, int]) -> int:
    """Return the minutes that a route's parts take.

    >>> needed(Route("short", 60, (pause(5), "09")), {"09": 40})
    45
    """
    return sum(part.minutes if isinstance(part, Stop) else cores[part] for part in route.parts)


def with_reserves(route: Route, cores: dict[str, int]) -> list[str | Stop]:
    """Return a route's parts, with what is left over in the places that are meant for it."""
    left, places = route.minutes - needed(route, cores), route.parts.count(RESERVE)
    shares = [left // places + (number < left % places) for number in range(places)]
    return [
        Stop(part.what, shares.pop()) if isinstance(part, Stop) and part == RESERVE else part
        for part in route.parts
    ]


def timetable(route: Route, cores: dict[str, int], titles: dict[str, str]) -> str:
    """Return a route with clock times."""
    lines = [f"### {route.title}", "", "| from | to | minutes | |", "|---|---|---:|---|"]
    now = START
    for part in with_reserves(route, cores):
        stop = part if isinstance(part, Stop) else Stop(f"**{titles[part]}**, core", cores[part])
        if stop.minutes <= 0:
            continue
        end = now + stop.minutes
        lines.append(f"| {clock(now)} | {clock(end)} | {stop.minutes} | {stop.what} |")
        now = end
    return "\n".join(lines) + "\n"


def clock(minutes: int) -> str:
    """Return minutes after midnight as a clock shows them.

    >>> clock(545)
    '9:05'
    """
    return f"{minutes // 60}:{minutes % 60:02d}"


def routes() -> str:
    """Return all routes, or what is missing for one."""
    cores = core_minutes()
    titles = {
        name[:2]: f"[{name[:2]} {notebook_parts.title(notebook_parts.read(name))}]({name}.md)"
        for name in notebook_parts.names()
    }
    parts = []
    for route in ROUTES:
        missing = [part for part in route.parts if isinstance(part, str) and part not in cores]
        if missing:
            parts.append(f"### {route.title}\n\nWaits for notebook {', '.join(missing)}.\n")
        else:
            parts.append(timetable(route, cores, titles) + PLAN.format(file=file_of(route)))
    return "\n" + "\n".join(parts) + "\n"


def pages() -> str:
    """Return the table of pages."""
    lines = ["", "| page | notebook | minutes | core | print sheet |", "|---|---|---:|---:|---|"]
    for name in notebook_parts.names():
        notebook = notebook_parts.read(name)
        core, total = notebook_parts.minutes(notebook)
        lines.append(
            f"| [{name[:2]}]({name}.md) | [{notebook_parts.title(notebook)}]"
            f"(../../notebooks/{name}.ipynb) | {total} | {core} | [sheet](sheets/{name}.html) |"
        )
    return "\n".join([*lines, "", ""])


def file_of(route: Route) -> str:
    """Return the name of a route's time plan, which `tools.plans` makes.

    >>> file_of(Route("Half a day", 240, ()))
    'plan_half_a_day.html'
    """
    return f"plan_{route.title.lower().replace(' ', '_')}.html"


def with_block(text: str, name: str, made: str) -> str:
    """Return a text with what is made between two marks in its place.

    Raises
    ------
    ValueError
        If the marks are not there, or there twice.
    """
    start, end = re.escape(f"<!-- {name}:"), re.escape(f"<!-- end of {name} -->\n")
    block = BLOCK.format(name=name, text=made)
    text, count = re.subn(rf"{start}.*?{end}", lambda _match: block, text, flags=re.DOTALL)
    if count != 1:
        raise ValueError(f"the text has {count} places for {name}; one is wanted")
    return text


def readme(text: str) -> str:
    """Return the door with its tables as the notebooks now are."""
    return with_block(with_block(text, "pages", pages()), "routes", routes())


def faults(name: str) -> list[str]:
    """Return where the notes on a notebook do not fit it."""
    try:
        given = trainer_page.material(name)
    except ValueError as error:
        return [str(error)]
    ids = [question.id for question in given.questions]
    return trainer_notes.faults(given.notes, given.sections, ids)


def unseen(name: str) -> list[str]:
    """Return the predictions whose result a reader of the stored notebook never sees."""
    notebook = notebook_parts.read(name)
    asked = [which for part in notebook_parts.sections(notebook) for which in part.asked]
    shown = notebook_parts.results(notebook)
    return [which for tool, which in asked if tool == "predict" and which not in shown]


def write(name: str) -> list[str]:
    """Write the page of a notebook, or return what is wrong with its notes."""
    if problems := faults(name):
        return problems
    text = trainer_page.page(trainer_page.material(name))
    (FOLDER / f"{name}.md").write_text(text, encoding="utf-8")
    return []


def main(arguments: Sequence[str] | None = None) -> int:
    """Write all pages, or those that the command line names; fail where notes do not fit."""
    parser = argparse.ArgumentParser(prog="python -m tools.trainers", description=__doc__)
    parser.add_argument("names", nargs="*", help="such as 05_alive (without any: all)")
    os.environ["CRMLIB_LANGUAGE"] = "en"
    failed = False
    for name in parser.parse_args(arguments).names or notebook_parts.names():
        problems = write(Path(name).stem)
        print(f"{name}: {'left as it was' if problems else 'written'}", flush=True)
        for problem in problems:
            failed = True
            print(f"  {problem}", file=sys.stderr)
    README.write_text(readme(README.read_text(encoding="utf-8")), encoding="utf-8")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
