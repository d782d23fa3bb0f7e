"""The ledger: what the notebooks say about the claims, and the file that collects it."""

import csv
import io

import pytest

from crmlib import data
from crmlib.learning.verdicts import WORDS
from tests.helpers.notebooks import (
    ROOT,
    calls,
    cells_of,
    course_paths,
    is_checked,
    is_numbered,
    read,
)
from tools import verdicts

NUMBERED = [path for path in course_paths() if is_numbered(path)]


def claims_of(path) -> set[str]:
    claims = data.load("claims")
    return set(claims["id"][claims["notebook"] == path.stem[:2]])


def test_file_holds_what_the_notebooks_say():
    stored = (ROOT / verdicts.FILE).read_text(encoding="utf-8")
    assert stored == verdicts.written(verdicts.collected()), "run python -m tools.verdicts"


@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_notebook_says_a_verdict_on_each_of_its_claims(path):
    said = [row["claim"] for row in verdicts.said(path)]
    assert len(set(said)) == len(said)
    assert claims_of(path) <= set(said)


@pytest.mark.parametrize("path", NUMBERED, ids=lambda path: path.stem)
def test_every_verdict_stands_in_a_checked_cell(path):
    written, checked = 0, 0
    for _, cell in cells_of(read(path), "code"):
        count = sum(name in ("verdict", "learning.verdict") for name, _ in calls(cell))
        written += count
        checked += count * is_checked(cell)
    assert checked == written == len(verdicts.said(path))


def test_a_definition_gets_no_verdict_as_if_it_were_a_finding():
    claims = data.load("claims").set_index("id")
    found = {row["claim"]: row["verdict"] for row in verdicts.collected()}
    assert set(found.values()) <= set(WORDS.values())
    loud = {WORDS["holds"], WORDS["fails"]}
    definitions = claims.index[claims["type"] == "definition"].intersection(list(found))
    assert [name for name in definitions if found[name] in loud] == []


def test_collector_reads_what_verdict_prints(tmp_path, capsys):
    import nbformat

    from crmlib.learning import verdict

    verdict("C16", "arithmetic", "At {r:.0%}, +25%.", "no discount, first margin", r=0.75)
    output = nbformat.v4.new_output("stream", name="stdout", text=capsys.readouterr().out)
    cell = nbformat.v4.new_code_cell("", outputs=[output])
    (tmp_path / "notebooks").mkdir()
    nbformat.write(
        nbformat.v4.new_notebook(cells=[cell]), tmp_path / "notebooks" / "03_lifetime.ipynb"
    )
    (row,) = csv.DictReader(io.StringIO(verdicts.written(verdicts.collected(tmp_path))))
    assert row == {
        "claim": "C16",
        "notebook": "03",
        "verdict": WORDS["arithmetic"],
        "number": "At 75%, +25%.",
        "conditions": "no discount, first margin.",
    }
