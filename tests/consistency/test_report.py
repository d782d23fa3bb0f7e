"""The analyst's report on an ugly file: complete, to the cent, safe, the same every time."""

import csv
import hashlib
import html
import json
import re
import signal
import socket
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import nbformat
import pandas as pd
import pytest
from nbclient import NotebookClient

from crmlib.core import terminal
from crmlib.report import html as html_page
from crmlib.report import making, reading, settings
from crmlib.report.cells import harmless
from crmlib.report.command import report
from crmlib.report.returns import take_off
from crmlib.report.sections.overview import overview
from crmlib.report.sections.repeats import verdict
from crmlib.report.study import Study
from tests.helpers.ugly import HOSTILE, ugly

KINDS = ("missing_ids", "returns", "unreadable_dates", "unreadable_amounts", "stray_dates")
# Where a page could load something from, or run something.
ACTIVE = re.compile(r"<(script|iframe|object|embed|link|form)\b|\son\w+\s*=|javascript:", re.I)


@pytest.fixture(scope="module")
def given():
    return ugly()


@pytest.fixture(scope="module")
def purchases(given, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("given") / "ugly.csv"
    path.write_text(given.text, encoding="utf-8", newline="")
    return path


@pytest.fixture(scope="module")
def made(purchases, tmp_path_factory) -> Path:
    """The report, made once, without a network."""
    place = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "socket", None)
        patch.chdir(place)
        making.make(purchases, "report")
    assert [path.name for path in place.iterdir()] == ["report"]
    return place / "report"


@pytest.fixture(scope="module")
def page(made) -> str:
    return (made / "report.html").read_text(encoding="utf-8")


def table(made: Path, name: str) -> pd.DataFrame:
    return pd.read_csv(made / "tables" / f"{name}.csv")


