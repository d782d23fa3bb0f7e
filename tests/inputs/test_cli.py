"""The command line: what it writes, and what it says to wrong options."""

import gzip
import os
import re
import subprocess
import sys

import pandas as pd
import pytest

from crmlib import cli, data
from crmlib.core import terminal
from crmlib.core.layout import width_of
from crmlib.data.tables import find, find_latent
from crmlib.data.validation import examine
from crmlib.workshop import course, lab
from crmlib.world import files, groups
from tests.helpers.tree import ROOT
from tests.helpers.world import world

SMALL = ("world", "--customers", "200", "--seed", "7")
FEW = ("customers", "transactions", "b2b_quarters", "truth/customers")


def run(*options: object) -> int:
    return cli.main([*SMALL, *map(str, options)])


def refused(capsys, *options: object) -> str:
    with pytest.raises(SystemExit) as stopped:
        run(*options)
    assert stopped.value.code == 2
    return capsys.readouterr().err


def test_the_whole_company_is_written_and_can_be_loaded(tmp_path, capsys):
    assert run("--out", tmp_path / "company") == 0
    folder = tmp_path / "company"
    for name in ("customers", "transactions", "b2b_accounts"):
        pd.testing.assert_frame_equal(data.load(name, folder), world(7, 200).table(name))
    latent = data.truth_table("customers", folder)
    pd.testing.assert_frame_equal(latent, world(7, 200).table("truth/customers"))
    assert data.truth("purchases.r", folder) == 0.45
    written = [path for path in folder.rglob("*") if path.is_file()]
    assert len(written) == len(groups.makers()) + 1
    assert not [path for path in written if path.name.endswith(".part")]
    progress = capsys.readouterr().err.splitlines()
    assert len(progress) == len(written)
    assert progress[0].startswith(f"[1/{len(written)}] truth/customers.csv.gz: 200 rows, ")


@pytest.mark.parametrize("name", FEW)
def test_parquet_keeps_values_and_types(name, tmp_path, monkeypatch):
    # several slices, the last one not full
    monkeypatch.setattr(files, "SLICE", 70)
    run("--out", tmp_path, "--format", "parquet", "--tables", name)
    schema = find_latent(name) if name.startswith("truth/") else find(name)
    frame = pd.read_parquet(tmp_path / f"{name}.parquet")
    pd.testing.assert_frame_equal(frame, world(7, 200).table(name))
    assert examine(frame, schema)[1] == []


def test_slices_of_text_are_the_whole_text(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "SLICE", 70)
    run("--out", tmp_path, "--tables", "customers", "b2b_quarters")
    for name in ("customers", "b2b_quarters"):
        pd.testing.assert_frame_equal(data.load(name, tmp_path), world(7, 200).table(name))


def test_the_same_options_give_the_same_bytes(tmp_path):
    for folder in ("one", "other"):
        run("--out", tmp_path / folder, "--tables", "customers")
    one, other = (tmp_path / folder / "customers.csv.gz" for folder in ("one", "other"))
    assert one.read_bytes() == other.read_bytes()
    assert b"customers.csv" not in gzip.decompress(one.read_bytes())[:200]


def test_only_the_tables_asked_for_are_written_once(tmp_path):
    run("--out", tmp_path, "--tables", "b2b_trust", "b2b_trust", "b2b_accounts")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b2b_accounts.csv", "b2b_trust.csv"]


def test_a_scenario_by_name_and_by_file(tmp_path):
    mine = tmp_path / "mine.toml"
    mine.write_text("[b2b_quarters]\nhours_per_visit = 8", encoding="utf-8")
    run("--out", tmp_path / "luxury", "--scenario", "luxury", "--tables", "transactions")
    run("--out", tmp_path / "mine", "--scenario", mine, "--tables", "b2b_quarters")
    orders = data.load("transactions", tmp_path / "luxury")
    pd.testing.assert_frame_equal(orders, world(7, 200, "luxury").table("transactions"))
    hours = data.load("b2b_quarters", tmp_path / "mine")["hours"]
    assert hours.sum() > 1.3 * world(7, 200).table("b2b_quarters")["hours"].sum()


