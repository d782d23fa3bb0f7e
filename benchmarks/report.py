"""The table of results, as Markdown."""

import os
import statistics

from benchmarks.measure import ONE_THREAD, Timing

HEAD = ("work", "peer", "crmlib", "the peer", "times as fast", "lowest to highest", "rounds")


def markdown(timings: list[Timing], ours: dict[str, str], peer: dict[str, str]) -> str:
    """Return the whole page: what was measured, on what, and the table."""
    return "\n".join(
        [
            "# Speed against peers",
            "",
            "Made by `make bench`; README.md in this folder says how. Both sides had the same "
            "tables and gave the same results: parameters to 1e-3, standard errors to 1e-2, "
            "summaries to 1e-9 relative. Times depend on the machine; the ratios much less. "
            "What is written by hand checks nothing; crmlib checks its input everywhere.",
            "",
            *table(timings),
            "",
            f"- crmlib: {listed(ours)}",
            f"- lifetimes: {listed(peer)}",
            f"- {os.cpu_count()} cores; one thread for linear algebra: {', '.join(ONE_THREAD)}",
            "",
        ]
    )


def table(timings: list[Timing]) -> list[str]:
    """Return the lines of a Markdown table, one row per piece of work."""
    rows = [HEAD, ("---", "---", *["---:"] * 5), *map(row, timings)]
    return ["| " + " | ".join(cells) + " |" for cells in rows]


def row(timing: Timing) -> tuple[str, ...]:
    """Return the cells of one row: medians of times and ratios, and the ratios' spread."""
    ratios = timing.ratios
    return (
        timing.what,
        timing.against,
        duration(statistics.median(timing.ours)),
        duration(statistics.median(timing.peer)),
        f"**{three_digits(statistics.median(ratios))}**",
        f"{three_digits(min(ratios))} to {three_digits(max(ratios))}",
        str(len(ratios)),
    )


def duration(seconds: float) -> str:
    """Return a time with three digits, in ms below one second."""
    return f"{three_digits(seconds * 1000)} ms" if seconds < 1 else f"{three_digits(seconds)} s"


def three_digits(number: float) -> str:
    """Return a number with three digits, in thousands where it is large: 1,590."""
    return f"{float(f'{number:.3g}'):,g}"


def listed(versions: dict[str, str]) -> str:
    """Return names and versions as one line."""
    return ", ".join(f"{name} {version}" for name, version in versions.items())