def bytes_of(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_every_row_is_accounted_for_to_the_cent(given, made):
    with (made / "tables" / "reconciliation.csv").open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    amounts = [Decimal(line["amount"]) for line in lines]
    rows = [int(line["rows"]) for line in lines]
    assert amounts[0] == Decimal(sum(given.cents.values())) / 100
    assert amounts[-1] == Decimal(given.cents["used"]) / 100
    assert sum(amounts[:-1]) == amounts[-1]
    assert (rows[0], rows[-1]) == (sum(given.rows.values()), given.rows["used"])
    assert sum(rows[:-1]) == rows[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_what_was_set_aside_is_kept_row_by_row(kind, given, made):
    checks = table(made, "data_checks").set_index(["matter", "kind"])
    found = checks.loc[(kind, "set aside")]
    assert found["rows"] == given.rows[kind]
    assert round(100 * found["amount"]) == given.cents[kind]
    assert found["setting"] == f"rules.{kind}"
    kept = pd.read_csv(made / found["file"], dtype=str, keep_default_na=False)
    assert len(kept) == given.rows[kind]
    lines = given.text.split("\r\n")
    for _, row in kept.iterrows():
        line = next(csv.reader([lines[int(row["row_in_file"])]]))
        shown = row.iloc[1:].to_list()
        # a neutralised cell has an apostrophe more
        assert [cell.removeprefix("'") for cell in shown] == line


def test_what_could_be_real_is_flagged_and_used(given, made):
    checks = table(made, "data_checks").set_index("matter")
    flagged = checks[checks["kind"] == "flagged"]
    assert set(flagged.index) == {"identical_rows", "partial_last_month", "countries"}
    assert flagged.loc["identical_rows", "rows"] == 14
    assert "2023-08" in flagged.loc["partial_last_month", "what"]
    assert "France" in flagged.loc["countries", "what"]


def test_every_section_is_there_and_says_what_it_cannot_say(page):
    names = re.findall(r'<section id="([a-z]+)"', page)
    assert names == [
        *("data", "concentration", "tiers", "segments", "repeats", "forecasts", "worth"),
        *("cohorts", "states", "decisions"),
    ]
    assert page.count("What it says.") == page.count("What it cannot say.") == len(names)
    assert "Take care" in page


def test_no_hostile_text_becomes_a_tag(page):
    assert not ACTIVE.search(re.sub(r"base64,[A-Za-z0-9+/=]+", "", html_tags(page)))
    assert "{{" not in page.replace("{{ 7*7 }}", "")
    for name in HOSTILE[:2]:
        assert name not in page


def html_tags(page: str) -> str:
    return " ".join(re.findall(r"<[^>]*>", page))


def test_hostile_names_are_shown_as_they_are(purchases):
    book = reading.read(purchases, settings.read(report__title=HOSTILE[0]))
    page = html_page.page(Study(book), [overview(Study(book))])
    assert HOSTILE[0] not in page
    assert html.escape(HOSTILE[0]) in page


def test_the_page_needs_nothing_from_elsewhere(page):
    sources = re.findall(r'(?:src|href)="([^"]{1,12})', page)
    assert all(source.startswith(("data:image", "#")) for source in sources)
    assert "url(" not in page
    assert "@import" not in page


def test_the_page_can_be_read_by_all(page):
    assert re.search(r'<html lang="en">', page)
    assert all(len(alt) > 20 for alt in re.findall(r'<img [^>]*alt="([^"]*)"', page))
    assert page.count("<img ") == len(re.findall(r'<img [^>]*alt="', page))
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert set(levels[1:]) == {2}


def test_no_spreadsheet_finds_a_formula(made):
    for path in made.rglob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            cells = [cell for row in csv.reader(file) for cell in row]
        risky = [cell for cell in cells if re.match(r"[=+\-@\t\r]", cell)]
        assert all(re.fullmatch(r"[+-]?\d+(\.\d+)?(e[+-]?\d+)?", cell) for cell in risky), path.name


def test_the_report_says_that_cells_were_made_harmless(page):
    assert "began like a formula" in page


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1", "'=1"),
        ("+1", "+1"),
        ("-1.5", "-1.5"),
        ("-1+1", "'-1+1"),
        ("@x", "'@x"),
        ("\tx", "'\tx"),
        ("\rx", "'\rx"),
        ("Anna", "Anna"),
        ("＝1", "'＝1"),
        ("a=1", "a=1"),
    ],
)
def test_cells_in_front_of_a_spreadsheet(cell, written):
    assert harmless(pd.DataFrame({"text": [cell]}))[0]["text"].item() == written


def test_a_column_name_can_be_hostile_too():
    assert harmless(pd.DataFrame({"=cmd()": [1]}))[0].columns.to_list() == ["'=cmd()"]


def test_the_same_file_gives_the_same_bytes(purchases, made, tmp_path):
    making.make(purchases, tmp_path / "again")
    assert bytes_of(tmp_path / "again") == bytes_of(made)


def test_the_notebook_runs_and_finds_the_numbers_of_the_report(made):
    notebook = nbformat.read(made / "report.ipynb", as_version=4)
    nbformat.validate(notebook)
    notebook.cells.append(nbformat.v4.new_code_cell(CHECK))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": str(made)}}).execute()


CHECK = """
import numpy as np
def table(name):
    return pd.read_csv(Path("tables") / f"{name}.csv")
def same(one, other):
    np.testing.assert_allclose(np.asarray(one, float), np.asarray(other, float), rtol=1e-6)
same(value.pareto_share(revenue, [0.01, 0.05, 0.1, 0.2, 0.5]),
     table("concentration")["share_of_revenue"])
same(moves["customers"], table("tier_moves")["customers"])
same(repeat_table["probability"], table("repeats")["probability"])
customers = table("customers").sort_values("lifetime_value")
same(sorted(value_each), customers["lifetime_value"])
same(active[0], table("cohorts").query("quarters_later == 0")["customers"])
same(chances["probability"], table("states")["probability"])
"""


