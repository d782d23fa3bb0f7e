"""The benchmark compares like with like, and says so where it does not; no times are judged."""

import re
import sys
from pathlib import Path

import numpy as np
import pytest
from packaging.requirements import Requirement

from benchmarks import measure, peers, report, run, workloads
from tests.helpers.tree import ROOT

FOLDER = ROOT / "benchmarks"
TINY = (
    workloads.Workload(
        "tiny_fit", "a tiny fit", "bgnbd", lambda: workloads.simulated_summary(300), 2, 0.0
    ),
    workloads.Workload(
        "tiny_log", "a tiny log", "summarize", lambda: workloads.simulated_purchases(400), 3, 0.0
    ),
    *(
        workloads.Workload(
            work, work, work, lambda: workloads.simulated_purchases(400), 1, 0.0, "an engine"
        )
        for work in ("summarize", "summarize_duckdb", "summarize_polars")
    ),
)
# a peer that forgets to leave the first purchase out
WRONG_SIDE = """
from benchmarks.ours import PACKAGES, bgnbd, rfm

def summarize(purchases):
    summary = rfm.summarize(purchases, unit="W")
    return summary.assign(frequency=summary["frequency"] + 1)
"""


@pytest.fixture
def without_the_peer(monkeypatch, tmp_path):
    """Tiny tables, crmlib on both sides, and nothing written into the tree."""
    monkeypatch.setattr(peers, "python", lambda: Path(sys.executable))
    monkeypatch.setattr(run, "PEER", run.OURS)
    monkeypatch.setattr(run, "WORKLOADS", TINY)
    monkeypatch.setattr(run, "IMPORTS", (("imports", "import crmlib", "import json"),))
    monkeypatch.setattr(run, "ROUNDS_OF_IMPORTS", 1)
    monkeypatch.setattr(run, "RESULTS", tmp_path / "results.md")
    return tmp_path / "results.md"


def test_the_whole_benchmark_runs(without_the_peer, capsys):
    assert run.main([]) == 0
    page = without_the_peer.read_text(encoding="utf-8")
    rounds = dict(re.findall(r"^\| ([^|]+) \|.*\| (\d+) \|$", page, re.M))
    by_hand = dict.fromkeys(("summarize", "summarize_duckdb", "summarize_polars"), "1")
    assert rounds == {"a tiny fit": "2", "a tiny log": "3", **by_hand, "imports": "1"}
    assert "crmlib 0." in page
    assert "a tiny fit" in capsys.readouterr().out


def test_different_results_are_named_and_fail(without_the_peer, monkeypatch, tmp_path, capsys):
    (tmp_path / "wrong_side.py").write_text(WRONG_SIDE, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setattr(run, "PEER", "wrong_side")
    assert run.main([]) == 1
    assert not without_the_peer.exists()
    message = capsys.readouterr().err
    assert "a tiny log" in message
    assert "frequency differs" in message


def test_an_unknown_name_is_refused(without_the_peer, capsys):
    with pytest.raises(SystemExit):
        run.main(["no_such_line"])
    assert "no such workload: no_such_line" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"params": np.array([1.0, 2.0004])}, []),
        ({"params": np.array([1.0, 2.004])}, ["params differs"]),
        ({"bse": np.array([0.1, 0.2004])}, []),
        ({"bse": np.array([0.1, np.nan])}, ["bse differs"]),
        ({"T": np.array([3.0, 4.0 + 1e-7])}, ["T differs"]),
        ({"T": np.array([3.0])}, ["T has 2 and 1 entries"]),
        ({"spend": np.array([1.0])}, ["different columns"]),
    ],
)
def test_results_agree_within_their_tolerance(changed, named):
    ours = {
        "params": np.array([1.0, 2.0]),
        "bse": np.array([0.1, 0.2]),
        "T": np.array([3.0, 4.0]),
    }
    found = measure.disagreements(ours, ours | changed)
    assert len(found) == len(named)
    assert all(text in line for text, line in zip(named, found, strict=True))


def test_a_row_shows_the_median_of_the_rounds_and_their_spread():
    timing = measure.Timing("a fit", ours=(0.01, 0.02, 0.01), peer=(0.5, 0.4, 15.9))
    times = ("10 ms", "500 ms", "**50**", "20 to 1,590", "3")
    assert report.row(timing) == ("a fit", "lifetimes", *times)


def test_both_sides_get_purchases_of_the_same_kind_as_the_real_ones():
    real, generated = workloads.cdnow_purchases(), workloads.simulated_purchases(1000)
    assert list(generated.columns) == list(real.columns)
    assert generated["date"].is_monotonic_increasing
    assert generated.equals(workloads.simulated_purchases(1000))


def test_a_simulated_shop_has_whole_days():
    summary = workloads.simulated_summary(500)
    days = summary[["recency", "T"]].to_numpy() * 7
    assert np.allclose(days, days.round(), rtol=0, atol=1e-9)
    assert (summary["recency"] <= summary["T"]).all()
    assert ((summary["recency"] > 0) == (summary["frequency"] > 0)).all()


def requirements(path: Path) -> dict[str, set[str]]:
    """Return the versions that a pinned requirements file names."""
    found: dict[str, set[str]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.lstrip().startswith("#"):
            requirement = Requirement(line)
            found.setdefault(requirement.name, set()).add(str(requirement.specifier))
    return found


def test_the_peer_stands_on_the_same_ground():
    peer = requirements(FOLDER / "requirements-peers.txt")
    ours = requirements(ROOT / "requirements.txt")
    assert all(re.fullmatch(r"==[\w.]+", pin) for pins in peer.values() for pin in pins)
    for name in ("numpy", "pandas", "scipy"):
        assert peer[name] <= ours[name], f"{name} in benchmarks/requirements-peers.txt"
    assert "lifetimes" not in ours


def test_the_page_of_results_is_about_todays_workloads():
    page = (FOLDER / "results.md").read_text(encoding="utf-8")
    shown = re.findall(r"^\| ([^|]+) \|.*\d \|$", page, re.M)
    assert shown == [load.what for load in workloads.WORKLOADS] + [what for what, *_ in run.IMPORTS]
