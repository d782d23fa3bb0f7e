"""The zip of a workshop: the same bytes each time, for students no solution, whole or not."""

import base64
import csv
import hashlib
import io
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from crmlib import cli
from crmlib.workshop import archive, bundle, course, wheelhouse
from crmlib.workshop import wheel as wheels
from tests.helpers import learner, small_course
from tests.helpers.notebooks import ROOT, read, solution_paths
from tests.helpers.small_course import cell, notebook

STUDENTS, TRAINERS = "crm_workshop_students", "crm_workshop_trainers"


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """A small course, in whose place crmlib finds its notebooks."""
    root = small_course.make(tmp_path / "course")
    monkeypatch.setattr(course, "CLONE", root)
    return root


def make(out: Path, *options: object, audience: str = "students") -> Path:
    assert cli.main(["bundle", "--for", audience, "--out", str(out), *map(str, options)]) == 0
    return out


def whole(path: Path) -> dict[str, bytes]:
    """Return every file of a zip, and of the crmlib that it installs, by name."""
    with zipfile.ZipFile(path) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    for name in [name for name in files if "/install/crmlib-" in name]:
        with zipfile.ZipFile(io.BytesIO(files.pop(name))) as inner:
            files |= {f"{name}/{inside}": inner.read(inside) for inside in inner.namelist()}
    return files


def text_of(name: str, content: bytes) -> str:
    if name.endswith(".ipynb"):
        return learner.whole_text(json.loads(content))
    return content.decode("utf-8", errors="replace")


def test_the_same_options_give_the_same_bytes(small, tmp_path):
    one = make(tmp_path / "one.zip").read_bytes()
    for path in small.rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700)
    assert make(tmp_path / "two.zip").read_bytes() == one
    with zipfile.ZipFile(tmp_path / "one.zip") as made:
        infos = made.infolist()
    assert {info.date_time for info in infos} == {(1980, 1, 1, 0, 0, 0)}
    assert {info.external_attr >> 16 for info in infos} == {0o100644}
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)


def test_the_order_of_files_does_not_count():
    files = {"b": b"2", "a": b"1" * 5000}
    assert archive.zipped(files) == archive.zipped(dict(sorted(files.items())))


def test_a_students_zip_holds_no_solution(small, tmp_path):
    files = whole(make(tmp_path / "students.zip"))
    assert not [name for name in files if "solutions" in name or "trainers" in name]
    assert not [name for name, content in files.items() if b"answer = 222" in content]
    assert f"{STUDENTS}/crm_course/exercises/02_value.ipynb" in files
    assert not [name for name in files if "backup" in name or "checkpoint" in name]


def test_a_trainers_zip_holds_solutions_and_guide(small, tmp_path):
    files = whole(make(tmp_path / "trainers.zip", audience="trainers"))
    course_folder = f"{TRAINERS}/crm_course"
    assert b"answer = 222" in files[f"{course_folder}/exercises/solutions/02_value.ipynb"]
    assert files[f"{course_folder}/docs/trainers/guide.md"] == b"What to say at 222."
    page = files[f"{TRAINERS}/READ_ME_FIRST.txt"].decode("utf-8-sig")
    assert "exercises/solutions" in page
    assert "docs/trainers" in page


@pytest.mark.parametrize("numbers", ["02", "2", " 02, "])
def test_only_the_notebooks_that_were_asked_for(numbers, small, tmp_path):
    files = whole(make(tmp_path / "two.zip", "--notebooks", numbers))
    there = {Path(name).name for name in files if name.endswith(".ipynb")}
    assert there == {"start.ipynb", "02_value.ipynb"}
    out = make(tmp_path / "trainers.zip", "--notebooks", numbers, audience="trainers")
    guide = {Path(name).name for name in whole(out) if "/trainers/" in name}
    assert guide == {"guide.md"}


def test_a_link_to_a_notebook_that_stays_behind_becomes_text(small, tmp_path):
    files = whole(make(tmp_path / "five.zip", "--notebooks", "05"))
    start = json.loads(files[f"{STUDENTS}/crm_course/notebooks/start.ipynb"])
    assert "".join(start["cells"][0]["source"]) == "two, [book](../docs/book.md), make"
    exercise = files[f"{STUDENTS}/crm_course/exercises/05_alive.ipynb"]
    assert exercise == (small / "exercises/05_alive.ipynb").read_bytes()