def test_pseudonyms_replace_every_id(quick_pictures, tmp_path):
    purchases = tmp_path / "small.csv"
    purchases.write_text(ugly(60).text, encoding="utf-8", newline="")
    key = tmp_path / "key.txt"
    key.write_text("0123456789abcdef0123456789abcdef\n", encoding="utf-8")
    making.make(purchases, tmp_path / "report", key_file=key)
    texts = [path.read_text(encoding="utf-8") for path in (tmp_path / "report").rglob("*.csv")]
    texts.append((tmp_path / "report" / "report.html").read_text(encoding="utf-8"))
    texts.append((tmp_path / "report" / "report.ipynb").read_text(encoding="utf-8"))
    assert not [text[:40] for text in texts if re.search(r"\bC-\d{4}\b", text)]
    # a column that is not needed may say who it is
    assert not [text[:40] for text in texts if "MUG; white" in text]
    frame = pd.read_parquet(tmp_path / "report" / "tables" / "purchases.parquet")
    assert frame["customer_id"].str.fullmatch(r"[0-9a-f]{32}").all()
    assert not any(b"0123456789abcdef" in p.read_bytes() for p in _files(tmp_path / "report"))


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_another_key_gives_other_pseudonyms_and_the_same_numbers(purchases):
    books = [reading.read(purchases, key=key * 16) for key in (b"a", b"b")]
    ids = [set(book.purchases["customer_id"]) for book in books]
    assert not ids[0] & ids[1]
    assert books[0].customers == books[1].customers
    assert books[0].cents == books[1].cents


def test_returns_can_be_taken_off_and_still_add_up(given, purchases):
    book = reading.read(purchases, settings.read(rules__returns="take off"))
    taken = next(one for one in book.findings if one.code == "returns_taken_off")
    assert taken.cents < 0
    assert book.cents == given.cents["used"] + taken.cents
    assert book.reconciliation()["cents"].iloc[-1] == book.cents
    assert (book.purchases["cents"] >= 0).all()


def test_a_return_is_taken_off_the_latest_purchase_before_it():
    bought = pd.DataFrame({"customer_id": list("aab"), "date": [1, 5, 1], "cents": [300, 500, 9]})
    back = pd.DataFrame({"customer_id": list("aac"), "date": [6, 2, 9], "cents": [-600, -50, -5]})
    left, taken = take_off(bought, back)
    assert left.tolist() == [150, 0, 9]
    assert taken.tolist() == [600, 50, 0]


@pytest.mark.parametrize(
    ("rule", "value", "code"),
    [
        ("identical_rows", "drop", "identical_rows"),
        ("partial_last_month", "cut", None),
        ("zero_amounts", "set aside", None),
        ("stray_dates", "keep", None),
    ],
)
def test_rules_can_be_changed_and_still_add_up(rule, value, code, given, purchases):
    book = reading.read(purchases, settings.read(**{f"rules__{rule}": value}))
    lines = book.reconciliation()
    assert lines["cents"].iloc[0] == sum(given.cents.values())
    if code:
        assert code in [one.code for one in book.findings if one.kind == "set aside"]


def test_a_query_gives_the_same_report_as_the_file_and_the_same_again(
    made, quick_pictures, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(socket, "socket", None)
    frame = pd.read_parquet(made / "tables" / "purchases.parquet")
    returned = frame.head(3).assign(amount=-5.0)
    nobody = frame.head(2).assign(customer_id=None)
    pd.concat([frame, returned, nobody]).to_parquet(tmp_path / "p.parquet")
    book = making.make("SELECT * FROM 'p.parquet'", "one")
    assert book.rows == len(frame)
    assert {one.code: one.rows for one in book.findings if one.kind == "set aside"} == {
        "returns": 3,
        "missing_ids": 2,
    }
    book.reconciliation()
    making.make("SELECT * FROM 'p.parquet'", "two")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "p.parquet", "two"]
    assert bytes_of(tmp_path / "one") == bytes_of(tmp_path / "two")
    assert not [name for name in bytes_of(tmp_path / "one") if re.search(r"scratch|duckdb", name)]
    for name in ("customers", "repeats", "tier_moves", "states", "cohorts", "segments", "tests"):
        one, other = table(made, name), table(tmp_path / "one", name)
        key = [c for c in one.columns if one[c].dtype == object or c == "customer_id"][:1]
        one, other = (t.sort_values(key, ignore_index=True) if key else t for t in (one, other))
        pd.testing.assert_frame_equal(one, other, rtol=1e-6, check_dtype=False)


