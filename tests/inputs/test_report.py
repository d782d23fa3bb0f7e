"""Broken files, settings and places: a clear error each, and nothing half-written."""

import gzip
from pathlib import Path

import pandas as pd
import pytest

from crmlib.core import terminal
from crmlib.report import settings
from crmlib.report.amounts import read_amounts
from crmlib.report.command import report
from crmlib.report.dates import read_days
from crmlib.report.ids import read_ids
from crmlib.report.problems import ReportError

HEAD = "customer,date,amount\n"
GOOD = "".join(f"c{k % 30},2024-01-{k % 28 + 1:02d},{k}.50\n" for k in range(90))


def run(*arguments: object) -> int:
    return terminal.run(report, [str(one) for one in arguments], "crmlib report")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def refused(capsys, folder, *arguments: object) -> str:
    """Run a command that is refused; nothing but what was there may be there afterwards."""
    before = names(folder)
    with pytest.raises(SystemExit) as stopped:
        run(*arguments, "--out", folder / "report")
    assert stopped.value.code == 2
    assert names(folder) == before
    return capsys.readouterr().err


BROKEN = {
    "no header": ("c1,2024-01-01,5\n" + GOOD, ["No column has a usual name", "--customer COLUMN"]),
    "empty": ("", ["is empty", "a line with the names of the columns"]),
    "only a header": (HEAD, ["has a header, but no rows"]),
    "blank lines only": ("\n\n\n", ["is empty"]),
    "no customer": ("name,date,amount\n" + GOOD, ["customer's id", '"customerid"', "--customer"]),
    "no date": ("customer,when,amount\n" + GOOD, ["the date of purchase", "--date"]),
    "no amount": ("customer,date,paid\n" + GOOD, ["for the amount", '"paid"', "--amount"]),
    "same name twice": ("customer,date,date,amount\n", ["columns with the same name", '"date"']),
    "more cells than columns": (
        HEAD + GOOD + "c1,2024-01-05,1,50\n",
        ["cannot be read as a table", "line 92", "decimal comma"],
    ),
    "an open quotation mark": (HEAD + GOOD + 'c1,"2024-01-05,1\n', ["cannot be read as a table"]),
    "dates are words": (
        HEAD + "c1,soon,5\nc2,later,6\n",
        ['Column "date": 2 of 2 rows', "row 1: 'soon'", "such as 2024-01-31"],
    ),
    "dates are a spreadsheet's numbers": (
        HEAD + "c1,45322,5\nc2,45323,6\n",
        ['Column "date": 2 of 2', "days of a spreadsheet"],
    ),
    "day or month": (
        HEAD + "c1,01/02/2024,5\nc2,03/04/2024,6\n",
        ["no date shows whether 01/02/2024 is in January or February", "--dates"],
    ),
    "day and month": (
        HEAD + "c1,31/01/2024,5\nc2,01/31/2024,6\n",
        ["1 dates have the day first, 1 have the month first", "row 2: '01/31/2024'"],
    ),
    "amounts are words": (
        HEAD + "c1,2024-01-01,cheap\nc2,2024-01-02,dear\n",
        ['Column "amount": 2 of 2 rows', "row 1: 'cheap'", "--amount"],
    ),
    "two decimal marks": (
        HEAD + 'c1,2024-01-01,"1,50"\nc2,2024-01-02,2.50\n',
        ["in 1 rows the decimal mark is a comma, in 1 rows it is a point", "reading.decimal"],
    ),
    "nobody has an id": (
        HEAD + ",2024-01-01,5\nNULL,2024-01-02,6\n",
        ['Column "customer" has no id in any row', "--customer"],
    ),
    "only returns": (
        HEAD + "c1,2024-01-01,-5\nc2,2024-01-02,-6\n",
        ["No row is left", "returns: 2"],
    ),
    "zero bytes": ("customer,date\x00,amount\n" + GOOD, ["holds zero bytes"]),
}