def refused(capsys, *options: object) -> str:
    with pytest.raises(SystemExit) as stopped:
        cli.main(["bundle", *map(str, options)])
    assert stopped.value.code == 2
    return capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--for", "students", "--notebooks", "02,14"), 'no notebook "14". Allowed: 02, 05'),
        (("--for", "students", "--notebooks", ","), "Allowed: 02, 05"),
        (("--for", "teachers"), '"teachers" is not allowed. Allowed: students, trainers'),
        (("--for", "students", "--lang", "fr"), '"fr" is not allowed. Allowed: en, zh'),
        (("--for", "students", "--system", "windows"), "--wheelhouse"),
        ((), "--for is missing"),
    ],
)
def test_a_wrong_option_is_told_what_is_allowed(options, text, small, tmp_path, capsys):
    assert text in refused(capsys, *options, "--out", tmp_path / "new" / "x.zip")
    assert not (tmp_path / "new").exists()


def test_a_zip_that_is_there_stays_unless_forced(small, tmp_path, capsys):
    out = tmp_path / "x.zip"
    out.write_bytes(b"mine")
    assert "--force" in refused(capsys, "--for", "students", "--out", out)
    assert out.read_bytes() == b"mine"
    make(out, "--force")
    assert zipfile.is_zipfile(out)


@pytest.mark.parametrize(("name", "text"), [("x.tar", "must end in .zip"), ("y.zip", "a folder")])
def test_a_wrong_name_is_refused(name, text, small, tmp_path, capsys):
    (tmp_path / "y.zip").mkdir()
    assert text in refused(capsys, "--for", "students", "--out", tmp_path / name)


def test_an_interrupted_zip_leaves_nothing(small, tmp_path, monkeypatch):
    write = archive.write_zip

    def stop(out, files):
        if isinstance(out, io.BytesIO):  # what installs the course comes first
            return write(out, files)
        out.write(b"half")
        raise KeyboardInterrupt

    out = tmp_path / "made" / "x.zip"
    out.parent.mkdir()
    out.write_bytes(b"before")
    monkeypatch.setattr(archive, "write_zip", stop)
    with pytest.raises(SystemExit) as stopped:
        make(out, "--force")
    assert stopped.value.code == 130
    assert [path.name for path in out.parent.iterdir()] == ["x.zip"]
    assert out.read_bytes() == b"before"


def test_an_exercise_with_somebodys_answers_is_not_handed_out(small, tmp_path, capsys):
    path = small / "exercises/02_value.ipynb"
    content = json.loads(path.read_bytes())
    content["cells"][0]["source"] = ["answer = 222"]
    path.write_text(json.dumps(content), encoding="utf-8")
    text = refused(capsys, "--for", "students", "--out", tmp_path / "x.zip")
    assert "exercises/02_value.ipynb" in text
    assert "make exercises" in text
    assert not (tmp_path / "x.zip").exists()
    make(tmp_path / "five.zip", "--notebooks", "05")


def test_an_exercise_that_was_run_is_handed_out_as_before(small, tmp_path):
    path = small / "exercises/02_value.ipynb"
    before = path.read_bytes()
    content = json.loads(before)
    content["cells"][0]["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x"}]
    path.write_text(json.dumps(content), encoding="utf-8")
    files = whole(make(tmp_path / "x.zip"))
    assert files[f"{STUDENTS}/crm_course/exercises/02_value.ipynb"] == before


@pytest.mark.parametrize(("audience", "kept"), [("students", False), ("trainers", True)])
def test_students_get_notebooks_without_results(audience, kept, small, tmp_path):
    path = small / "notebooks/02_value.ipynb"
    content = json.loads(path.read_bytes())
    cell = next(cell for cell in content["cells"] if cell["cell_type"] == "code")
    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "63%"}]
    path.write_text(json.dumps(content), encoding="utf-8")
    files = whole(make(tmp_path / "x.zip", audience=audience))
    inside = files[f"crm_workshop_{audience}/crm_course/notebooks/02_value.ipynb"]
    assert (b"63%" in inside) is kept


def test_a_students_copy_cannot_make_a_trainers_zip(small, tmp_path, capsys):
    for path in (small / "exercises/solutions").iterdir():
        path.unlink()
    text = refused(capsys, "--for", "trainers", "--out", tmp_path / "x.zip")
    assert "holds no solutions" in text


def test_a_changed_project_must_be_installed_again(small, tmp_path, capsys):
    (small / "pyproject.toml").write_text(
        '[project]\nname = "crmlib"\nversion = "99.0"\ndependencies = []\n', encoding="utf-8"
    )
    text = refused(capsys, "--for", "students", "--out", tmp_path / "x.zip")
    assert "changed since it was installed" in text
    assert "make lab" in text


