"""Measure how long a whole synthetic company takes: ``python -m benchmarks.generation``.

There is no other library to compare with, so this page stands apart from results.md. Each size is
made by the command line in a process of its own, with every table and the truth, as Parquet;
seconds hold everything from the start of Python on. ``python -m benchmarks.generation 20000``
measures only this size and writes nothing.
"""

import argparse
import multiprocessing
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import ONE_THREAD, ROOT, environment
from benchmarks.report import three_digits

RESULTS = Path(__file__).resolve().parent / "generation.md"
SIZES = (100_000, 1_000_000)


@dataclass(frozen=True)
class Made:
    """One company: its customers, seconds, largest memory in bytes, bytes of its files."""

    customers: int
    seconds: float
    memory: int
    size: int


def measure(customers: int) -> Made:
    """Make one company in a process of its own."""
    # the largest memory of a child is known only to a parent that had no other
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_made, (customers,))


def _made(customers: int) -> Made:
    command = [sys.executable, "-m", "crmlib", "world", "--format", "parquet"]
    with tempfile.TemporaryDirectory() as folder:
        start = time.perf_counter()
        subprocess.run(
            [*command, "--customers", str(customers), "--out", folder],
            cwd=ROOT,
            env=environment(),
            check=True,
        )
        seconds = time.perf_counter() - start
        size = sum(file.stat().st_size for file in Path(folder).rglob("*") if file.is_file())
    # Linux counts in kB, macOS in bytes
    unit = 1 if sys.platform == "darwin" else 1024
    memory = unit * resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    return Made(customers, seconds, memory, size)


def markdown(companies: list[Made]) -> str:
    """Return the page of results."""
    rows = [
        ("customers", "seconds", "seconds per million customers", "largest memory", "files"),
        ("---:",) * 5,
        *map(row, companies),
    ]
    return "\n".join(
        [
            "# How long a company takes",
            "",
            "Made by `python -m benchmarks.generation`: every table and the truth, as Parquet, "
            f"one process, one thread for linear algebra ({', '.join(ONE_THREAD)}).",
            "",
            *("| " + " | ".join(cells) + " |" for cells in rows),
            "",
        ]
    )


def row(made: Made) -> tuple[str, ...]:
    """Return the cells of one company."""
    return (
        f"{made.customers:,}",
        three_digits(made.seconds),
        three_digits(made.seconds * 1e6 / made.customers),
        f"{three_digits(made.memory / 1e9)} GB",
        f"{three_digits(made.size / 1e6)} MB",
    )


def main(arguments: list[str]) -> None:
    """Measure every size and write the page, or only the sizes that are named."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.generation", description=__doc__)
    parser.add_argument("sizes", nargs="*", type=int, metavar="customers")
    sizes = parser.parse_args(arguments).sizes
    page = markdown([measure(customers) for customers in sizes or SIZES])
    print(page)
    if not sizes:
        RESULTS.write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
