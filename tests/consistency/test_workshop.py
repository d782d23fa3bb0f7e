"""A learner's working folder: what is copied into it, what stays, what can be run there."""

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from jupyterlab_server.settings_utils import get_settings
from nbclient import NotebookClient

from crmlib import cli
from crmlib.workshop import course, lab, links, notebook_file, working_folder
from tests.helpers import layout, small_course
from tests.helpers.notebooks import ROOT, course_paths, read
from tests.helpers.small_course import cell, notebook
from tools import exercises

FIVE = "notebooks/05_alive.ipynb"


@pytest.fixture
def small(tmp_path, monkeypatch) -> Path:
    """A small course, in whose place crmlib finds its notebooks."""
    root = small_course.make(tmp_path / "course")
    monkeypatch.setattr(course, "CLONE", root)
    monkeypatch.delenv("CRMLIB_LANGUAGE")
    monkeypatch.chdir(tmp_path)
    return root


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "mine"


def start(*options: object) -> int:
    return cli.main(["start", "--copy-only", *map(str, options)])


def files_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


COPIED = {
    *("notebooks/start.ipynb", "notebooks/02_value.ipynb", FIVE),
    *("exercises/02_value.ipynb", "exercises/05_alive.ipynb"),
    *("datasets/README.md", "datasets/sales.csv", "datasets/truth/truth.json"),
    *("docs/book.md", "docs/pictures/book.png", "docs/world.md", "LICENSE-TEXT"),
}


def test_the_course_is_copied_without_solutions_and_without_what_lies_about(small, folder, capsys):
    assert start(folder) == 0
    assert files_in(folder) == COPIED | {"crmlib.toml", ".crm_course.json"}
    said = capsys.readouterr().out
    assert str(folder) in said
    assert f"{len(COPIED)} files copied." in said


def test_a_second_time_changes_nothing(small, folder, capsys):
    start(folder)
    before = {name: (folder / name).stat().st_mtime_ns for name in COPIED | {"crmlib.toml"}}
    capsys.readouterr()
    start(folder)
    assert {name: (folder / name).stat().st_mtime_ns for name in before} == before
    assert "Everything was there already." in capsys.readouterr().out


def test_trainers_get_solutions_and_guide_and_keep_them(small, folder, capsys):
    start(folder, "--for", "trainers")
    theirs = {"exercises/solutions/02_value.ipynb", "docs/trainers/guide.md"}
    assert theirs <= files_in(folder)
    (folder / "docs/trainers/guide.md").unlink()
    capsys.readouterr()
    start(folder)
    assert theirs <= files_in(folder)
    assert "1 file copied." in capsys.readouterr().out


def test_without_a_name_the_folder_is_here_or_this_one(small, tmp_path, monkeypatch):
    start()
    assert (tmp_path / "crm_course" / FIVE).is_file()
    monkeypatch.chdir(tmp_path / "crm_course")
    start()
    assert not (tmp_path / "crm_course" / "crm_course").exists()


def test_an_unchanged_file_gets_the_new_version(small, folder, capsys):
    start(folder)
    small_course.write(small, {"datasets/sales.csv": b"new", FIVE: notebook(cell("x = 6"))})
    capsys.readouterr()
    start(folder)
    assert (folder / "datasets/sales.csv").read_bytes() == b"new"
    assert read(folder / FIVE)["cells"][0]["source"] == "x = 6"
    assert "2 files brought up to date." in capsys.readouterr().out


def written_in(path: Path, source: str) -> bytes:
    """Let a learner write in a notebook's first cell; return the file's bytes."""
    content = json.loads(path.read_bytes())
    content["cells"][0]["source"] = [source]
    path.write_text(json.dumps(content), encoding="utf-8")
    return path.read_bytes()


def run_in(path: Path) -> bytes:
    """Let a learner run a notebook; return the file's bytes."""
    content = json.loads(path.read_bytes())
    ran = [one for one in content["cells"] if one["cell_type"] == "code"]
    for number, one in enumerate(ran, 1):
        one["execution_count"] = number
        one["outputs"] = [{"output_type": "stream", "name": "stdout", "text": ["hello"]}]
    path.write_text(json.dumps(content), encoding="utf-8")
    return path.read_bytes()


@pytest.mark.parametrize("name", ["exercises/05_alive.ipynb", FIVE])
def test_a_changed_file_stays_and_nothing_is_laid_beside_it(name, small, folder, capsys):
    start(folder)
    mine = written_in(folder / name, "my answer")
    capsys.readouterr()
    start(folder)
    assert (folder / name).read_bytes() == mine
    assert files_in(folder) == COPIED | {"crmlib.toml", ".crm_course.json"}
    assert f"Kept as you changed it: {name}\n" in capsys.readouterr().out