# What installs it.


def test_the_record_of_the_wheel_is_right():
    name, content = wheels.build({"notebooks/start.ipynb": notebook(cell("x = 1"))})
    assert name.endswith("-py3-none-any.whl")
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        record = next(inside for inside in made.namelist() if inside.endswith("/RECORD"))
        rows = list(csv.reader(io.TextIOWrapper(made.open(record), encoding="utf-8")))
        assert sorted(row[0] for row in rows) == sorted(made.namelist())
        for path, digest, size in rows:
            if path != record:
                data = made.read(path)
                hashed = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).decode()
                assert (digest, int(size)) == (f"sha256={hashed.rstrip('=')}", len(data))


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory) -> Path:
    """A students' zip of the real course, unpacked, and crmlib installed from it by pip."""
    folder = tmp_path_factory.mktemp("unpacked")
    root = course.root()
    order = bundle.Order("students", "zh", tuple(course.numbers(root)))
    bundle.write(folder / "students.zip", bundle.contents(order, root))
    with zipfile.ZipFile(folder / "students.zip") as made:
        made.extractall(folder)
    installer = next((folder / STUDENTS / "install").glob("*.whl"))
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    options = ["--no-deps", "--no-index", "--no-compile", f"--target={folder / 'site'}"]
    subprocess.run([*pip, *options, str(installer)], check=True)
    return folder