@pytest.mark.parametrize(("text", "words"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_told_what_is_wrong_and_what_to_do(text, words, tmp_path, capsys):
    (tmp_path / "given.csv").write_text(text, encoding="utf-8", newline="")
    said = refused(capsys, tmp_path, tmp_path / "given.csv")
    for word in [*words, "What to do: "]:
        assert word in said


BYTES = {
    "an Excel file": (b"PK\x03\x04" + b"\x00" * 50, "given.csv", ["no text file", "Excel"]),
    "not UTF-8": (HEAD.encode() + "Müller,2024-01-01,5\n".encode("cp1252"), "given.csv",
                  ["not written in UTF-8", "reading.encoding", "gb18030"]),
    "a broken gz": (gzip.compress(GOOD.encode())[:90], "given.csv.gz", ["cannot be opened"]),
    "no Parquet": (b"PAR1 and no more", "given.parquet", ["no readable Parquet file"]),
    "another ending": (b"x", "given.xlsx", ["kind of", "save the table as CSV"]),
}  # fmt: skip


@pytest.mark.parametrize(("content", "name", "words"), BYTES.values(), ids=BYTES)
def test_a_file_of_another_kind_is_told_so(content, name, words, tmp_path, capsys):
    (tmp_path / name).write_bytes(content)
    said = refused(capsys, tmp_path, tmp_path / name)
    for word in words:
        assert word in said


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "given.csv"
    path.write_text(HEAD + GOOD, encoding="utf-8")
    return path


OPTIONS = {
    "no such column": (["--customer", "custmer"], ['no column "custmer"', 'mean "customer"']),
    "one column twice": (["--amount", "customer"], ["Two parts take the same column"]),
    "three factors": (["--amount", "amount * amount * amount"], ["quantity * price"]),
    "no such settings file": (["--config", "nowhere.toml"], ["cannot be read", "--config"]),
    "no such key": (["--pseudonymise", "nowhere.txt"], ["key file", "cannot be read"]),
    "no such survey": (["--survey", "nowhere.csv"], ["no file nowhere.csv"]),
    "no such costs": (["--costs", "nowhere.csv"], ["no file nowhere.csv"]),
    "no such order": (["--dates", "year-first"], ["day-first, month-first"]),
    "no such language": (["--lang", "de"], ["Allowed: en, zh"]),
    "no such option": (["--colour", "red"], ['no option "--colour"']),
}


@pytest.mark.parametrize(("options", "words"), OPTIONS.values(), ids=OPTIONS)
def test_a_wrong_option_is_told_what_is_allowed(options, words, good, tmp_path, capsys):
    said = refused(capsys, tmp_path, good, *options)
    for word in words:
        assert word in said


TOML = {
    "no TOML": ("[rules\n", ["cannot be understood", "[rules]"]),
    "unknown": ("[rules]\nmissing_id = 'stop'\n", ['"rules.missing_id"', '"rules.missing_ids"']),
    "unknown value": ("[rules]\nreturns = 'ignore'\n", ["rules.returns", '"take off"']),
    "a number as text": ("[model]\nmargin = '40%'\n", ["model.margin", "from 0.001 to 1"]),
    "out of range": ("[model]\nmargin = 42\n", ["model.margin is 42"]),
    "no day": ("[rules]\nlast_day = 'May'\n", ["rules.last_day", "2024-01-31"]),
    "only a strange column": ("[only]\nland = 'France'\n", ['no column "land"', "[only]"]),
    "only a strange cell": ("[only]\ncustomer = 'c99'\n", ['holds none of "c99"']),
}


@pytest.mark.parametrize(("text", "words"), TOML.values(), ids=TOML)
def test_a_wrong_setting_is_told_what_is_allowed(text, words, good, tmp_path, capsys):
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    said = refused(capsys, tmp_path, good, "--config", tmp_path / "report.toml")
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("rule", "line"),
    [
        ("missing_ids", ",2024-01-01,5"),
        ("unreadable_dates", "c1,soon,5"),
        ("unreadable_amounts", "c1,2024-01-01,x"),
        ("returns", "c1,2024-01-01,-5"),
        ("stray_dates", "c1,2034-01-01,5"),
    ],
)
def test_a_rule_can_stop_the_report(rule, line, tmp_path, capsys):
    good = GOOD * (12 if rule == "stray_dates" else 1)
    (tmp_path / "given.csv").write_text(HEAD + line + "\n" + good, encoding="utf-8")
    (tmp_path / "report.toml").write_text(f"[rules]\n{rule} = 'stop'\n", encoding="utf-8")
    config = tmp_path / "report.toml"
    said = refused(capsys, tmp_path, tmp_path / "given.csv", "--config", config)
    assert "row 1: " in said
    assert f"rules.{rule}" in said


QUERIES = {
    "no table": ("SELECT * FROM nowhere", ["DuckDB cannot carry out", "nowhere"]),
    "another command": ("WITH x AS (SELECT 1) COPY x TO 'y'", ["DuckDB cannot carry out"]),
    "text dates": (
        "SELECT 'a' AS customer, '2024-01-01' AS date, 5 AS amount",
        ["VARCHAR, not dates", 'CAST("date" AS DATE)'],
    ),
    "text amounts": (
        "SELECT 'a' AS customer, DATE '2024-01-01' AS date, '5' AS amount",
        ["VARCHAR, not numbers", "CAST"],
    ),
    "no rows": (
        "SELECT 'a' AS customer, DATE '2024-01-01' AS date, 5 AS amount WHERE false",
        ["gives no rows"],
    ),
    "nobody has an id": (
        "SELECT NULL::VARCHAR AS customer, DATE '2024-01-01' AS date, 5 AS amount",
        ['Column "customer" has no id in any row', "--customer"],
    ),
    "hardly a date": (
        "SELECT 'a' AS customer, unnest([NULL, NULL, '2024-01-01'])::DATE AS date, 5 AS amount",
        ['Column "date": 2 of 3 rows hold no readable date'],
    ),
    "hardly an amount": (
        "SELECT 'a' AS customer, DATE '2024-01-01' AS date, unnest([NULL, 'nan', '5'])::FLOAT "
        "AS amount",
        ['Column "amount": 2 of 3 rows hold no readable amount'],
    ),
    "only returns": (
        "SELECT 'a' AS customer, DATE '2024-01-01' AS date, -5 AS amount FROM range(2)",
        ["No row is left", "returns: 2"],
    ),
    "text that is no date": (
        "SELECT 'a' AS customer, CAST(unnest(['2024-01-01', 'soon']) AS DATE) AS date, 5 AS amount",
        ["DuckDB cannot carry out", "soon"],
    ),
    "a name that is needed": (
        "SELECT 'a' AS customer, DATE '2024-01-01' AS date, 5 AS amount, 1 AS _Who",
        ['"_Who"', "other names in the query"],
    ),
}


@pytest.mark.parametrize(("query", "words"), QUERIES.values(), ids=QUERIES)
def test_a_wrong_query_is_told_what_is_expected(query, words, tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    said = refused(capsys, tmp_path, query)
    for word in words:
        assert word in said


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ("missing_ids", "'', DATE '2024-01-01', 5"),
        ("unreadable_dates", "'c1', NULL, 5"),
        ("unreadable_amounts", "'c1', DATE '2024-01-01', NULL"),
        ("returns", "'c1', DATE '2024-01-01', -5"),
        ("stray_dates", "'c1', DATE '2034-01-01', 5"),
    ],
)
def test_a_rule_can_stop_the_report_of_a_query(rule, row, tmp_path, capsys):
    many = "FROM range(1200) AS numbers(k)"
    good = f"SELECT 'c' || k AS customer, DATE '2024-01-01' AS date, 9 AS amount {many}"
    (tmp_path / "report.toml").write_text(f"[rules]\n{rule} = 'stop'\n", encoding="utf-8")
    config = tmp_path / "report.toml"
    said = refused(capsys, tmp_path, f"{good} UNION ALL SELECT {row}", "--config", config)
    assert "1 rows" in said
    assert f"rules.{rule}" in said


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[only]\nland = 'France'\n", ['no column "land"', "[only]"]),
        ("[only]\ncustomer = 'c99'\n", ['holds none of "c99"']),
    ],
)
def test_cells_to_choose_must_be_in_the_query(text, words, tmp_path, capsys):
    (tmp_path / "report.toml").write_text(text, encoding="utf-8")
    query = "SELECT 'a' AS customer, DATE '2024-01-01' AS date, 5 AS amount"
    said = refused(capsys, tmp_path, query, "--config", tmp_path / "report.toml")
    assert [word for word in words if word not in said] == []


