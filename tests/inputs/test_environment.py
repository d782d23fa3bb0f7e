"""The environment check says in plain language what is missing, and what to do."""

import subprocess
import sys

import pytest

from crmlib.core import environment, settings


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that pretends to install a package of this version and these wishes."""
    monkeypatch.syspath_prepend(tmp_path)

    def pretend(name: str, version: str | None, wishes: tuple[str, ...] = (), python: str = ""):
        folder = tmp_path / f"{name.replace('-', '_')}-{version or 0}.dist-info"
        folder.mkdir()
        lines = ["Metadata-Version: 2.1", f"Name: {name}"]
        lines += [f"Version: {version}"] if version else []
        lines += [f"Requires-Python: {python}"] if python else []
        lines += [f"Requires-Dist: {wish}" for wish in wishes]
        (folder / "METADATA").write_text("\n".join(lines) + "\n")

    return pretend


def finding(report: environment.Report, beginning: str) -> environment.Finding:
    (found,) = [found for found in report.findings if found.what.startswith(beginning)]
    return found


def test_the_course_has_everything_that_it_needs():
    report = environment.check()
    assert report.problems == ()
    assert report.verdict == "Everything is there."
    names = {found.what.split(" ")[0] for found in report.findings}
    assert {"Python", "pandas", "jupyterlab", "jupyterlab-widgets", "Chinese", "tables"} <= names


def test_a_missing_package_is_named_with_what_to_do(install):
    install("pretend-course", "1.0", ("pretend-tables>=3,<4",))
    report = environment.check("pretend-course")
    found = finding(report, "pretend-tables")
    assert (found.needed, found.found) == ("3 or newer, below 4", "nothing")
    assert 'pip install "pretend-tables<4,>=3"' in found.advice
    assert report.verdict == "One thing is missing or does not fit: pretend-tables."


@pytest.mark.parametrize(
    ("version", "fits"),
    [("2.9", False), ("3.0", True), ("3.10.2", True), ("4.0", False), ("3.5.dev1", True)],
)
def test_a_package_fits_when_it_is_within_its_range(install, version, fits):
    install("pretend-course", "1.0", ("pretend-tables>=3,<4",))
    install("pretend-tables", version)
    found = finding(environment.check("pretend-course"), "pretend-tables")
    assert found.found == version
    assert (found.advice == "") is fits


def test_a_half_installed_package_is_missing(install):
    install("pretend-course", "1.0", ("pretend-tables>=3",))
    install("pretend-tables", None)
    assert finding(environment.check("pretend-course"), "pretend-tables").advice


def test_packages_of_an_extra_are_not_asked_for(install):
    install("pretend-course", "1.0", ('pretend-tests>=1; extra == "test"',))
    assert environment.check("pretend-course").problems == ()


def test_the_half_of_the_sliders_that_jupyterlab_shows_is_asked_for(install):
    install("pretend-course", "1.0", ("ipywidgets>=8",))
    install("ipywidgets", "8.1.9", ("jupyterlab_widgets~=99.0",))
    found = finding(environment.check("pretend-course"), "jupyterlab-widgets")
    assert found.needed == "99.0 or a later one like it"
    assert 'pip install "jupyterlab-widgets~=99.0"' in found.advice


def test_an_older_python_is_named_with_what_to_do(install):
    install("pretend-course", "1.0", python=">=3.99")
    found = finding(environment.check("pretend-course"), "Python")
    assert found.needed == "3.99 or newer"
    assert "make lab PYTHON=" in found.advice


def test_a_course_that_is_not_installed_is_named():
    report = environment.check("pretend-course")
    assert "python -m pip install --editable ." in finding(report, "pretend-course").advice


def test_several_problems_are_counted(install):
    install("pretend-course", "1.0", ("pretend-a>=1", "pretend-b>=1"))
    assert environment.check("pretend-course").verdict == (
        "2 things are missing or do not fit: pretend-a, pretend-b."
    )


def test_a_font_that_is_missing_or_broken_is_named(monkeypatch, tmp_path):
    from crmlib.core import figures

    file = tmp_path / "broken.otf"
    for spoil in (lambda: None, lambda: file.write_bytes(b"no font")):
        spoil()
        monkeypatch.setattr(figures, "FONT_FILE", file)
        found = finding(environment.check(), "Chinese characters")
        assert "fresh copy of the file crmlib/core/fonts/broken.otf" in found.advice


def test_the_check_works_without_the_packages_that_it_looks_for():
    hidden = "import sys\nfor name in ('matplotlib', 'pandas', 'numpy', 'ipywidgets'):\n"
    code = "    sys.modules[name] = None\nfrom crmlib.core import environment\n"
    shown = "print(environment.check())"
    done = subprocess.run(
        [sys.executable, "-c", hidden + code + shown], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Install matplotlib first." in done.stdout


def test_your_own_tables_come_first_and_must_be_there(monkeypatch, tmp_path):
    monkeypatch.setenv("CRMLIB_DATA", str(tmp_path))
    assert "your own folder first" in finding(environment.check(), "tables").found
    monkeypatch.setenv("CRMLIB_DATA", str(tmp_path / "gone"))
    found = finding(environment.check(), "tables")
    assert str(tmp_path / "gone") in found.advice
    assert "crmlib.toml" in found.advice


def test_a_learner_folder_that_cannot_be_made_is_named(monkeypatch, tmp_path):
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setenv("CRMLIB_LEARNER", str(file / "my_course"))
    found = finding(environment.check(), "your predictions")
    assert str(file / "my_course") in found.advice
    monkeypatch.setenv("CRMLIB_LEARNER", str(tmp_path / "not" / "yet"))
    assert finding(environment.check(), "your predictions").advice == ""


def test_settings_that_cannot_be_read_are_an_error_in_words(tmp_path, monkeypatch):
    monkeypatch.delenv("CRMLIB_LANGUAGE")
    (tmp_path / "crmlib.toml").write_text("language = zh")
    with pytest.raises(settings.SettingsError, match=r"crmlib\.toml cannot be understood"):
        environment.check(start=tmp_path)


def test_a_report_shows_the_same_as_text_and_as_a_table(install):
    install("pretend-course", "1.0", ("pretend-tables>=3",))
    report = environment.check("pretend-course")
    text, table = repr(report), report._repr_html_()
    for part in (report.verdict, "pretend-tables", "3 or newer"):
        assert part in text
        assert part in table
    assert 'install "pretend-tables>=3"' in text
    assert "install &quot;pretend-tables&gt;=3&quot;" in table


@pytest.mark.parametrize("rate", [0.5, 0.95])
def test_the_slider_can_be_moved_to_its_ends(rate):
    trial = environment.try_slider()
    before = trial.image.value
    trial.controls["rate"].value = rate
    assert trial.sentence == (
        f"If {rate:.0%} of the customers stay each year, {100 * rate**5:.0f} of 100 are left "
        "after five years."
    )
    assert trial.image.value != before
