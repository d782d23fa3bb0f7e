"""Write the time plans: ``python -m tools.plans``; ``--start 13:30 --out MINE`` for another hour.

One plan for each route of `tools.trainers`, ``docs/trainers/plans/plan_….html``: a page to print
and to lay beside the laptop. Each section of each notebook's core has its clock time, what
happens in it, and a mark where it can be left out when time is short. The minutes come from the
notebooks, the marks from the notes.
"""

import argparse
import html
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tools import notebook_parts, trainer_notes
from tools.notebook_parts import Section
from tools.trainers import FOLDER as TRAINERS
from tools.trainers import ROUTES, START, Route, Stop, clock, core_minutes, file_of, with_reserves

FOLDER = TRAINERS / "plans"
CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
PAGE = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>{title}</title>
<style>
@page {{ size: A4; margin: 9mm 14mm; }}
body {{ font: 8.5pt/1.2 "DejaVu Sans", "Noto Sans", sans-serif; color: #1a1a1a;
  max-width: 182mm; margin: 0 auto; }}
h1 {{ font-size: 14pt; margin: 0 0 1mm; }}
p {{ margin: 0 0 2mm; }}
table {{ border-collapse: collapse; width: 100%; }}
th {{ text-align: left; }}
td, th {{ padding: 0.4mm 1.5mm; border-bottom: 0.2mm solid #bbb; vertical-align: top; }}
.number {{ text-align: right; white-space: nowrap; }}
.head td {{ font-weight: bold; border-top: 0.4mm solid #333; padding-top: 1mm; }}
.stop td {{ background: #e8e8e8; font-style: italic; }}
tr {{ break-inside: avoid; }}
</style>
</head>
<body>
<h1>{title}</h1>
<p>Begin at {start}. Another hour: the second column counts from your first minute.
○ can be left out when you are late; what to say in its place stands at the end of the
notebook's page.</p>
<table>
<tr><th class="number">clock</th><th class="number">after</th><th class="number">min</th>
<th>what</th><th>in it</th><th>late</th></tr>
{rows}
</table>
</body>
</html>
"""


@dataclass(frozen=True)
class Line:
    """A line of a plan.

    Attributes
    ----------
    minutes : int
        How long it takes; what comes next begins after that. A heading takes none.
    what, inside : str
        Its name, and what happens in it.
    kind : str
        "head" (a notebook), "section" or "stop".
    late : bool
        Whether it can be left out when time is short.
    """

    minutes: int
    what: str
    inside: str = ""
    kind: str = "section"
    late: bool = False


def notebook_lines(name: str) -> list[Line]:
    """Return a notebook's heading, and the sections of its core."""
    notebook = notebook_parts.read(name)
    late = trainer_notes.read(name).late
    core, _total = notebook_parts.minutes(notebook)
    head = f"{name[:2]} {notebook_parts.title(notebook)} ({core} min)"
    return [
        Line(0, head, kind="head"),
        *[
            Line(part.minutes, part.title, asked(part), late=part.title in late)
            for part in notebook_parts.sections(notebook)
            if part.part == "core"
        ],
    ]


def asked(section: Section) -> str:
    """Return what the room is asked in a section, and what it is shown.

    >>> asked(Section("A", 3, "core", [("reveal", "05.p1"), ("check", "05.c1")]))
    'show 05.p1, check 05.c1'
    """
    told = {"predict": "predict", "reveal": "show", "check": "check"}
    return ", ".join(f"{told[tool]} {name}" for tool, name in section.asked)


def lines(route: Route) -> list[Line]:
    """Return the lines of a route's plan."""
    names = {name[:2]: name for name in notebook_parts.names()}
    found = []
    for part in with_reserves(route, core_minutes()):
        if isinstance(part, Stop):
            found += [Line(part.minutes, part.what, kind="stop")] if part.minutes else []
        else:
            found += notebook_lines(names[part])
    return found


def plan(route: Route, start: int = START) -> str:
    """Return a route's plan as HTML.

    Parameters
    ----------
    route : Route
    start : int, default 540
        When it begins, in minutes after midnight.
    """
    rows, now = [], 0
    for line in lines(route):
        rows.append(row(line, start, now))
        now += line.minutes
    rows.append(row(Line(0, "end", kind="stop"), start, now))
    return PAGE.format(
        title=html.escape(f"{route.title}: the time plan"),
        start=clock(start),
        rows="\n".join(rows),
    )


def row(line: Line, start: int, after: int) -> str:
    """Return a line as a row of the table."""
    times = (clock((start + after) % (24 * 60)), clock(after), str(line.minutes or ""))
    cells = [f'<td class="number">{text}</td>' for text in times]
    if line.kind == "section":
        texts = (line.what, line.inside, "○" if line.late else "")
        cells += [f"<td>{html.escape(text)}</td>" for text in texts]
    else:
        cells.append(f'<td colspan="3">{html.escape(line.what)}</td>')
    return f'<tr class="{line.kind}">{"".join(cells)}</tr>'


def minute(text: str) -> int:
    """Return a clock time in minutes after midnight.

    >>> minute("13:30")
    810
    """
    found = CLOCK.fullmatch(text)
    if not found:
        raise argparse.ArgumentTypeError(f'"{text}" is no clock time, such as 13:30')
    return 60 * int(found[1]) + int(found[2])


def main(arguments: Sequence[str] | None = None) -> int:
    """Write all plans."""
    parser = argparse.ArgumentParser(prog="python -m tools.plans", description=__doc__)
    parser.add_argument("--start", type=minute, metavar="TIME", help="such as 13:30")
    parser.add_argument("--out", type=Path, metavar="FOLDER", help="where the plans go")
    options = parser.parse_args(arguments)
    if (options.start is None) != (options.out is None):
        parser.error("--start and --out go together: the course's own plans begin at 9:00")
    folder = options.out or FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    for route in ROUTES:
        path = folder / file_of(route)
        text = plan(route, START if options.start is None else options.start)
        path.write_text(text, encoding="utf-8", newline="\n")
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
