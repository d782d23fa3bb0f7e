"""The analyst's report: a file read by pandas and the same rows by DuckDB are judged alike."""

import numpy as np
import pandas as pd
import pytest

from crmlib.report import facts, reading, settings
from crmlib.report.problems import ReportError

pytest.importorskip("duckdb")
pytest.importorskip("pyarrow")

CITIES = ("Berlin", " Berlin", "北京", "", None, "l'Aquila")


def shop(number: int, seed: int = 3) -> pd.DataFrame:
    """Typed rows that every rule has something to do with."""
    random = np.random.default_rng(seed)
    ids = [f"C-{k:03d}" for k in range(number // 8)] + ["Guest"] * (number // 6)
    days = pd.Timestamp("2022-01-05") + pd.to_timedelta(random.integers(0, 580, number), unit="D")
    table = pd.DataFrame(
        {
            "customer": pd.Series(random.choice(ids, number), dtype="str"),
            "date": days.astype("datetime64[us]"),
            "quantity": random.integers(1, 4, number),
            "price": random.gamma(3, 5, number).round(3),
            "status": random.choice(["paid", "Returned", "取消退货", None], number),
            "country": random.choice(CITIES, number),
        }
    )
    spoilt = random.permutation(number)
    table.loc[spoilt[:9], "customer"] = [
        None,
        "",
        " n/a ",
        "NULL",
        None,
        "nan",
        "-",
        "\u3000",
        None,
    ]
    table.loc[spoilt[9:15], "customer"] = ["c-001", "C-00 1", " C-002", "C-003\t", "C-002", "c-004"]
    table.loc[spoilt[15:40], "quantity"] *= -1
    table.loc[spoilt[40:50], "price"] = 0.0
    table.loc[spoilt[50:55], "price"] = np.nan
    table.loc[spoilt[55:60], "date"] = pd.NaT
    table.loc[spoilt[60:61], "date"] = pd.Timestamp("2032-05-01")
    twice = table.iloc[spoilt[100:130]]
    return pd.concat([table, twice, twice.head(5)], ignore_index=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shop")
    shop(1500).to_parquet(folder / "shop.parquet")
    return folder


RULES = {
    "as they are": {},
    "returns taken off": {"rules__returns": "take off"},
    "repeated rows dropped": {"rules__identical_rows": "drop"},
    "the last month cut": {"rules__partial_last_month": "cut"},
    "strays kept": {"rules__stray_dates": "keep"},
    "nothing kept": {
        "rules__zero_amounts": "set aside",
        "rules__returned_orders": "set aside",
        "rules__identical_rows": "drop",
        "rules__partial_last_month": "cut",
        "rules__returns": "take off",
    },
    "some days": {"rules__first_day": "2022-03-01", "rules__last_day": "2023-02-10"},
    "prices only": {"columns__amount": "price", "rules__returns": "take off"},
}
ONLY = '[only]\ncountry = ["Berlin", "l\'Aquila"]\nstatus = "paid"\n'


@pytest.fixture(scope="module", params=[*RULES, "some cells only"])
def books(request, place):
    """A file and a query under the same rules."""
    config = None
    if request.param not in RULES:
        config = place / "only.toml"
        config.write_text(ONLY, encoding="utf-8")
    options = settings.read(config, **RULES.get(request.param, {}))
    path = place / "shop.parquet"
    of_query = reading.read(f"SELECT * FROM '{path}'", options)
    yield reading.read(path, options), of_query
    of_query.close()


def test_rows_money_and_customers_are_the_same(books):
    names = ("rows", "cents", "customers", "first", "last", "rows_read", "cents_read", "columns")
    of_file, of_query = ({name: getattr(book, name) for name in names} for book in books)
    assert of_file == of_query
    assert len(books[0].reconciliation()) == len(books[1].reconciliation())


def test_findings_are_the_same(books):
    of_file, of_query = (
        [(f.code, f.kind, f.rows, f.cents, f.detail, f.value, f.words) for f in book.findings]
        for book in books
    )
    assert of_file == of_query


def test_the_rows_of_each_finding_are_the_same(books):
    for of_file, of_query in zip(books[0].findings, books[1].findings, strict=True):
        if of_file.code == "collective_id":
            continue  # a query keeps no rows of it: they may be a large part of all
        assert (of_file.table is None) == (of_query.table is None), of_file.code
        if of_file.table is not None:
            assert rows(of_file.table) == rows(of_query.table), of_file.code


def rows(table: pd.DataFrame) -> list[tuple]:
    """Rows without the number of the row, which a query does not know, and without an order."""
    table = table.drop(columns=["row_in_file"], errors="ignore").astype("str").fillna("–")
    table["date"] = table["date"].str.removesuffix(" 00:00:00")
    table = table.replace({"NaT": "–", "nan": "–", "None": "–", "<NA>": "–"})
    return sorted(table.itertuples(index=False, name=None))


def test_every_customer_has_the_same_money_and_history(books):
    for table in (facts.by_customer, facts.summary, quarters, facts.by_month):
        of_file, of_query = (table(book) for book in books)
        pd.testing.assert_frame_equal(of_file, of_query, rtol=1e-9, check_dtype=False)


def quarters(book) -> pd.DataFrame:
    table = facts.active_quarters(book)
    return table.assign(customer_id=book.names.take(table["customer_id"]))


def test_purchases_are_the_same(books):
    names = ["customer_id", "date", "cents"]
    of_file = books[0].purchases[names].sort_values(names, ignore_index=True)
    of_query = books[1].purchases.df()[names].sort_values(names, ignore_index=True)
    pd.testing.assert_frame_equal(of_file, of_query, check_dtype=False)


def test_notes_say_the_same(place):
    path = place / "shop.parquet"
    of_file, of_query = reading.read(path), reading.read(f"SELECT * FROM '{path}'")
    of_query.close()
    rounded = [note for note in of_file.notes if "rounded to cents" in note]
    assert len(rounded) == 1
    assert rounded[0] in of_query.notes


def test_numbers_as_ids_are_the_same(tmp_path):
    table = pd.DataFrame(
        {"customer": [7.0, None, 12.0] * 30, "date": pd.Timestamp("2024-01-31"), "amount": 1.5}
    )
    table.to_parquet(tmp_path / "p.parquet")
    of_file = reading.read(tmp_path / "p.parquet")
    of_query = reading.read(f"SELECT * FROM '{tmp_path / 'p.parquet'}'")
    assert of_file.names.to_list() == of_query.names.to_list() == ["12", "7"]
    assert of_file.rows == of_query.rows == 60
    whole = f"SELECT * REPLACE (CAST(customer AS BIGINT) AS customer) FROM '{tmp_path}/p.parquet'"
    assert reading.read(whole).names.to_list() == ["12", "7"]


def test_pseudonyms_are_the_same(place):
    path, key = place / "shop.parquet", b"0123456789abcdef"
    books = [reading.read(given, key=key) for given in (path, f"SELECT * FROM '{path}'")]
    assert books[0].names.to_list() == books[1].names.to_list()
    for one, other in zip(books[0].findings, books[1].findings, strict=True):
        assert (one.code, one.rows) == (other.code, other.rows)
        if one.table is not None and other.table is not None:
            assert rows(one.table) == rows(other.table), one.code
    books[1].close()


def test_a_missing_cell_of_a_parquet_file_is_missing(tmp_path):
    frame = pd.DataFrame(
        {
            "customer": pd.Series(["a", None, "b", "b"] * 9, dtype="str"),
            "date": pd.Series(["2024-01-31", "2024-02-01", None, "2024-02-03"] * 9, dtype="str"),
            "amount": pd.Series(["1.00", "2.00", "4.00", None] * 9, dtype="str"),
        }
    )
    frame.to_parquet(tmp_path / "p.parquet")
    book = reading.read(tmp_path / "p.parquet")
    assert {one.code: one.rows for one in book.findings if one.kind == "set aside"} == {
        "missing_ids": 9,
        "unreadable_dates": 9,
        "unreadable_amounts": 9,
    }
    assert book.names.to_list() == ["a"]


def test_a_query_that_gives_other_rows_each_time_is_refused(place):
    query = f"SELECT *, random() AS chance FROM '{place / 'shop.parquet'}'"
    with pytest.raises(ReportError, match="leave chance out of the query"):
        reading.read(query)


def test_names_of_a_query_may_be_any(place):
    query = (
        'SELECT customer AS "cell", date AS "who ""x""", price * quantity AS "a,b" '
        f"FROM '{place / 'shop.parquet'}'"
    )
    options = settings.read(
        columns__customer="cell", columns__date='who "x"', columns__amount="a,b"
    )
    book = reading.read(query, options)
    assert book.cents == reading.read(place / "shop.parquet").cents
    book.close()


def test_a_day_does_not_depend_on_the_computer(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Shanghai")
    query = """SELECT 'a' AS customer, TIMESTAMPTZ '2024-01-01 23:30:00+00' AS date, 5 AS amount"""
    book = reading.read(query)
    assert f"{book.first:%Y-%m-%d}" == "2024-01-01"
    assert any("UTC" in note for note in book.notes)


def test_infinite_and_ancient_dates_are_set_aside():
    query = """SELECT 'a' AS customer, unnest(['infinity', '-infinity', '0044-03-15 (BC)',
        '2024-01-31', '2024-02-01', '2024-02-29'])::TIMESTAMP AS date, 5 AS amount"""
    book = reading.read(query)
    (found,) = book.findings
    assert (found.code, found.rows, book.rows) == ("unreadable_dates", 3, 3)
    assert "infinity" in found.table["date"].to_list()
