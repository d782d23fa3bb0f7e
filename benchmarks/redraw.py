"""How fast an explorer follows its slider: ``python -m benchmarks.redraw`` writes redraw.md.

Each explorer of the course is moved to both ends of every control, and through its middle. Its
peer, in the same run, is the least that an explorer can do: one line in a figure of one size.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from crmlib.core import controls, figures
from tests.helpers.notebooks import paths_with_explorers
from tools import explorers

RESULTS = Path(__file__).resolve().parent / "redraw.md"
AIM = 0.1  # seconds
ROUNDS = 3
HEAD = f"""# How fast the sliders answer

Made by `python -m benchmarks.redraw`. Each explorer is moved to both ends, or to every option, of
each of its controls, {ROUNDS} times. A redraw is everything between the moved slider and the new
picture: theory, figure, PNG. Counted is the fastest at each place, and beside it the slowest first
time: then the figure of a new option is made, or wider margins are found for longer labels. The
peer is an explorer that draws one line. The aim: a median below {AIM:g} seconds.

| notebook | explorer | redraws | median, s | slowest place, s | slowest first time, s | ratio of medians to one line |
|:--|:--|--:|--:|--:|--:|--:|
"""  # noqa: E501


def seconds(explorer: controls.Explorer) -> tuple[list[float], float]:
    """Return, for each place of the controls, the fastest redraw; and the slowest first one.

    The fastest, since whatever else the machine does can only make a redraw slower.
    """
    times, first = [], []
    for values in explorers.positions(explorer):
        rounds = [_timed(partial(explorer.picture, **values)) for _ in range(ROUNDS)]
        first.append(rounds[0])
        times.append(min(rounds))
    return times, max(first)


def one_line() -> controls.Explorer:
    """Return the peer: a slider and a line."""

    def draw(rate: float) -> tuple:
        with figures.style():
            ax = figures.axes()
            ax.plot([rate**year for year in range(10)])
        return ax, f"{rate:.0%}"

    return controls.explorer(draw, {"rate": controls.slider("rate", 0.8, 0.5, 0.9, 0.1)})


def medians() -> Iterator[tuple[float, str]]:
    """Measure every explorer; yield its median in seconds and its line of the table."""
    seconds(one_line())  # the first figures are slow: fonts are read
    for path in paths_with_explorers():
        for name, explorer in explorers.explorers(path):
            base = statistics.median(seconds(one_line())[0])
            times, first = seconds(explorer)
            median = statistics.median(times)
            yield (
                median,
                f"| {path.stem} | `{name}` | {len(times)} | {median:.3f} | {max(times):.3f} "
                f"| {first:.3f} | {median / base:.1f} |",
            )


def main() -> None:
    """Write the page."""
    lines, kept = [], 0
    for median, line in medians():
        print(line, flush=True)
        lines.append(line)
        kept += median < AIM
    end = f"{kept} of {len(lines)} explorers keep the aim."
    RESULTS.write_text("\n".join([HEAD.rstrip(), *lines, "", end, ""]), encoding="utf-8")


def _timed(work: Callable[[], None]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main()
