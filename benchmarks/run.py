"""Measure everything and write results.md: ``make bench``.

``python -m benchmarks.run fit_sample summarize_cdnow`` measures only these and writes nothing.
"""

import argparse
import sys
import tempfile
from pathlib import Path

from benchmarks import peers, report
from benchmarks.measure import Disagreement, Timing, Worker, compare, import_timing
from benchmarks.workloads import WORKLOADS

RESULTS = Path(__file__).resolve().parent / "results.md"
OURS, PEER = "benchmarks.ours", "benchmarks.peer"
IMPORTS = (
    (
        "`import crmlib`, and `import lifetimes`",
        "import crmlib",
        "import lifetimes",
    ),
    (
        "import of BG/NBD itself",
        "from crmlib.models import BGNBD",
        "from lifetimes import BetaGeoFitter",
    ),
)
ROUNDS_OF_IMPORTS = 7


def main(arguments: list[str]) -> int:
    """Run the benchmarks; 1 if the two sides disagree."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.run", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="name", help=", ".join(load.name for load in WORKLOADS)
    )
    names = parser.parse_args(arguments).names
    unknown = set(names) - {load.name for load in WORKLOADS}
    if unknown:
        parser.error(f"no such workload: {', '.join(sorted(unknown))}")
    peer_python = peers.python()
    with (
        Worker(Path(sys.executable), OURS) as ours,
        # the peer is archived: nobody can mend what it warns of
        Worker(peer_python, PEER, "-W", "ignore") as peer,
        tempfile.TemporaryDirectory() as folder,
    ):
        timings = []
        try:
            for load in WORKLOADS:
                if not names or load.name in names:
                    timings.append(shown(compare(load, ours, peer, Path(folder))))
        except Disagreement as error:
            print(f"The results differ, so there is nothing to compare. {error}", file=sys.stderr)
            return 1
        versions = [worker.ask(do="versions") for worker in (ours, peer)]
    if not names:
        for what, *statements in IMPORTS:
            sides = list(zip((Path(sys.executable), peer_python), statements, strict=True))
            timings.append(shown(import_timing(what, sides, ROUNDS_OF_IMPORTS)))
        RESULTS.write_text(report.markdown(timings, *versions), encoding="utf-8")
    return 0


def shown(timing: Timing) -> Timing:
    """Print a line of the table as soon as it is there."""
    print(" | ".join(report.row(timing)), flush=True)
    return timing


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
