"""Two workers take turns at the same work; their results are compared, then their times."""

import json
import os
import statistics
import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.workloads import Workload

ROOT = Path(__file__).resolve().parents[1]
ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
# lifetimes stops its search at a looser tolerance than crmlib: parameters agree to about four
# digits, standard errors, which move faster, to three
TOLERANCES = {"params": 1e-3, "bse": 1e-2}
SUMMARY_TOLERANCE = 1e-9


class Disagreement(Exception):
    """The two sides do not give the same result, so their times must not be compared."""


@dataclass(frozen=True)
class Timing:
    """Seconds of each side, one entry a round: turn by turn, in the same minute."""

    what: str
    ours: tuple[float, ...]
    peer: tuple[float, ...]
    against: str = "lifetimes"

    @property
    def ratios(self) -> list[float]:
        """How many times as fast as the peer, round by round."""
        return [peer / ours for ours, peer in zip(self.ours, self.peer, strict=True)]


class Worker:
    """One side's process; see benchmarks.worker."""

    def __init__(self, python: Path, side: str, *options: str):
        self._process = subprocess.Popen(
            [str(python), *options, "-m", "benchmarks.worker", side],
            cwd=ROOT,
            env=environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, **request: object) -> object:
        """Send one request and wait for its reply."""
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        reply = self._process.stdout.readline()
        if not reply:
            raise RuntimeError("A worker of the benchmark stopped; its error is shown above.")
        return json.loads(reply)

    def __enter__(self) -> "Worker":
        return self

    def __exit__(self, *error: object) -> None:
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


def environment() -> dict[str, str]:
    """Return the environment of every measured process: one thread each for linear algebra."""
    return {**os.environ, **dict.fromkeys(ONE_THREAD, "1"), "CRMLIB_LANGUAGE": "en"}


def compare(workload: Workload, ours: Worker, peer: Worker, folder: Path) -> Timing:
    """Give both sides the same table, check that they agree, and let them take turns."""
    table = folder / f"{workload.name}.npz"
    np.savez(table, **{name: column.to_numpy() for name, column in workload.table().items()})
    results = {}
    for name, worker in (("ours", ours), ("peer", peer)):
        result = folder / f"{workload.name}-{name}.npz"
        # this is the warm-up, too
        worker.ask(do="save", work=workload.work, table=str(table), result=str(result))
        with np.load(result) as arrays:
            results[name] = dict(arrays)
    found = disagreements(results["ours"], results["peer"])
    if found:
        raise Disagreement(f"{workload.what}: " + "; ".join(found))
    request = {"do": "time", "work": workload.work, "table": str(table)}
    turns = [
        [
            statistics.median(worker.ask(**request, seconds=workload.seconds))
            for worker in (ours, peer)
        ]
        for _round in range(workload.rounds)
    ]
    return Timing(workload.what, *map(tuple, zip(*turns, strict=True)), workload.against)


def disagreements(ours: dict[str, np.ndarray], peer: dict[str, np.ndarray]) -> list[str]:
    """Say in words where two results differ by more than their tolerance; empty if nowhere."""
    if set(ours) != set(peer):
        return [f"the results hold different columns: {sorted(ours)} and {sorted(peer)}"]
    found = []
    for name, value in ours.items():
        tolerance = TOLERANCES.get(name, SUMMARY_TOLERANCE)
        if value.shape != peer[name].shape:
            found.append(f"{name} has {len(value)} and {len(peer[name])} entries")
        elif not np.allclose(value, peer[name], rtol=tolerance, atol=1e-12):
            worst = np.argmax(~np.isclose(value, peer[name], rtol=tolerance, atol=1e-12))
            found.append(
                f"{name} differs by more than {tolerance:g} relative, "
                f"first {value[worst]:.10g} against {peer[name][worst]:.10g} (entry {worst})"
            )
    return found


def import_timing(what: str, sides: list[tuple[Path, str]], rounds: int) -> Timing:
    """Time an import statement in a fresh Python, once it has started, turn by turn."""

    def one_round() -> list[float]:
        return [seconds_of_import(python, statement) for python, statement in sides]

    one_round()  # the first time reads from the disk
    return Timing(what, *map(tuple, zip(*(one_round() for _ in range(rounds)), strict=True)))


def seconds_of_import(python: Path, statement: str) -> float:
    """Seconds that an import takes in a process that has imported nothing yet."""
    code = f"from time import perf_counter as now; start = now(); {statement}; print(now() - start)"
    done = subprocess.run(
        [str(python), "-W", "ignore", "-c", code],
        cwd=ROOT,
        env=environment(),
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    return float(done.stdout)
