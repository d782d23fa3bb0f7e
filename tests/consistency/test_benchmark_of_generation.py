"""The benchmark of the generator runs, and its page is about today's sizes; no times are judged."""

import re

import pytest

from benchmarks import generation


def test_a_tiny_company_is_measured(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(generation, "RESULTS", tmp_path / "generation.md")
    generation.main(["200"])
    page = capsys.readouterr().out
    assert re.search(r"^\| 200 \| [\d.,]+ \| [\d.,]+ \| [\d.]+ GB \| [\d.]+ MB \|$", page, re.M)
    # a size that was named writes nothing
    assert not generation.RESULTS.exists()


def test_a_row_tells_seconds_per_million():
    made = generation.Made(customers=200_000, seconds=50.0, memory=1_500_000_000, size=42_000_000)
    assert generation.row(made) == ("200,000", "50", "250", "1.5 GB", "42 MB")


def test_the_page_is_about_todays_sizes():
    page = generation.RESULTS.read_text(encoding="utf-8")
    shown = re.findall(r"^\| ([\d,]+) \|", page, re.M)
    assert shown == [f"{size:,}" for size in generation.SIZES]


def test_a_wrong_size_is_refused(capsys):
    with pytest.raises(SystemExit):
        generation.main(["many"])
    assert "invalid int value" in capsys.readouterr().err
