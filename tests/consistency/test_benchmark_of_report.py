"""The page on the report's time names what its script measures."""

import re

import pytest

from benchmarks import own_purchases
from crmlib.report import reading
from tools.scale import Step

pytest.importorskip("duckdb")

AGAIN = "run python -m benchmarks.own_purchases"


def lines(page: str) -> list[list[str]]:
    found = [line.strip("|").split("|") for line in page.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in cells] for cells in found][1:]


def test_the_page_names_what_the_script_measures():
    page = own_purchases.RESULTS.read_text(encoding="utf-8")
    assert page.startswith(own_purchases.HEAD.rstrip())
    found = lines(page)
    assert [cells[0] for cells in found] == list(own_purchases.WAYS)
    for name, rows, used, *_rest, seconds, memory, _size in found:
        wanted, _file = own_purchases.WAYS[name]
        assert whole(rows) == pytest.approx(wanted, rel=0.02), (
            "run python -m benchmarks.own_purchases"
        )
        assert 0.9 * whole(rows) < whole(used) < whole(rows)
        aims = tuple(
            int(re.search(r"\(([\d,]+)\)", cell)[1].replace(",", "")) for cell in (seconds, memory)
        )
        assert aims == own_purchases.AIMS[name]


def whole(cell: str) -> int:
    return int(cell.replace(",", ""))


def test_every_way_is_measured_on_the_same_shop(monkeypatch, capsys, tmp_path):
    given = []

    def measured(function, purchases, out):
        assert function is own_purchases.report
        book = reading.read(purchases)
        book.close()
        given.append(purchases)
        out.mkdir()
        return Step((book.rows, book.customers, 1.0), 2.0, 300.0)

    monkeypatch.setattr(own_purchases, "measured", measured)
    monkeypatch.setattr(own_purchases, "RESULTS", tmp_path / "page.md")
    assert own_purchases.main(["--rows", "5000"]) == 0
    found = lines("| head |\n" + capsys.readouterr().out)
    assert [cells[0] for cells in found] == list(own_purchases.WAYS)
    assert len({tuple(cells[1:4]) for cells in found}) == 1
    assert [one[:6] == "SELECT" for one in given] == [False, False, True]
    assert not own_purchases.RESULTS.exists()  # a small shop is no page


def test_the_shop_is_ugly_and_the_same_each_time():
    one, two = (list(own_purchases.shop(5000)) for _time in range(2))
    assert all(a.equals(b) for a, b in zip(one, two, strict=True))
    table = one[0].to_pandas()
    assert table["customer"].isna().mean() == pytest.approx(0.02, abs=0.01)
    assert (table["amount"] < 0).mean() == pytest.approx(0.02, abs=0.01)
    assert table.duplicated().any()