def test_nothing_is_replaced_unless_forced(tmp_path, capsys):
    run("--out", tmp_path, "--tables", "b2b_trust")
    before = (tmp_path / "b2b_trust.csv").read_bytes()
    options = ("--out", tmp_path, "--seed", 8, "--tables", "b2b_accounts", "b2b_trust")
    text = refused(capsys, *options)
    assert "b2b_trust.csv" in text
    assert "--force" in text
    assert "b2b_accounts.csv" not in text
    # all or nothing
    assert [path.name for path in tmp_path.iterdir()] == ["b2b_trust.csv"]
    assert (tmp_path / "b2b_trust.csv").read_bytes() == before
    assert run(*options, "--force") == 0
    assert (tmp_path / "b2b_trust.csv").read_bytes() != before


def test_an_interrupted_run_leaves_no_half_a_file(tmp_path, monkeypatch):
    def stop(frame, path):
        path.write_text("half", encoding="utf-8")
        raise KeyboardInterrupt

    monkeypatch.setattr(files, "write_csv", stop)
    with pytest.raises(SystemExit) as stopped:
        run("--out", tmp_path, "--tables", "b2b_trust")
    assert stopped.value.code == 130
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--tables", "customer"), 'no table "customer". Allowed: customers, '),
        (("--scenario", "luxurious"), 'no scenario "luxurious". Allowed: luxury, telecom'),
        (("--format", "xlsx"), 'no format "xlsx". Allowed: csv, parquet'),
        (("--customers", "12"), "customers is 12; expected a whole number, 200 or more"),
        (("--seed", "-1"), "seed is -1; expected a whole number, 0 or more"),
        (("--seed", "x"), "--seed"),
        (("--tables",), "--tables"),
    ],
)
def test_a_wrong_option_is_told_what_is_allowed(options, text, tmp_path, capsys):
    assert text in refused(capsys, "--out", tmp_path / "new", *options)
    assert not (tmp_path / "new").exists()


def test_a_wrong_parameter_in_a_file_is_told_which_and_why(tmp_path, capsys):
    mine = tmp_path / "mine.toml"
    mine.write_text("[b2b_quarters]\nresponse = 1.5", encoding="utf-8")
    text = refused(capsys, "--out", tmp_path / "new", "--scenario", mine)
    assert "b2b_quarters.response is 1.5; allowed: 0.0 to 0.99" in text


def test_a_file_in_the_folders_place_is_named(tmp_path, capsys):
    (tmp_path / "new").write_text("", encoding="utf-8")
    assert "new" in refused(capsys, "--out", tmp_path / "new", "--tables", "products")


def test_parquet_without_pyarrow_is_told_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    text = refused(capsys, "--out", tmp_path / "new", "--format", "parquet")
    assert "crmlib[engines]" in text
    assert not (tmp_path / "new").exists()