def crmlib_from(folder: Path, *words: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRMLIB_")}
    return subprocess.run(
        [sys.executable, "-P", "-m", "crmlib", *words],
        cwd=folder / STUDENTS,
        env={**kept, "PYTHONPATH": str(folder / "site"), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_what_pip_installs_knows_the_unpacked_course(unpacked):
    done = crmlib_from(unpacked, "start", "--copy-only")
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1:] == ["Everything was there already."]
    settings = unpacked / STUDENTS / "crm_course" / "crmlib.toml"
    assert 'language = "zh"' in settings.read_text(encoding="utf-8")
    for name in bundle.LAB:
        inside = unpacked / "site/crmlib/_course" / name
        assert inside.read_bytes() == (ROOT / name).read_bytes()


def test_an_unpacked_trainers_zip_is_complete_and_stays_one_for_trainers(small, tmp_path, capsys):
    with zipfile.ZipFile(make(tmp_path / "x.zip", audience="trainers")) as made:
        made.extractall(tmp_path)
    unpacked_course = tmp_path / TRAINERS / "crm_course"
    capsys.readouterr()
    assert cli.main(["start", "--copy-only", str(unpacked_course)]) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["Everything was there already."]
    (small / "exercises/solutions/02_value.ipynb").write_bytes(notebook(cell("answer = 223")))
    assert cli.main(["start", "--copy-only", str(unpacked_course)]) == 0
    assert b"223" in (unpacked_course / "exercises/solutions/02_value.ipynb").read_bytes()


def test_a_zip_too_large_for_mail_is_named(small, tmp_path, monkeypatch, capsys):
    make(tmp_path / "x.zip")
    assert "e-mail" not in capsys.readouterr().out
    monkeypatch.setattr(bundle, "LARGEST_MAIL", 0)
    make(tmp_path / "y.zip", audience="trainers")
    said = capsys.readouterr().out.splitlines()
    assert "memory sticks" in said[-2]
    assert said[-1] == f"Unpack it and open {TRAINERS}/READ_ME_FIRST.txt."


def test_an_installed_copy_makes_the_same_zip(unpacked):
    done = crmlib_from(unpacked, *("bundle", "--for", "students", "--lang", "zh", "--out", "x.zip"))
    assert done.returncode == 0, done.stderr
    again = (unpacked / STUDENTS / "x.zip").read_bytes()
    assert again == (unpacked / "students.zip").read_bytes()


@pytest.mark.parametrize("solution", solution_paths(), ids=lambda path: path.stem)
def test_no_line_of_a_solution_is_in_the_students_zip(solution, unpacked):
    files = whole(unpacked / "students.zip")
    # Another theme may ask for a line that this one gives away: `import pandas as pd`.
    own = [name for name in files if name.endswith(f"/exercises/{solution.name}")]
    # to be read, and in what installs the course
    assert len(own) == 2 * (ROOT / "exercises" / solution.name).is_file()
    for name in (*own, *(name for name in files if name.endswith((".md", ".txt")))):
        leaked = learner.leaked_lines(read(solution), text_of(name, files[name]))
        if name.endswith((".md", ".txt")):  # a guide may import what a solution imports, too
            leaked = [line for line in leaked if not line.startswith("import ")]
        assert leaked == [], name


def test_nothing_of_the_solutions_is_in_the_students_zip(unpacked):
    files = whole(unpacked / "students.zip")
    notebooks = {name: text_of(name, files[name]) for name in files if name.endswith(".ipynb")}
    assert [name for name in files if "solutions/" in name or "/trainers/" in name] == []
    assert [name for name, text in notebooks.items() if "BEGIN SOLUTION" in text] == []
    secret = {hashlib.sha256(path.read_bytes()).digest() for path in solution_paths()}
    assert not secret & {hashlib.sha256(content).digest() for content in files.values()}


# The packages.

PINNED = """
pandas==3.1.1
    # via crmlib
pywinpty==3.1.2 ; os_name == 'nt'
appnope==1.0.0 ; sys_platform == 'darwin'
numpy==2.4.6 ; python_full_version < '3.12'
numpy==2.5.5 ; python_full_version >= '3.12'
soupsieve==2.10 ; python_full_version < '3.11.5'
soupsieve==4.1.2 ; python_full_version >= '3.11.5'
"""


def fake_pip(monkeypatch, status: int = 0, says: str = "ERROR: no network") -> list[list[str]]:
    """Let pip write a file for each package, and remember how it was called."""
    lines = []

    def run(line, **_options):
        lines.append(line)
        folder = next(Path(word[7:]) for word in line if word.startswith("--dest="))
        for word in line:
            if "==" in word and not word.startswith("-"):
                (folder / f"{word.replace('==', '-')}-py3-none-any.whl").write_bytes(b"")
        return subprocess.CompletedProcess(line, status, "", says)

    monkeypatch.setattr(wheelhouse.subprocess, "run", run)
    return lines


def test_each_system_gets_its_own_packages(tmp_path, monkeypatch):
    lines = fake_pip(monkeypatch)
    target = wheelhouse.Target("windows", "3.12")
    names = [path.name for path in wheelhouse.download(PINNED, target, tmp_path)]
    assert [name.split("-py3")[0] for name in names] == [
        *("numpy-2.5.5", "pandas-3.1.1", "pywinpty-3.1.2", "soupsieve-4.1.2")
    ]
    (line,) = lines
    assert {"--platform=win_amd64", "--python-version=3.12.0", "--abi=cp312"} <= set(line)


def test_early_and_late_pythons_of_one_year_get_theirs(tmp_path, monkeypatch):
    lines = fake_pip(monkeypatch)
    files = wheelhouse.download(PINNED, wheelhouse.Target("mac", "3.11"), tmp_path)
    names = {path.name.split("-py3")[0] for path in files}
    assert {"appnope-1.0.0", "numpy-2.4.6", "soupsieve-2.10", "soupsieve-4.1.2"} <= names
    assert lines[1][-1] == "soupsieve==4.1.2"


def test_packages_go_into_the_zip_and_the_page_says_for_whom(small, tmp_path, monkeypatch):
    fake_pip(monkeypatch)
    options = ("--wheelhouse", "--system", "windows", "--system", "mac", "--python", "3.12")
    files = whole(make(tmp_path / "x.zip", *options))
    page = files[f"{STUDENTS}/READ_ME_FIRST.txt"].decode("utf-8-sig")
    assert "Windows, Python 3.12; Mac, Python 3.12" in " ".join(page.split())
    assert "py -3.12 -m venv .venv" in page
    assert "--no-index -f install/wheelhouse" in page
    assert [name for name in files if f"{STUDENTS}/install/wheelhouse/pandas-3.1.1" in name]


NOT_FOUND = "ERROR: No matching distribution found for pandas==3.1.1"


@pytest.mark.parametrize(
    ("says", "told"),
    [
        ("ERROR: no network", "ERROR: no network"),
        (f"(from versions: none)\n{NOT_FOUND}", "needs the internet while the bundle is made"),
        (
            f"(from versions: 1, 2)\n{NOT_FOUND}",
            "For Linux, Python 3.14 the package pandas==3.1.1 is not",
        ),
    ],
)
def test_what_could_not_be_fetched_is_said_and_nothing_written(
    says, told, small, tmp_path, monkeypatch, capsys
):
    fake_pip(monkeypatch, 1, says)
    options = ("--for", "students", "--wheelhouse", "--system", "linux", "--python", "3.14")
    text = " ".join(refused(capsys, *options, "--out", tmp_path / "x.zip").split())
    assert told in text
    assert not (tmp_path / "x.zip").exists()
