"""Measure the path for many customers, and write its table into docs/scale.md: ``make scale``.

Purchases of a simulated shop are written to Parquet files, DuckDB summarises and compresses them
within a limit of memory, and one machine fits the rest. Each step is a process of its own, so that
its memory can be told apart. ``python -m tools.scale --customers 100000`` measures a smaller shop
and prints the table only.
"""

import argparse
import importlib.metadata
import multiprocessing
import os
import platform
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet

from crmlib import rfm
from crmlib.models import BGNBD

PAGE = Path(__file__).parents[1] / "docs" / "scale.md"
START, STOP = "<!-- measured: start -->", "<!-- measured: stop -->"
CUSTOMERS = 10_000_000
CUSTOMERS_PER_FILE = 500_000
SEED = 11
MEMORY_LIMIT = "2GB"
# a shop of two years: customers come in the first, and behave as BG/NBD says
FIRST_DAY = np.datetime64("2023-01-01")
DAYS_OF_ACQUISITION, DAYS_OBSERVED = 365, 730
END = FIRST_DAY + np.timedelta64(DAYS_OBSERVED, "D")
TRUTH = {"r": 0.6, "alpha": 8.0, "a": 0.8, "b": 2.5}


@dataclass(frozen=True)
class Step:
    """What one step gave, and what it took."""

    result: Any
    seconds: float
    peak_megabytes: float


def purchases(customers: int, first_id: int, seed: int) -> pa.Table:
    """Simulate customers one purchase after the other, until all have left or time is over."""
    random = np.random.default_rng(seed)
    rate = random.gamma(TRUTH["r"], 1 / (7 * TRUTH["alpha"]), customers)
    leaving = random.beta(TRUTH["a"], TRUTH["b"], customers)
    who = np.arange(customers)
    day = random.integers(0, DAYS_OF_ACQUISITION, customers).astype("float64")
    found = [(who, day)]
    while len(who):
        day = day + random.exponential(1 / np.maximum(rate[who], 1e-12))
        in_time = day < DAYS_OBSERVED
        who, day = who[in_time], day[in_time]
        found.append((who, day))
        stays = random.random(len(who)) >= leaving[who]
        who, day = who[stays], day[stays]
    ids, days = (np.concatenate(columns) for columns in zip(*found, strict=True))
    order = np.argsort(days, kind="stable")
    amount = random.gamma(3.0, 12.0, len(ids)).round(2)
    return pa.table(
        {
            "customer_id": first_id + ids[order],
            "date": pa.array(FIRST_DAY + np.ceil(days[order]).astype("timedelta64[D]")),
            "amount": amount,
        }
    )


def generate(folder: Path, customers: int) -> tuple[int, int]:
    """Write the purchases, some customers a file; return the rows and the bytes."""
    for number, first in enumerate(range(0, customers, CUSTOMERS_PER_FILE)):
        size = min(CUSTOMERS_PER_FILE, customers - first)
        table = purchases(size, first + 1, SEED + number)
        parquet.write_table(table, folder / f"part-{number:03d}.parquet")
    files = list(folder.glob("*.parquet"))
    rows = sum(parquet.ParquetFile(file).metadata.num_rows for file in files)
    return rows, sum(file.stat().st_size for file in files)


def connection(folder: Path) -> duckdb.DuckDBPyConnection:
    """Return a DuckDB that keeps within its memory, and uses the disk beyond it."""
    database = duckdb.connect()
    database.execute(f"SET memory_limit = '{MEMORY_LIMIT}'")
    database.execute(f"SET temp_directory = '{folder / 'spill'}'")
    database.execute("SET preserve_insertion_order = false")
    database.execute("SET enable_progress_bar = false")
    return database


def compress(folder: Path, files: list[str], by_week: bool = False) -> pd.DataFrame:
    """Summarise and compress in DuckDB; only the compressed table leaves it."""
    relation = connection(folder).read_parquet(files)
    if by_week:
        relation = relation.project("customer_id, date_trunc('week', date) AS date")
    return rfm.compress(rfm.summarize(relation, amount=None, end=END), unit="W", end=END)


