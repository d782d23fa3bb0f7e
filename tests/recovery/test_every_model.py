"""The reduced version of `make recovery`: every model, every setting, a few shops each."""

import re
from pathlib import Path

import pytest

from crmlib import models
from tools import recovery
from tools.recovery_settings import SETTINGS

PAGE = Path(__file__).parents[2] / "docs" / "recovery.md"
SHOPS = 4
FITTED = ("NBD", "BGNBD", "MBGNBD", "ParetoNBD", "BGBB", "SBG", "BdW", "Geometric", "GammaGamma")


@pytest.fixture(scope="module", params=range(len(SETTINGS)), ids=lambda place: SETTINGS[place].name)
def setting_and_table(request):
    fits = [recovery.fit_once(request.param, seed) for seed in range(101, 101 + SHOPS)]
    return SETTINGS[request.param], recovery.examine(SETTINGS[request.param], fits), fits


def test_the_intervals_of_new_shops_hold_the_truth(setting_and_table):
    _setting, _table, fits = setting_and_table
    # of four intervals two or more miss the truth by chance once in seventy parameters; three
    # once in two thousand
    for name, truth in _setting.truth.items():
        held = sum(fit.lower[name] <= truth <= fit.upper[name] for fit in fits)
        assert held >= SHOPS - 2, name


def test_every_model_has_three_settings():
    assert {setting.model for setting in SETTINGS} == set(FITTED)
    for name in FITTED:
        assert len([setting for setting in SETTINGS if setting.model == name]) == 3
        assert getattr(models, name)


@pytest.fixture(scope="module")
def rows() -> list[tuple[str, ...]]:
    text = PAGE.read_text(encoding="utf-8")
    return re.findall(
        r"^\| (\w+) \| (.+?) \| (\w+) \| (\S+) \| (\S+) \| (\S+?)( \*)? \| (\d+) \|$", text, re.M
    )


def test_the_page_shows_every_parameter_of_every_setting(rows):
    shown = [(row[0], row[1], row[2]) for row in rows]
    assert shown == [
        (setting.model, setting.name, name) for setting in SETTINGS for name in setting.truth
    ], "run: python -m tools.recovery"


def test_the_page_keeps_what_it_promises(rows):
    bias = [abs(float(row[5])) for row in rows if not row[6]]
    coverage = [int(row[7]) for row in rows]
    assert max(bias) < recovery.LARGEST_BIAS
    assert min(coverage) >= recovery.LOWEST_COVERAGE
    low, high = recovery.USUAL_COVERAGE
    assert sum(not low <= value <= high for value in coverage) <= recovery.UNUSUAL * len(rows)


def test_a_biased_or_overconfident_model_is_named():
    def found(r, alpha, width):
        ends = [{"r": r + side, "alpha": alpha + side} for side in (-width, width)]
        return recovery.Fit({"r": r, "alpha": alpha}, *ends, ())

    # the truth is r = .5, alpha = 6: r is far off, alpha is not
    table = recovery.examine(SETTINGS[0], [found(0.8, 6.02, 0.1), found(0.9, 5.97, 0.1)])
    faults = recovery.faults(table)
    assert any("r: bias" in fault for fault in faults)
    assert any("r: coverage 0" in fault for fault in faults)
    assert not any("alpha: coverage" in fault for fault in faults)
