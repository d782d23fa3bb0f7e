"""The generated company as a whole: the same each time, table by table, its truth beside it."""

import gzip
import json
import re
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from crmlib import data
from crmlib.data.tables import LATENT, TABLES, find_seen_or_latent
from crmlib.data.validation import examine
from crmlib.world import (
    World,
    collect,
    company,
    files,
    generate,
    groups,
    parameters,
    scenarios,
    truth,
)
from tests.helpers.world import world

ROOT = Path(__file__).parents[2]
DATASETS = ROOT / "datasets"
NAMES = list(groups.makers())
MOST_BYTES = 15_000_000
by_name = pytest.mark.parametrize("name", NAMES)


def shipped(name: str) -> pd.DataFrame:
    if name.startswith("truth/"):
        return data.truth_table(name)
    return data.load(name)


def numbers(value) -> dict[str, float]:
    """Every number of a truth by its place in it."""
    if not isinstance(value, dict | list):
        return {"": value}
    parts = value.items() if isinstance(value, dict) else enumerate(value)
    return {f"{name}/{k}": v for name, part in parts for k, v in numbers(part).items()}


def pinned() -> bool:
    """Whether the libraries that draw and write the numbers are those of requirements.txt."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    names = ("numpy", "pandas", "scipy")
    return all(
        f"{version(name)}" in re.findall(rf"^{name}==([\w.]+)", text, re.M) for name in names
    )


def test_every_synthetic_table_is_made_and_every_made_table_has_a_schema():
    synthetic = [table.name for table in (*TABLES, *LATENT) if table.origin == "synthetic"]
    assert sorted(synthetic) == sorted(NAMES)
    assert company.observed() == [name for name in NAMES if not name.startswith("truth/")]


@by_name
def test_the_shipped_file_is_the_one_that_is_generated(name, tmp_path):
    # Bytes on the pinned versions; numpy does not promise the same stream in others.
    made = world().table(name)
    if pinned():
        written = (DATASETS / find_seen_or_latent(name).file).read_bytes()
        text = (
            gzip.decompress(written) if find_seen_or_latent(name).file.endswith(".gz") else written
        )
        files.write_csv(made, tmp_path / "made.csv")
        assert text == (tmp_path / "made.csv").read_bytes(), "run: make data"
    pd.testing.assert_frame_equal(shipped(name), made, rtol=1e-6)


def test_the_shipped_truth_is_the_one_that_is_generated():
    written = json.loads((DATASETS / "truth" / "truth.json").read_text(encoding="utf-8"))
    made = json.loads(json.dumps(truth.truth(world())))
    assert [one["name"] for one in written["values"]] == [one["name"] for one in made["values"]]
    for there, here in zip(written["values"], made["values"], strict=True):
        if there["name"] != "crosssell.fitting_category":  # words are compared with the rest
            found, expected = there.pop("value"), here.pop("value")
            assert numbers(found) == pytest.approx(numbers(expected), rel=1e-4)
        assert there == here, "run: make data"


def test_the_shipped_files_are_small_together():
    assert sum(file.stat().st_size for file in DATASETS.rglob("*") if file.is_file()) < MOST_BYTES


@by_name
def test_a_small_company_keeps_to_the_schema_too(name):
    frame = world(7, 400).table(name)
    typed, found = examine(frame, find_seen_or_latent(name))
    assert found == []
    pd.testing.assert_frame_equal(typed, frame)


@by_name
def test_a_table_is_the_same_alone_and_among_others(name):
    alone = World(7, 400).table(name)
    pd.testing.assert_frame_equal(alone, world(7, 400).table(name))


def test_another_seed_is_another_company():
    one, other = (world(seed, 400).table("transactions") for seed in (7, 8))
    assert len(one) != len(other) or not one["amount"].equals(other["amount"])


def test_forgotten_tables_are_made_again_the_same():
    company = World(7, 400)
    again = {name: frame.copy() for name, frame in company.one_by_one(NAMES)}
    assert len(company._made) < len(NAMES)
    for name in NAMES:
        pd.testing.assert_frame_equal(again[name], world(7, 400).table(name))


class Recorder(World):
    """A company that notes which streams are asked for while each table is made."""

    def table(self, name: str) -> pd.DataFrame:
        self.__dict__.setdefault("making", []).append(name)
        made = super().table(name)
        self.making.pop()
        return made

    def stream(self, name: str) -> np.random.Generator:
        self.__dict__.setdefault("asked", []).append((self.making[-1], name))
        return super().stream(name)


def test_no_table_asks_twice_for_the_same_random_numbers():
    company = Recorder(7, 400)
    for name in NAMES:
        company.table(name)
    assert len(company.asked) > 20
    twice = {pair for pair in company.asked if company.asked.count(pair) > 1}
    assert twice == set()


def test_making_a_table_changes_no_other():
    company = World(9, 400)
    before = {name: company.table(name).copy() for name in NAMES}
    for name, frame in before.items():
        pd.testing.assert_frame_equal(company.table(name), frame)


def test_generate_gives_what_a_firm_sees_unless_asked():
    tables = generate(seed=7, customers=400)
    assert list(tables) == company.observed()
    assert list(generate(7, 400, ["truth/customers"])) == ["truth/customers"]


def test_sizes_follow_the_number_of_customers():
    small, large = (len(world(7, n).table("transactions")) for n in (400, 8000))
    assert large / small == pytest.approx(20, rel=0.3)


def test_every_real_column_says_its_decimals():
    synthetic = [table for table in (*TABLES, *LATENT) if table.origin == "synthetic"]
    missing = [
        f"{table.name}.{column.name}"
        for table in synthetic
        for column in table.columns
        if (column.kind == "real") != (column.decimals is not None)
    ]
    assert missing == []


def test_every_synthetic_table_is_documented():
    for table in (*TABLES, *LATENT):
        if table.origin == "synthetic":
            assert table.licence == "CC0 1.0"
            assert table.population
            assert table.clock


def test_every_truth_belongs_to_a_table_and_has_a_meaning():
    found = data.truth()
    assert list(found.columns) == ["name", "value", "meaning", "unit", "table", "kind"]
    assert found["name"].is_unique
    assert set(found["table"]) <= {table.name for table in TABLES}
    assert found["meaning"].str.len().gt(5).all()
    assert set(found["kind"]) == {"planted", "implied", "realised"}


def test_a_truth_has_the_value_that_was_planted():
    assert data.truth("purchases.r") == collect()["purchases.r"]
    assert data.truth("loyalty.app_share") == collect()["loyalty.app_share"]


def test_what_is_implied_does_not_depend_on_the_company():
    implied = [one for one in groups.derived() if one.kind == "implied"]
    for one in implied:
        assert one.value(world(7, 400)) == one.value(world(8, 400)), one.name


def test_every_planted_value_is_in_its_own_range():
    for one in groups.parameters():
        assert one.low < one.high, one.name
        assert parameters.Parameters((one,))[one.name] == one.value


@pytest.mark.parametrize("name", scenarios.shipped())
def test_a_shipped_scenario_changes_the_company_and_keeps_to_the_schemas(name):
    usual, other = world(7, 400), world(7, 400, name)
    assert dict(usual.parameters) != dict(other.parameters)
    assert set(usual.parameters) == set(other.parameters)
    for table in NAMES:
        assert examine(other.table(table), find_seen_or_latent(table))[1] == [], table


def test_a_scenario_is_another_truth():
    values = {one["name"]: one["value"] for one in truth.truth(world(7, 400, "luxury"))["values"]}
    assert values["purchases.r"] == 0.35
    assert values["purchases.r"] != collect()["purchases.r"]
