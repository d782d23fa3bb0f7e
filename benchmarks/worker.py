"""A process that stays alive, does one side's work when told to, and times itself.

It is started as ``python -m benchmarks.worker benchmarks.ours`` (or ``benchmarks.peer``) and
reads one JSON request a line. Its times leave out the start of Python, the imports and the
reading of the table.
"""

import importlib
import importlib.metadata
import json
import platform
import sys
import time
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import pandas as pd


def times_of(work: Callable[[], object], seconds: float) -> list[float]:
    """Do the work at least once, and again until ``seconds`` are over; the seconds of each time."""
    times = []
    while sum(times) < seconds or not times:
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return times


@lru_cache(maxsize=1)
def read_table(path: str) -> pd.DataFrame:
    """Read a table of equally long arrays; dates get the type that pandas gives them."""
    with np.load(path) as arrays:
        table = pd.DataFrame({name: arrays[name] for name in arrays.files})
    if "date" in table:
        table["date"] = table["date"].astype("datetime64[us]")
    return table


@lru_cache(maxsize=1)
def read_given(path: str, given: Callable[[pd.DataFrame], object] | None) -> object:
    """Return what a side's work is given: the table itself, or what ``given`` makes of it."""
    table = read_table(path)
    return given(table) if given else table


def save(result: object, path: str) -> None:
    """Write a result as arrays; a summary, of whatever engine, sorted by customer."""
    if not isinstance(result, dict):
        table = result if isinstance(result, pd.DataFrame) else result.to_pandas()
        table = table if "customer_id" in table else table.reset_index()
        result = table.sort_values("customer_id")
    np.savez(path, **{name: np.asarray(column) for name, column in result.items()})


def versions(packages: tuple[str, ...]) -> dict[str, str]:
    """Version of Python and of each package, as installed."""
    found = {package: importlib.metadata.version(package) for package in packages}
    return {"Python": platform.python_version(), **found}


def answer(request: dict, side: object) -> object:
    """Carry out one request on one side's module."""
    if request["do"] == "versions":
        return versions(side.PACKAGES)
    name = request["work"]
    work = getattr(side, name)
    table = read_given(request["table"], getattr(side, "GIVEN", {}).get(name))
    if request["do"] == "save":
        return save(work(table), request["result"])
    return times_of(lambda: work(table), request["seconds"])


def main(side_name: str) -> None:
    """Answer requests until there are no more."""
    # what a library prints must not mix with the replies
    replies, sys.stdout = sys.stdout, sys.stderr
    side = importlib.import_module(side_name)
    for line in sys.stdin:
        print(json.dumps(answer(json.loads(line), side)), file=replies, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