def test_the_module_can_be_run():
    command = [sys.executable, "-m", "crmlib", "world", "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    for option in ("--customers", "--seed", "--scenario", "--out", "--format", "--tables"):
        assert option in done.stdout


def test_without_a_command_the_help_is_shown(capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main([], program="python -m crmlib")
    assert stopped.value.code == 2
    text = capsys.readouterr().err
    assert "Usage: python -m crmlib command" in text
    for name in cli.commands.commands:
        assert f"\n  {name} " in text


def helps(capsys) -> dict[str, str]:
    """Return the help of each command, and of all."""
    found = {}
    for name in ("", *cli.commands.commands):
        assert cli.main([*([name] if name else []), "--help"]) == 0
        found[name] = capsys.readouterr().out
    return found


def test_every_option_of_every_command_is_explained(capsys):
    for name, text in helps(capsys).items():
        rows = text.splitlines()
        places = [place for place, row in enumerate(rows) if row.startswith("  --")]
        assert places, name
        for place in places:
            beside = "  " in rows[place].strip()
            assert beside or rows[place + 1].startswith("    "), rows[place]
        assert max(map(len, text.splitlines())) < 100


def test_every_word_of_the_help_is_looked_up_when_it_is_shown(monkeypatch, capsys):
    before = helps(capsys)
    # a place such as {name} has to stay
    words = re.compile("(?<!{)\\b[a-zA-Z]{2,}(?!})")
    monkeypatch.setattr(terminal, "_", lambda text: words.sub("客户", text))
    for name, text in helps(capsys).items():
        # What remains are names: of commands, options, files, and what stands for them.
        program = {"crmlib", "command", "FOLDER", "PURCHASES", *cli.commands.commands}
        typed = {one for line in before[name].splitlines() for one in typed_in(line)}
        words = set(re.findall("[a-zA-Z]{2,}", text))
        assert words <= program | typed, name


def typed_in(line: str) -> list[str]:
    """Return the words of a line that are typed: an option, or an example."""
    if not line.startswith("  "):
        return []
    first = line if "crmlib " in line else line.strip().split("  ")[0]
    return re.findall("[a-zA-Z]{2,}", first)


def test_long_chinese_lines_are_broken(monkeypatch, capsys):
    monkeypatch.setattr(terminal, "_", lambda text: "客户" * 60 if len(text) > 60 else text)
    for text in helps(capsys).values():
        assert max(map(width_of, text.splitlines())) <= 88


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("bundel",), 'no command "bundel". Did you mean "bundle"? There are: start, doctor'),
        (("start", "--prot", "1"), 'no option "--prot". Did you mean "--port"?'),
        (("start", "--port"), 'must stand behind the option "--port"'),
        (("start", "--port", "x"), '--port: "x" is not a whole number'),
        (("start", "--port", "0"), "--port: 0 is not allowed. Allowed: 1 to 65535"),
        (("start", "--language", "fr"), '"fr" is not allowed. Allowed: en, zh'),
        (("start", "a", "b"), '"b" is one word too many'),
        (("world",), "--out is missing"),
        (("--wrong",), 'no option "--wrong"'),
    ],
)
def test_a_wrong_line_is_answered_in_words(words, text, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as stopped:
        cli.main(words)
    assert stopped.value.code == 2
    said = capsys.readouterr().err
    assert text in said
    assert "--help" in said
    assert list(tmp_path.iterdir()) == []


def test_start_refuses_a_file_and_the_courses_own_folder(tmp_path, capsys):
    file = tmp_path / "file"
    file.touch()
    for folder, text in ((file, "is a file"), (course.root(), "the course's own folder")):
        with pytest.raises(SystemExit) as stopped:
            cli.main(["start", "--copy-only", str(folder)])
        assert stopped.value.code == 2
        assert text in capsys.readouterr().err


def test_start_without_jupyterlab_says_what_to_do_and_copies_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(lab, "find_spec", lambda _name: None)
    with pytest.raises(SystemExit):
        cli.main(["start", str(tmp_path / "new")])
    assert "pip install jupyterlab" in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def test_a_course_that_cannot_be_found_is_said(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(course, "CLONE", tmp_path)
    monkeypatch.setattr(course, "PACKAGE", tmp_path)
    with pytest.raises(SystemExit):
        cli.main(["start", "--copy-only", str(tmp_path / "new")])
    assert "install crmlib again" in capsys.readouterr().err


def test_a_file_that_cannot_be_written_is_named(tmp_path, capsys):
    # notebooks would have to be a folder
    (tmp_path / "notebooks").touch()
    with pytest.raises(SystemExit) as stopped:
        cli.main(["start", "--copy-only", str(tmp_path)])
    assert stopped.value.code == 2
    text = capsys.readouterr().err
    assert str(tmp_path / "notebooks") in text
    assert "Errno" not in text


def test_settings_that_cannot_be_read_stop_every_command(tmp_path, monkeypatch, capsys):
    monkeypatch.delenv("CRMLIB_LANGUAGE")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "crmlib.toml").write_text("language = zh", encoding="utf-8")
    for words in (["doctor"], ["start", "--copy-only"], ["--help"], ["nothing"]):
        with pytest.raises(SystemExit) as stopped:
            cli.main(words)
        assert stopped.value.code == 2
        assert "cannot be understood" in capsys.readouterr().err


HELP = """
import sys
from crmlib import cli
cli.main(["bundle", "--help"])
heavy = {"pandas", "numpy", "matplotlib", "scipy", "jupyterlab", "jupyter_client", "ipywidgets"}
print("loaded:", sorted(heavy & set(sys.modules)))
"""


def test_help_loads_nothing_heavy_and_a_poor_terminal_can_show_it():
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", HELP], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "loaded: []" in done.stdout
