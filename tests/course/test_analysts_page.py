"""Every command on the analysts' page runs, and every setting stands on it."""

import re
import runpy
import shlex
import sys
from pathlib import Path

import pandas as pd
import pytest

from crmlib import cli
from crmlib.report.settings import SETTINGS
from tests.helpers.ugly import ugly

PAGE = Path(__file__).resolve().parents[2] / "docs" / "analysts.md"


def blocks(kind: str) -> list[str]:
    return re.findall(rf"```{kind}\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def commands() -> list[str]:
    return [line for block in blocks("sh") for line in block.splitlines() if line]


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Path:
    """A folder with the file that the page speaks of."""
    folder = tmp_path_factory.mktemp("analyst")
    (folder / "purchases.csv").write_text(ugly(60).text, encoding="utf-8", newline="")
    (toml,) = blocks("toml")
    (folder / "report.toml").write_text(toml, encoding="utf-8")
    days = pd.date_range("2023-01-01", periods=200)
    frame = pd.DataFrame({"customer": [f"c{k % 60}" for k in range(200)], "date": days})
    frame.assign(amount=9.5).to_parquet(folder / "purchases.parquet")
    return folder


def test_every_command_on_the_page_runs(place, quick_pictures, monkeypatch, capsys):
    monkeypatch.chdir(place)
    for command in commands():
        first, *words = shlex.split(command)
        if first == "crmlib":
            assert cli.main(words) == 0, command
        else:
            python, text = words[0:2], words[1]
            assert (first, python[0], words[2]) == ("python", "-c", ">"), command
            with (
                Path(words[3]).open("w", encoding="utf-8") as file,
                pytest.MonkeyPatch.context() as m,
            ):
                m.setattr(sys, "stdout", file)
                exec(text, {})
    for folder in ("practice_report", "report", "shared_report", "large_report"):
        assert (place / folder / "report.html").is_file()
    (code,) = blocks("python")
    (place / "prototype.py").write_text(code, encoding="utf-8")
    if "chance_to_buy_in_a_year" in code:
        (place / "report").rename(place / "own_report")
        (place / "practice_report").rename(place / "report")
    runpy.run_path(str(place / "prototype.py"))
    letter = pd.read_csv(place / "letter.csv")
    assert set(letter["group"]) <= {"letter", "nothing"}
    assert len(letter)


def test_every_setting_stands_on_the_page():
    page = PAGE.read_text(encoding="utf-8")
    missing = [name for name in SETTINGS if f"`{name}`" not in page]
    assert missing == []


def test_the_page_names_every_option_that_matters():
    page = PAGE.read_text(encoding="utf-8")
    for option in ("--customer", "--date", "--amount", "--survey", "--costs", "--config"):
        assert option in page
    assert "--pseudonymise" in page
    assert "--force" in page
