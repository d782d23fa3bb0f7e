"""The house as a whole: known folders, readable files, one version, nothing of one machine."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
import yaml

import crmlib
from tests.helpers.tree import ROOT, kept_files

FOLDERS = {
    *(".ci", "benchmarks", "crmlib", "datasets", "docs", "exercises"),
    *("labconfig", "notebooks", "tests", "tools"),
}
PURPOSES = {
    *("browser", "consistency", "correctness", "course"),
    *("exercises", "inputs", "properties", "recovery"),
}


def test_every_folder_is_known():
    folders = {path.relative_to(ROOT).parts[0] for path in kept_files() if path.parent != ROOT}
    assert folders <= FOLDERS


def test_every_test_lies_with_its_purpose():
    tests = [path.relative_to(ROOT / "tests") for path in (ROOT / "tests").rglob("test_*.py")]
    assert {path.parts[0] for path in tests} <= PURPOSES


def lines_of_code(path: Path) -> int:
    """Return the number of lines of a file."""
    return len(path.read_text(encoding="utf-8").splitlines())


def test_no_file_is_too_long_to_read():
    modules = [path for path in kept_files() if path.suffix == ".py"]
    assert {path.name: lines_of_code(path) for path in modules if lines_of_code(path) > 420} == {}


def length_without_docstring(function: ast.FunctionDef) -> int:
    """Return the number of lines of a function's body."""
    first, *_ = function.body
    documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    start = first.end_lineno + 1 if documented else first.lineno
    return function.end_lineno - start + 1


def test_no_function_of_crmlib_must_be_scrolled():
    too_long = {}
    for path in (ROOT / "crmlib").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = length_without_docstring(node)
                if length > 50:
                    too_long[f"{path.name}: {node.name}"] = length
    assert too_long == {}


# Addresses that may stand in a committed file: identifiers of works and licences, names of XML
# vocabularies, this computer, and the host that is kept free for examples.
HOSTS = {
    *("doi.org", "orcid.org", "creativecommons.org", "openfontlicense.org", "scripts.sil.org"),
    *("www.w3.org", "localhost", "127.0.0.1", "example.org"),
}
ADDRESS = re.compile(r"\b(?:https?|ftp|git\+\w+)://([^\s/:\"'\\)>\]}]*)")
# Base64, as in stored figures, may hold any letters: a path begins after another character.
START = r"(?<![A-Za-z0-9+/.~_-])"
# Anna is nobody: tests that look for paths plant hers.
PRIVATE = {
    "a path of a machine": re.compile(
        START + r"/(?:home|Users|root|work|opt|mnt|tmp)/(?!anna\b)\w"
        r"|\b[A-Z]:\\{1,2}(?:Users|home)\\{1,2}(?!anna\b)\w"
    ),
    "an option that names a package index": re.compile(
        r"--(?:extra-)?(?:index|find)-(?:url|links)|\b(?:PIP|UV)_\w*(?:INDEX|FIND_LINKS)"
    ),
    "an address of a package file": re.compile(r"\S/[s]imple/\S|\S\.(?:whl|tar\.gz)#|\S @ \w+://"),
}


def faults_of_text(text: str) -> list[str]:
    """Return what in a text belongs to one machine or names a host that is not allowed."""
    hosts = sorted({host.lower() for host in ADDRESS.findall(text)} - HOSTS - {""})
    found = [f"an address at {host}" for host in hosts]
    for what, pattern in PRIVATE.items():
        found += [f"{what}: {match.group()!r}" for match in pattern.finditer(text)]
    return found


def text_of(path: Path) -> str:
    """Return a file's text, or nothing if it is no text."""
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return ""


def test_no_file_names_a_download_host_or_a_machine():
    faults = {str(path.relative_to(ROOT)): faults_of_text(text_of(path)) for path in kept_files()}
    assert {name: found for name, found in faults.items() if found} == {}


@pytest.mark.parametrize(
    "text",
    [
        "numpy @ " + "https" + "://host.example/numpy.whl",
        "see " + "http" + "://mirror.example:8080/pypi",
        "-" * 2 + "extra-index-url = x",
        "data/" + "simple" + "/numpy/",
        "open('" + "/" + "home/ada/data.csv')",
        "C:" + "\\" * 2 + "Users" + "\\" * 2 + "ada",
        '"File ' + "/" + 'tmp/x.py"',
    ],
)
def test_a_download_host_or_a_machine_is_found(text):
    assert faults_of_text(text)


@pytest.mark.parametrize(
    "text",
    [
        "https" + "://doi.org/10.1287/mksc.1040.0098",
        "a rate of 5/6, see ../tmp/x, iVBORw0KGgo"
        + "/"
        + "tmp/x, his/home/x, a simple/complex case",
    ],
)
def test_an_ordinary_text_passes(text):
    assert faults_of_text(text) == []


def test_one_version_everywhere():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    released = re.findall(
        r"^## \[?(\d+\.\d+\.\d+)", (ROOT / "CHANGELOG.md").read_text(encoding="utf-8"), re.M
    )
    assert crmlib.__version__ == project["version"] == citation["version"] == released[0]


def test_the_citation_has_what_the_format_requires():
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= set(citation)
    assert citation["cff-version"] == "1.2.0"
    assert citation["type"] in {"software", "dataset"}
    assert all(
        {"name"} <= set(author) or {"family-names"} <= set(author) for author in citation["authors"]
    )
    allowed = {
        "cff-version",
        "message",
        "title",
        "abstract",
        "authors",
        "type",
        "version",
        "license",
    }
    assert set(citation) <= allowed | {"keywords", "date-released", "identifiers", "references"}


def test_every_doi_in_the_bibliography_is_well_formed():
    text = (ROOT / "docs" / "bibliography.md").read_text(encoding="utf-8")
    entries = [line for line in text.splitlines() if line.startswith("- ")]
    assert len(entries) >= 10
    doi = re.escape("https://doi.org/10.") + r"\d{4,}/\S+$"
    for entry in entries:
        assert re.search(rf"{doi}|\(no DOI\)$|\(DOI not verified\)$", entry), entry


@pytest.mark.parametrize("target", ["lab", "test"])
def test_the_two_commands_are_there(target):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:", makefile, re.M)


def test_every_tool_that_make_calls_exists():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    called = set(re.findall(r"-m ((?:tools|benchmarks)\.\w+)", makefile))
    assert called
    assert [name for name in called if not (ROOT / f"{name.replace('.', '/')}.py").is_file()] == []
