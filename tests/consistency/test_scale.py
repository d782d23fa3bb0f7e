"""The guide to many customers: its recipes run, and so does the tool that measures its table.

The recipe for Spark is tried in test_spark.py.
"""

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pytest

from crmlib import rfm
from crmlib.models import BGNBD
from tests.helpers.guides import code_of
from tests.helpers.tree import ROOT
from tools import scale

CUSTOMERS = 3000


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with some purchases, as the guide supposes it."""
    (tmp_path / "purchases").mkdir()
    monkeypatch.setattr(scale, "CUSTOMERS_PER_FILE", CUSTOMERS // 2)
    scale.generate(tmp_path / "purchases", CUSTOMERS)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def purchases() -> pd.DataFrame:
    return pl.read_parquet("purchases/*.parquet").to_pandas()


def run(heading: str) -> dict:
    names: dict = {}
    exec(compile(code_of("scale.md", heading), f"docs/scale.md, {heading}", "exec"), names)
    return names


def assert_fit_of(fit, summary: pd.DataFrame) -> None:
    whole = BGNBD(summary).fit()
    pd.testing.assert_series_equal(fit.params, whole.params, rtol=1e-4)
    assert fit.llf == pytest.approx(whole.llf, rel=1e-10)


def test_the_recipe_for_duckdb(folder):
    names = run("DuckDB")
    summary = rfm.summarize(purchases(), end="2024-12-31")
    assert_fit_of(names["fit"], summary)
    scored = pd.read_parquet("scored.parquet").set_index("customer_id").sort_index()
    assert len(scored) == CUSTOMERS
    forecast = names["fit"].expected_purchases(26, summary)
    np.testing.assert_allclose(scored["expected_purchases"], forecast, rtol=1e-9)


def test_the_recipe_for_polars(folder):
    assert_fit_of(run("Polars")["fit"], rfm.summarize(purchases()))


def test_the_tool_measures_every_step(monkeypatch, capsys):
    before = scale.PAGE.read_text(encoding="utf-8")
    monkeypatch.setattr(scale, "measured", lambda step, *given: scale.Step(step(*given), 0.5, 99.0))
    assert scale.main(["--customers", "400"]) == 0
    shown = capsys.readouterr().out
    assert "| 400 rows," in shown
    assert "| 0.5 | 99 MB |" in shown
    assert scale.PAGE.read_text(encoding="utf-8") == before


def test_a_step_is_measured_in_a_process_of_its_own():
    step = scale.measured(sum, [1, 2])
    assert step.result == 3
    assert step.seconds > 0
    assert 10 < step.peak_megabytes < 10_000


def test_the_same_shop_every_time():
    shop = scale.purchases(200, 1, seed=3)
    assert shop.equals(scale.purchases(200, 1, seed=3))
    assert set(shop["customer_id"].to_pylist()) == set(range(1, 201))
    days = shop["date"].to_numpy()
    assert np.datetime64("2023-01-01") <= days.min() <= days.max() <= np.datetime64("2024-12-31")


def test_the_guide_shows_a_shop_of_full_size():
    page = (ROOT / "docs" / "scale.md").read_text(encoding="utf-8")
    table = page.split(scale.START)[1].split(scale.STOP)[0]
    assert f"| {scale.CUSTOMERS:,} |" in table
    assert scale.between(page, table.strip()) == page


def test_the_files_of_the_simulated_shop_are_read_as_one(folder):
    relation = duckdb.connect().read_parquet("purchases/*.parquet")
    assert len(rfm.to_pandas(rfm.summarize(relation), "W")) == CUSTOMERS