def test_a_changed_file_stays_and_the_new_version_is_laid_beside_it(small, folder, capsys):
    start(folder)
    mine = written_in(folder / FIVE, "my answer")
    small_course.write(small, {FIVE: notebook(cell("x = 6"))})
    capsys.readouterr()
    start(folder)
    beside = "notebooks/05_alive (new version).ipynb"
    assert (folder / FIVE).read_bytes() == mine
    assert (folder / beside).read_bytes() == (small / FIVE).read_bytes()
    said = capsys.readouterr().out
    assert f"Kept as you changed it: {FIVE}. The course has a new version: {beside}" in said
    # once only: it does not come back when the learner has thrown it away
    (folder / beside).unlink()
    start(folder)
    assert not (folder / beside).exists()
    # and the next version gets a name of its own, if the place is taken
    (folder / beside).write_bytes(b"the learner's")
    small_course.write(small, {FIVE: notebook(cell("x = 7"))})
    start(folder)
    assert (folder / beside).read_bytes() == b"the learner's"
    second = folder / "notebooks/05_alive (new version 2).ipynb"
    assert read(second)["cells"][0]["source"] == "x = 7"


def test_a_notebook_that_was_only_run_is_not_changed(small, folder, capsys):
    start(folder)
    run = run_in(folder / FIVE)
    capsys.readouterr()
    start(folder)
    assert (folder / FIVE).read_bytes() == run
    assert "Everything was there already." in capsys.readouterr().out
    small_course.write(small, {FIVE: notebook(cell("x = 6"))})
    start(folder)
    assert read(folder / FIVE)["cells"][0]["source"] == "x = 6"


def test_a_file_that_was_thrown_away_comes_back(small, folder):
    start(folder)
    (folder / FIVE).unlink()
    start(folder)
    assert (folder / FIVE).is_file()


@pytest.mark.parametrize("manifest", [None, b"", b"[]", b'{"a": 1}', b"\xff"])
def test_without_its_list_nothing_of_the_learners_is_lost(manifest, small, folder):
    start(folder)
    mine = written_in(folder / FIVE, "my answer")
    (folder / ".crm_course.json").unlink()
    if manifest is not None:
        (folder / ".crm_course.json").write_bytes(manifest)
    start(folder)
    assert (folder / FIVE).read_bytes() == mine
    assert (folder / "notebooks/05_alive (new version).ipynb").is_file()


def test_an_own_file_of_the_same_name_stays(small, folder):
    small_course.write(folder, {"datasets/sales.csv": b"my sales"})
    start(folder)
    assert (folder / "datasets/sales.csv").read_bytes() == b"my sales"
    assert (folder / "datasets/sales (new version).csv").read_bytes() == small_course.DATA


def test_the_language_is_set_and_can_be_changed(small, folder):
    start(folder, "--language", "zh")
    settings = folder / "crmlib.toml"
    assert 'language = "zh"' in settings.read_text(encoding="utf-8")
    start(folder)
    assert 'language = "zh"' in settings.read_text(encoding="utf-8")
    mine = "# mine\nlanguage = 'zh'  # 中文\nlearner = \"answers\"\n"
    settings.write_text(mine, encoding="utf-8")
    start(folder)
    assert settings.read_text(encoding="utf-8") == mine
    start(folder, "--lang", "en")
    assert settings.read_text(encoding="utf-8") == mine.replace("'zh'", '"en"')
    settings.write_text('learner = "answers"\n', encoding="utf-8")
    start(folder, "--language", "zh")
    assert settings.read_text(encoding="utf-8") == 'language = "zh"\nlearner = "answers"\n'


def test_an_interrupted_copy_leaves_whole_files_and_can_go_on(small, folder, monkeypatch):
    write, done = working_folder.write_whole, []

    def stop_at_the_fifth(path, content):
        done.append(path)
        if len(done) == 5:
            raise KeyboardInterrupt
        write(path, content)

    monkeypatch.setattr(working_folder, "write_whole", stop_at_the_fifth)
    with pytest.raises(SystemExit) as stopped:
        start(folder)
    assert stopped.value.code == 130
    assert len(files_in(folder)) == 5  # four of the course, and the list of them
    assert not [name for name in files_in(folder) if name.endswith(".part")]
    start(folder)
    assert files_in(folder) == COPIED | {"crmlib.toml", ".crm_course.json"}