def test_a_shop_of_a_few_weeks_gets_a_report_without_models(tmp_path):
    days = pd.date_range("2024-01-01", periods=40)
    frame = pd.DataFrame({"customer": range(40), "date": days.astype(str), "amount": 5})
    frame.to_csv(tmp_path / "few.csv", index=False)
    making.make(tmp_path / "few.csv", tmp_path / "report")
    page = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "The purchases cover 40 days" in page
    notebook = json.loads((tmp_path / "report" / "report.ipynb").read_text(encoding="utf-8"))
    sources = "".join("".join(cell["source"]) for cell in notebook["cells"])
    assert "models.BGNBD(halves)" not in sources


def test_an_interrupted_report_leaves_nothing(purchases, tmp_path, monkeypatch):
    def stop(*_arguments):
        raise KeyboardInterrupt

    monkeypatch.setattr(making, "_write", stop)
    monkeypatch.setattr(making, "_steps", lambda *_arguments: [])
    with pytest.raises(KeyboardInterrupt):
        making.make(purchases, tmp_path / "report")
    assert list(tmp_path.iterdir()) == []


def test_a_report_that_is_told_to_end_leaves_nothing(tmp_path):
    (tmp_path / "shop").mkdir()
    purchases = tmp_path / "purchases.csv"
    purchases.write_text(ugly(900).text, encoding="utf-8", newline="")
    command = [sys.executable, "-m", "crmlib", "report", "../purchases.csv", "--out", "report"]
    with subprocess.Popen(
        command, cwd=tmp_path / "shop", stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        said = next(line for line in process.stderr if line.startswith("[2/"))
        begun = [path.name for path in (tmp_path / "shop").iterdir()]
        process.terminate()
        process.communicate()
    assert "Concentration" in said
    assert len(begun) == 1
    assert begun[0].endswith(".part")
    assert process.returncode == 128 + signal.SIGTERM
    assert list((tmp_path / "shop").iterdir()) == []


def test_the_answer_to_sigterm_is_what_it_was_afterwards(tmp_path):
    before = signal.getsignal(signal.SIGTERM)
    (tmp_path / "few.csv").write_text("customer,date,amount\na,soon,1\n", encoding="utf-8")
    with pytest.raises(SystemExit):
        terminal.run(report, [str(tmp_path / "few.csv"), "--out", str(tmp_path / "r")], "report")
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_largest_step_is_the_largest_of_those_that_are_known():
    shares = pd.DataFrame(
        {
            "customers": [9000, 6000, 3000, 2000, 1500, 900],
            "probability": [0.33, 0.30, 0.38, 0.41, 0.55, 0.90],
            "lower": [0.30, 0.27, 0.34, 0.36, 0.49, 0.85],
            "upper": [0.36, 0.33, 0.42, 0.46, 0.61, 0.95],
        },
        index=range(1, 7),
    )
    assert verdict(shares) == "The largest step is at purchase 5, not at the third."
    few = shares.assign(customers=[9000, 6000, 3000, 2000, 9, 900])
    assert verdict(few) == "The largest step is at the third purchase, as the rule has it."
    fewer = shares.assign(customers=[900, 600, 300, 200, 150, 90])
    assert verdict(fewer) == (
        "The largest step is at purchase 5, not at the third. "
        "(That at purchase 3 may be as large: chance could decide.)"
    )
    assert verdict(shares.loc[[2, 6]]) == ""
