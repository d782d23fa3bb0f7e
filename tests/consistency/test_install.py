"""What an installation brings: pinned versions, conda's environment, the course in the wheel."""

import io
import os
import subprocess
import sys
import tomllib
import zipfile
from email.parser import BytesParser
from pathlib import Path

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name

from crmlib.workshop import wheel as workshop_wheel
from tests.helpers.tree import ROOT, kept_files

# Where conda-forge's name for a package differs from PyPI's.
CONDA_NAMES = {"matplotlib": "matplotlib-base"}


def project() -> dict:
    """Return the project table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def environment() -> tuple[list[str], list[str]]:
    """Return the specs of environment.yml for conda, and those it leaves to pip."""
    content = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
    specs = [spec for spec in content["dependencies"] if isinstance(spec, str)]
    by_pip = [spec["pip"] for spec in content["dependencies"] if isinstance(spec, dict)]
    return specs, by_pip[0]


def pinned(name: str) -> list[Requirement]:
    """Return the requirements of a pinned requirements file."""
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.lstrip().startswith("#")]


def test_conda_has_the_names_and_ranges_of_pyproject():
    wanted = set()
    for text in project()["dependencies"]:
        requirement = Requirement(text)
        name = CONDA_NAMES.get(requirement.name, requirement.name)
        wanted.add(text.replace(requirement.name, name, 1))
    specs, by_pip = environment()
    assert specs[0].partition("=")[2] in SpecifierSet(project()["requires-python"])
    assert set(specs[1:-1]) == wanted
    assert [specs[0].partition("=")[0], specs[-1], by_pip] == ["python", "pip", ["-e ."]]


@pytest.mark.parametrize("spec", environment()[0])
def test_conda_understands_every_spec(spec):
    name, *version = str(rattler.MatchSpec(spec, strict=True)).split(" ")
    assert spec.startswith(name)
    assert bool(version) == (spec != "pip")


def test_every_dependency_is_pinned_within_its_range():
    lab, added = pinned("requirements.txt"), pinned("requirements-test.txt")
    tests = project()["optional-dependencies"]["test"]
    for text, pins in [(text, lab) for text in project()["dependencies"]] + [
        (text, lab + added) for text in tests
    ]:
        wanted = Requirement(text)
        found = [pin for pin in pins if canonicalize_name(pin.name) == wanted.name]
        assert found, f"{wanted.name} is not pinned: run make requirements"
        for pin in found:
            version = next(iter(pin.specifier)).version
            assert version in wanted.specifier, f"{pin} is outside {wanted}"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-test.txt"])
def test_every_requirement_is_one_exact_version(name):
    for requirement in pinned(name):
        assert [specifier.operator for specifier in requirement.specifier] == ["=="]
        assert requirement.url is None


def test_the_test_requirements_hold_only_what_tests_add():
    lab = {pin.name for pin in pinned("requirements.txt")}
    assert not lab & {pin.name for pin in pinned("requirements-test.txt")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Build the wheel, offline, and unpack it into a folder of its own."""
    built, unpacked = tmp_path_factory.mktemp("built"), tmp_path_factory.mktemp("unpacked")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    subprocess.run([*command, "--directory", str(built)], cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(built.glob("*.whl"))) as archive:
        archive.extractall(unpacked)
    return unpacked


@pytest.mark.parametrize("folder", ["datasets", "notebooks", "exercises", "docs", "labconfig"])
def test_the_wheel_holds_the_course(wheel, folder):
    kept = {path.relative_to(ROOT) for path in kept_files() if path.is_relative_to(ROOT / folder)}
    assert kept
    assert kept == {path for path in kept if (wheel / "crmlib" / "_course" / path).is_file()}


def test_the_wheel_holds_what_a_bundle_needs(wheel):
    for name in ("requirements.txt", "LICENSE-TEXT"):
        assert (wheel / "crmlib" / "_course" / name).read_bytes() == (ROOT / name).read_bytes()


def files_of(folder: Path) -> dict[str, bytes]:
    """Return the files of an unpacked wheel, without the course and what describes the zip."""
    files = {path.relative_to(folder): path for path in folder.rglob("*") if path.is_file()}
    return {
        name.as_posix(): path.read_bytes()
        for name, path in files.items()
        if "_course" not in name.parts and name.name not in ("RECORD", "WHEEL")
    }


def test_a_workshops_wheel_is_the_built_one(wheel, tmp_path):
    _, content = workshop_wheel.build({}, ROOT / "pyproject.toml")
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path)
    ours, built = files_of(tmp_path), files_of(wheel)
    metadata = next(name for name in built if name.endswith("METADATA"))
    # The README of the day of the installation may be older.
    headers = [BytesParser().parsebytes(files.pop(metadata)).items() for files in (ours, built)]
    assert headers[0] == headers[1]
    assert sorted(ours) == sorted(built)
    assert [name for name in built if ours[name] != built[name]] == []


def test_both_ways_to_call_the_program_are_the_same(wheel):
    entries = next(wheel.glob("*.dist-info/entry_points.txt")).read_text(encoding="utf-8")
    assert "crmlib = crmlib.cli:main" in entries
    assert project()["scripts"] == {"crmlib": "crmlib.cli:main"}


def test_the_wheel_holds_nothing_else(wheel):
    top = {path.name for path in wheel.iterdir()}
    assert {name.split("-")[0] for name in top} == {"crmlib"}
    assert not [path for path in wheel.rglob("*") if {"__pycache__", "my_course"} & set(path.parts)]


LOAD = """
import pathlib, crmlib
from crmlib import data
frame = data.load("cdnow_sample")
print(len(frame), pathlib.Path(crmlib.__file__).parents[1])
"""


def test_an_installed_wheel_loads_its_tables_without_a_clone(wheel, tmp_path):
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CRMLIB_")}
    # -I would also hide the unpacked wheel; -P keeps the working folder off the path.
    done = subprocess.run(
        [sys.executable, "-P", "-c", LOAD],
        cwd=tmp_path,
        env={**kept, "PYTHONPATH": str(wheel)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["6919", str(wheel)]
