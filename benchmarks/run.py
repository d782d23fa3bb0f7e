"""Measure everything and write results.md: ``make bench``.

``python -m benchmarks.run fit_sample summarize_cdnow`` measures only these and writes nothing.
"""

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from benchmarks import peers, report
from benchmarks.measure import Disagreement, Timing, Worker, compare, import_timing
from benchmarks.workloads import WORKLOADS

RESULTS = Path(__file__).resolve().parent / "results.md"
OURS, PEER, BY_HAND = "benchmarks.ours", "benchmarks.peer", "benchmarks.engines"
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
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        ours = stack.enter_context(Worker(Path(sys.executable), OURS))
        # lifetimes is archived: nobody can mend what it warns of
        lifetimes = stack.enter_context(Worker(peer_python, PEER, "-W", "ignore"))
        by_hand = stack.enter_context(Worker(Path(sys.executable), BY_HAND))
        timings = []
        try:
            for load in WORKLOADS:
                if not names or load.name in names:
                    peer = lifetimes if load.against == "lifetimes" else by_hand
                    timings.append(shown(compare(load, ours, peer, folder)))
        except Disagreement as error:
            print(f"The results differ, so there is nothing to compare. {error}", file=sys.stderr)
            return 1
        versions = [worker.ask(do="versions") for worker in (ours, lifetimes)]
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