def summarize(folder: Path, files: list[str]) -> int:
    """Summarise in DuckDB, and write one row per customer to Parquet; return its bytes."""
    relation = connection(folder).read_parquet(files)
    rfm.summarize(relation, end=END).write_parquet(str(folder / "summary.parquet"))
    return (folder / "summary.parquet").stat().st_size


def fit(table: pd.DataFrame) -> pd.Series:
    """Fit BG/NBD to the compressed table; return the estimates."""
    return BGNBD(table, count="count").fit().params


def measured(function: Callable, *arguments: object) -> Step:
    """Run a function in a new process; take its time and its peak of memory."""
    # a forked process would begin with this one's memory
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(_run, function, arguments).result()


def _run(function: Callable, arguments: tuple) -> Step:
    start = time.perf_counter()
    result = function(*arguments)
    seconds = time.perf_counter() - start
    unit = 1 if sys.platform == "darwin" else 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6
    return Step(result, seconds, peak)


def measure(customers: int, folder: Path) -> str:
    """Measure every step; return the tables as Markdown."""
    generated = measured(generate, folder, customers)
    rows, size = generated.result
    files = sorted(map(str, folder.glob("*.parquet")))
    whole, compressed = measured(summarize, folder, files), measured(compress, folder, files)
    fitted = measured(fit, compressed.result)
    distinct = len(compressed.result)
    steps = [
        ("generate and write the purchases", generated, f"{rows:,} rows, {size / 1e6:,.0f} MB"),
        (
            "`rfm.summarize` in DuckDB, written to Parquet",
            whole,
            f"{customers:,} rows, {whole.result / 1e6:,.0f} MB",
        ),
        (
            "`rfm.summarize` without money and `rfm.compress`, in DuckDB",
            compressed,
            f"{distinct:,} rows leave DuckDB",
        ),
        ('`BGNBD(table, count="count").fit()`', fitted, "4 parameters"),
    ]
    grid = ["| step | result | seconds | peak memory |", "| --- | --- | ---: | ---: |"]
    grid += [
        f"| {name} | {result} | {step.seconds:,.1f} | {step.peak_megabytes:,.0f} MB |"
        for name, step, result in steps
    ]
    return "\n".join([machine(), "", *grid, "", growth(folder, files)])


def machine() -> str:
    """Say what the numbers were measured on."""
    names = ("crmlib", "duckdb", "narwhals", "pyarrow", "pandas", "numpy")
    versions = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return (
        f"Measured on {os.cpu_count()} cores; DuckDB was allowed {MEMORY_LIMIT} of memory. Python "
        f"{platform.python_version()}, {versions}. A peak is that of the whole process, Python and "
        "libraries (about 200 MB) included."
    )


def growth(folder: Path, files: list[str]) -> str:
    """Say how the compressed table grows with the number of customers."""
    grid = ["| customers | distinct histories by day | by week |", "| ---: | ---: | ---: |"]
    for number in sorted({1, 4, len(files)} & set(range(1, len(files) + 1))):
        by_day = measured(compress, folder, files[:number]).result
        by_week = measured(compress, folder, files[:number], True).result
        grid.append(f"| {by_day['count'].sum():,} | {len(by_day):,} | {len(by_week):,} |")
    return "\n".join(grid)


def between(page: str, text: str) -> str:
    """Return the page with the text between its two markers.

    Examples
    --------
    >>> between(f"before {START} old {STOP} after", "new").split(START)[1].split()[0]
    'new'
    """
    before, rest = page.split(START)
    _old, after = rest.split(STOP)
    return f"{before}{START}\n\n{text}\n\n{STOP}{after}"


def main(arguments: list[str]) -> int:
    """Measure, print, and write the page if the shop has its full size."""
    parser = argparse.ArgumentParser(prog="python -m tools.scale", description=__doc__)
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    customers = parser.parse_args(arguments).customers
    with tempfile.TemporaryDirectory() as folder:
        text = measure(customers, Path(folder))
    print(text)
    if customers == CUSTOMERS:
        PAGE.write_text(between(PAGE.read_text(encoding="utf-8"), text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
