"""The doctor names what is missing in words, with what to do, and with an exit status."""

import shutil
import socket

import pytest

from crmlib import cli
from crmlib.core import environment
from crmlib.core.environment import Finding, Report
from crmlib.workshop import course, doctor


@pytest.fixture
def quick(monkeypatch):
    """Without starting a kernel."""
    monkeypatch.setattr(doctor, "kernel", lambda: Finding("kernel", "one", "one"))


def test_where_all_is_there_the_status_is_0(capsys):
    assert cli.main(["doctor"]) == 0
    shown = capsys.readouterr()
    lines = shown.out.splitlines()
    assert lines[-1] == "Everything is there."
    assert lines[0].startswith("Looking at this computer.")
    assert all(line.startswith("✔ ") for line in lines[1:-2])
    assert shown.err == ""
    for word in ("Python", "pandas", "Chinese", "kernel", "sliders", "disk", "port", "course"):
        assert any(word in line for line in lines), word


def test_it_repeats_nothing_that_the_check_of_the_front_page_does(quick):
    findings = doctor.check().findings
    names = [one.what for one in findings]
    assert len(names) == len(set(names))
    assert findings[: len(environment.check().findings)] == environment.check().findings


def test_where_something_is_missing_the_status_is_1_and_the_line_says_what_to_do(
    quick, monkeypatch, capsys
):
    monkeypatch.setattr(doctor, "NEEDED_MEGABYTES", 10**9)
    assert cli.main(["doctor"]) == 1
    (line,) = [line for line in capsys.readouterr().out.splitlines() if line.startswith("✘")]
    assert "room on the disk" in line
    assert line.endswith("→ Delete files that you no longer need.")


def test_a_finding_is_one_line_also_where_the_advice_has_several():
    report = Report((Finding("a", "b", "c", "First.\nSecond."),))
    assert doctor.lines(report)[0] == "✘ a: c (needed: b) → First. Second."


def test_it_says_that_it_looks_before_it_looks(monkeypatch, capsys):
    def look(port):
        assert capsys.readouterr().out.startswith("Looking at this computer.")
        return Report(())

    monkeypatch.setattr(doctor, "check", look)
    assert cli.main(["doctor"]) == 0


@pytest.mark.parametrize(
    "question", ["import a_course_that_is_not_there", "print('/elsewhere/bin/python')", "1 / 0"]
)
def test_a_kernel_that_does_not_find_the_course_is_named(question):
    found = doctor.kernel(question)
    assert "python -m ipykernel install --sys-prefix" in found.advice


def test_a_kernel_that_does_not_exist_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    import nbclient

    monkeypatch.setattr(nbclient, "NotebookClient", lambda *_args, **_more: 1 / 0)
    assert "none: division by zero" in doctor.kernel().found


def test_a_missing_half_of_the_sliders_is_named(tmp_path):
    assert "jupyterlab-widgets" in doctor.sliders([str(tmp_path)]).advice
    assert doctor.sliders().advice == ""


def test_a_folder_that_cannot_be_written_to_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor.os, "access", lambda _folder, _how: False)
    assert f"You may not write in {tmp_path}" in doctor.disk(tmp_path).advice


def test_the_room_is_that_of_the_nearest_folder_that_is_there(tmp_path):
    free = shutil.disk_usage(tmp_path).free // 1_000_000
    found = int(doctor.disk(tmp_path / "not" / "yet").found.split(" ")[0].replace(",", ""))
    assert abs(found - free) < 2_000


def test_a_port_in_use_is_no_problem_while_the_next_one_is_free(monkeypatch):
    with socket.socket() as busy:
        busy.bind(("127.0.0.1", 0))
        port = busy.getsockname()[1]
        assert not doctor.is_free(port)
        monkeypatch.setattr(doctor, "is_free", lambda number: number == 5002)
        found = doctor.free_port(5000)
    assert found.found.startswith("5002 (another program uses 5000")
    assert found.advice == ""


def test_no_free_port_is_a_problem_with_a_way_out(monkeypatch):
    monkeypatch.setattr(doctor, "is_free", lambda _number: False)
    assert "crmlib start --port 8988" in doctor.free_port(8888).advice
    assert "crmlib start --port 8888" in doctor.free_port(65_535).advice


def test_a_course_without_notebooks_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(course, "CLONE", tmp_path)
    monkeypatch.setattr(course, "PACKAGE", tmp_path)
    assert "fetch a fresh copy" in doctor.notebooks().advice