def test_a_query_cannot_reach_the_network(tmp_path, capsys):
    said = refused(capsys, tmp_path, "SELECT * FROM 'https://example.org/purchases.parquet'")
    assert "DuckDB cannot carry out" in said


def test_a_folder_that_is_there_is_left_alone(good, tmp_path, capsys):
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "mine.txt").write_text("mine", encoding="utf-8")
    assert "is there already" in refused(capsys, tmp_path, good)
    assert "something else than a report" in refused(capsys, tmp_path, good, "--force")
    assert (tmp_path / "report" / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_an_earlier_report_is_replaced_only_when_forced(good, tmp_path, capsys):
    assert run(good, "--out", tmp_path / "report") == 0
    first = (tmp_path / "report" / "report.html").read_bytes()
    good.write_text(HEAD + GOOD + "c7,2024-02-03,1.00\n", encoding="utf-8")
    assert "--force" in refused(capsys, tmp_path, good)
    assert (tmp_path / "report" / "report.html").read_bytes() == first
    assert run(good, "--out", tmp_path / "report", "--force") == 0
    assert (tmp_path / "report" / "report.html").read_bytes() != first
    assert names(tmp_path) == ["given.csv", "report"]


def test_a_folder_needs_a_place(good, tmp_path, capsys):
    with pytest.raises(SystemExit):
        run(good, "--out", tmp_path / "deep" / "report")
    assert "There is no folder" in capsys.readouterr().err


def test_a_short_key_is_refused(good, tmp_path, capsys):
    (tmp_path / "key.txt").write_text("secret", encoding="utf-8")
    said = refused(capsys, tmp_path, good, "--pseudonymise", tmp_path / "key.txt")
    assert "holds 6 characters" in said
    assert "token_hex" in said


def test_side_files_are_checked_before_the_work(good, tmp_path, capsys):
    (tmp_path / "s.csv").write_text("market,mood\nA,3\n", encoding="utf-8")
    said = refused(capsys, tmp_path, good, "--survey", tmp_path / "s.csv")
    assert "s.csv has no column with a usual name for survey.satisfaction" in said
    (tmp_path / "c.csv").write_text("customer,cost\nc1,many\n", encoding="utf-8")
    said = refused(capsys, tmp_path, good, "--costs", tmp_path / "c.csv")
    assert 'column "cost": 1 rows hold no readable amount' in said


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("12", 1200),
        ("12.5", 1250),
        ("-3.99", -399),
        ("(3.99)", -399),
        ("3.99-", -399),
        ("1,234.50", 123450),
        ("€ 12.50", 1250),
        ("12.50 EUR", 1250),
        ("¥1'200", 120000),
        ("1 234.50", 123450),
        ("1e3", 100000),
        (".5", 50),
        ("0.29", 29),
        ("1.005", 100),
    ],
)
def test_amounts_as_people_write_them(cell, cents):
    assert read_amounts(pd.Series([cell, "7.00"])).cents.iloc[0] == cents


