"""How long the analyst's report takes: ``python -m benchmarks.own_purchases`` writes its page.

A simulated shop as large as one likes, made ugly: ids are texts, some are missing, some amounts are
returns, some rows are there twice. A million rows are read from a CSV file, ten million by DuckDB
from a Parquet file. Each report is a process of its own, so that its memory can be told apart.
``--rows 20000`` measures a small shop, and prints the table only.
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as parquet

from tools.scale import CUSTOMERS_PER_FILE, SEED, Step, measured, purchases

RESULTS = Path(__file__).resolve().parent / "own_purchases.md"
ROWS_OF_A_CUSTOMER = 3.79  # in the simulated shop
MISSING, RETURNED, REPEATED = 0.02, 0.02, 0.001
MILLION = 1_000_000
WAYS = {
    "a CSV file": (MILLION, "purchases.csv"),
    "a Parquet file": (MILLION, "purchases.parquet"),
    "a query, by DuckDB": (10 * MILLION, "purchases.parquet"),
}
AIMS = {
    "a CSV file": (60, 4000),
    "a Parquet file": (60, 4000),
    "a query, by DuckDB": (240, 4000),
}
HEAD = """# How long a report on your own purchases takes

Made by `python -m benchmarks.own_purchases`: a simulated shop with texts as ids, of whose rows 2%
have none, 2% are returns and 0.1% are there twice. The time is that of the whole report, files
included; the peak is that of its whole process, Python and libraries included. What is aimed at
stands in brackets.

| purchases from | rows | used | customers | seconds | peak memory, MB | files, MB |
|:--|--:|--:|--:|--:|--:|--:|
"""


def ugly(table: pa.Table, seed: int) -> pa.Table:
    """Return purchases as a shop exports them."""
    random = np.random.default_rng(seed)
    rows = len(table)
    chance = random.random(rows)
    digits = pc.utf8_lpad(pc.cast(table["customer_id"], pa.string()), 8, "0")
    ids = pc.binary_join_element_wise("C-", digits, "")
    amount = table["amount"].to_numpy().copy()
    amount[chance > 1 - RETURNED] *= -1
    whole = pa.table(
        {
            "customer": pc.if_else(pa.array(chance < MISSING), pa.scalar(None, pa.string()), ids),
            "date": table["date"],
            "amount": amount,
            "country": pa.array(np.where(random.random(rows) < 0.8, "CN", "DE")),
        }
    )
    return pa.concat_tables([whole, whole.slice(0, round(REPEATED * rows))])


def shop(rows: int) -> Iterator[pa.Table]:
    """Yield about so many purchases, some customers at a time."""
    customers = max(1000, round(rows / ROWS_OF_A_CUSTOMER))
    for number, first in enumerate(range(0, customers, CUSTOMERS_PER_FILE)):
        size = min(CUSTOMERS_PER_FILE, customers - first)
        yield ugly(purchases(size, first + 1, SEED + number), SEED + number)


def write(path: Path, rows: int) -> int:
    """Write the shop to a file; return how many rows it has."""
    written, writer = 0, None
    for table in shop(rows):
        if path.suffix == ".csv":
            frame = table.to_pandas()
            frame.to_csv(path, mode="a", index=False, header=not written)
        else:
            writer = writer or parquet.ParquetWriter(path, table.schema)
            writer.write_table(table)
        written += len(table)
    if writer:
        writer.close()
    return written


def report(given: str, out: Path) -> tuple[int, int, float]:
    """Make the report; return the rows used, the customers, and the megabytes of its files."""
    # only in the process that is measured
    import matplotlib as mpl

    from crmlib.report import making

    mpl.use("agg")
    book = making.make(given, out)
    size = sum(file.stat().st_size for file in out.rglob("*") if file.is_file())
    return book.rows, book.customers, size / 1e6


def measure(rows: int | None, folder: Path) -> Iterator[tuple[str, str]]:
    """Measure every way to give purchases; yield its name and its line of the table."""
    for name, (usual, file) in WAYS.items():
        path, out = folder / file, folder / "report"
        written = write(path, rows or usual)
        given = f"SELECT * FROM '{path}'" if "query" in name else str(path)
        yield name, line(name, written, measured(report, given, out))
        path.unlink()
        shutil.rmtree(out)


def line(name: str, rows: int, step: Step) -> str:
    """Return a line of the table."""
    used, customers, size = step.result
    seconds, memory = AIMS[name]
    return (
        f"| {name} | {rows:,} | {used:,} | {customers:,} | {step.seconds:,.0f} ({seconds}) | "
        f"{step.peak_megabytes:,.0f} ({memory:,}) | {size:,.0f} |"
    )


def main(arguments: list[str]) -> int:
    """Measure, print, and write the page if the shops have their full size."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.own_purchases", description=__doc__)
    parser.add_argument("--rows", type=int)
    rows = parser.parse_args(arguments).rows
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        for _name, text in measure(rows, Path(folder)):
            print(text, flush=True)
            lines.append(text)
    if rows is None:
        libraries = f"pandas {pd.__version__}, duckdb {duckdb.__version__}"
        end = f"Measured on {os.cpu_count()} cores; {libraries}."
        RESULTS.write_text("\n".join([HEAD.rstrip(), *lines, "", end, ""]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