def test_a_document_that_is_linked_to_comes_along_and_other_links_become_text(small, folder):
    start(folder)
    text = read(folder / "notebooks/start.ipynb")["cells"][0]["source"]
    assert text == "[two](02_value.ipynb), [book](../docs/book.md), make"
    card = (folder / "datasets/README.md").read_text(encoding="utf-8")
    assert card == "The [world](../docs/world.md#traps), rules."
    assert (folder / "docs/world.md").read_text(encoding="utf-8") == "The world. Guide"


def test_jupyterlab_is_started_as_make_lab_does(small, folder, monkeypatch):
    seen = {}

    def remember(place, line, variables):
        seen.update(place=place, line=line, variables=variables)
        return 0

    monkeypatch.setattr(lab, "open_in", remember)
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "before")
    options = ["--no-browser", "--port", "8899", "--jupyter=--allow-root"]
    assert cli.main(["start", str(folder), *options]) == 0
    assert seen["place"] == folder
    assert seen["line"][:3] == [sys.executable, "-m", "jupyterlab"]
    assert seen["line"][4:] == ["--no-browser", "--port=8899", "--allow-root"]
    assert seen["variables"]["JUPYTER_CONFIG_PATH"] == f"{small}{os.pathsep}before"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert f"-m jupyterlab {seen['line'][3]} " in makefile


def test_in_jupyterlab_a_link_to_a_page_opens_the_page_not_its_source(monkeypatch, tmp_path):
    monkeypatch.setenv("JUPYTER_CONFIG_DIR", str(tmp_path))
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", lab.environment(ROOT, {})["JUPYTER_CONFIG_PATH"])
    schemas = Path(sys.prefix, "share/jupyter/lab/schemas")
    documents = "@jupyterlab/docmanager-extension:plugin"
    found, _warnings = get_settings("", str(schemas), str(tmp_path), documents)
    viewers = found["schema"]["properties"]["defaultViewers"]["default"]
    assert viewers == {"markdown": "Markdown Preview"}


@pytest.mark.skipif(os.name != "posix", reason="only here JupyterLab takes the program's place")
def test_jupyterlabs_exit_status_is_handed_on(tmp_path):
    line = [sys.executable, "-c", "import os, sys; print(os.getcwd()); sys.exit(3)"]
    code = f"from crmlib.workshop import lab; lab.open_in({str(tmp_path)!r}, {line!r}, {{}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (3, str(tmp_path))


def test_the_exercises_tool_and_the_copy_know_a_changed_file_by_the_same_mark():
    assert exercises.fingerprint is notebook_file.fingerprint


# The course itself.


@pytest.fixture(scope="module")
def real(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("real")
    root = course.root()
    working_folder.fill(folder, course.selection(root), "en", root)
    return folder


def test_every_notebook_is_there_and_no_solution(real):
    names = {path.name for path in course_paths()}
    assert {path.name for path in (real / "notebooks").iterdir()} == names
    assert not (real / "exercises" / "solutions").exists()
    assert not (real / "docs" / "trainers").exists()


def test_every_link_of_the_copied_course_leads_somewhere(real):
    dead = {}
    for path in real.rglob("*.ipynb"):
        dead[path.name] = layout.links(read(path), path.parent)
    for path in real.rglob("*.md"):
        name = path.relative_to(real).as_posix()
        targets = links.targets(name, path.read_text(encoding="utf-8"))
        dead[name] = [target for target in targets if not (real / target).exists()]
    assert {name: found for name, found in dead.items() if found} == {}


LOOK = """
from pathlib import Path
from crmlib import data
from crmlib.core import settings
from crmlib.data import places, tables
print(settings.read().source, settings.read().language)
print(places.locate(tables.find("cdnow")))
print(data.truth("purchases.r"))
"""


def test_a_copied_notebook_runs_with_the_settings_of_its_folder(real, tmp_path):
    notebook = nbformat.read(real / "notebooks/start.ipynb", as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(LOOK))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRMLIB_")}
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        resources={"metadata": {"path": str(real / "notebooks")}},
        timeout=300,
    )
    client.execute(env={**kept, "IPYTHONDIR": str(tmp_path)})
    printed = notebook.cells[-1].outputs[0].text.splitlines()
    table = real / "datasets/real/cdnow.csv.gz"
    assert printed == [f"{real / 'crmlib.toml'} en", str(table), "0.45"]