@pytest.mark.parametrize(
    ("cell", "cents"), [("12,50", 1250), ("1.234,50", 123450), ("1.234", 123400)]
)
def test_amounts_with_a_decimal_comma(cell, cents):
    assert read_amounts(pd.Series([cell, "7,25"])).cents.iloc[0] == cents


@pytest.mark.parametrize("cell", ["", "free", "1.2.3", "12 50 x", "--5", "inf", "nan", "1e99"])
def test_what_is_no_amount_is_unreadable(cell):
    read = read_amounts(pd.Series([cell, "7"]))
    assert read.readable.to_list() == [False, True]
    assert read.cents.to_list() == [0, 700]


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02-03",
        "2024/2/3",
        "20240203",
        "2024年2月3日",
        "3.2.2024",
        "3 Feb 2024",
        "Feb 3, 2024",
        "2024-02-03T23:59:59Z",
        "2024-02-03 23:59:59.5+08:00",
        "3/2/2024 8:26",
        "3.2.24",
    ],
)
def test_dates_as_people_write_them(cell):
    days = read_days(pd.Series([cell, "31/12/2023"])).days
    assert days.iloc[0] == pd.Timestamp("2024-02-03")


@pytest.mark.parametrize(
    "cell", ["", "soon", "2024-02-30", "2024-13-01", "2024", "0", "31/02/2024"]
)
def test_what_is_no_date_is_unreadable(cell):
    assert read_days(pd.Series([cell, "31/12/2023"])).days.isna().to_list() == [True, False]


def test_the_order_of_day_and_month_can_be_set():
    cells = pd.Series(["01/02/2024"])
    assert read_days(cells, "day-first").days.item() == pd.Timestamp("2024-02-01")
    assert read_days(cells, "month-first").days.item() == pd.Timestamp("2024-01-02")
    with pytest.raises(ReportError, match="January or February"):
        read_days(cells)


def test_ids_lose_what_a_spreadsheet_added():
    found, notes = read_ids(pd.Series(["17850.0", "13047.0 ", "NaN"]))
    assert found.to_list() == ["17850", "13047", ""]
    assert notes
    assert read_ids(pd.Series(["1.0", "x"]))[0].to_list() == ["1.0", "x"]


def test_every_setting_has_a_meaning_and_an_allowed_default():
    for name, setting in settings.SETTINGS.items():
        assert setting.meaning, name
        if setting.allowed:
            assert setting.default in setting.allowed, name
        if setting.kind == "number":
            assert setting.low <= setting.default <= setting.high, name
