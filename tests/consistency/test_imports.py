"""Who may import whom, and what an import may load or change.

The rules are written for rooms that do not exist yet, too: a new theme, ``world``, ``report`` or
``cli`` is checked from its first line.
"""

import ast
import graphlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import crmlib

PACKAGE = Path(crmlib.__file__).parent

THEMES = (
    *("claims", "records", "value", "lifetime", "lifecycle", "alive", "segments", "tiers"),
    *("satisfaction", "trap", "loyalty", "churn", "growth", "accounts"),
)

# For each room, the rooms that it may import besides itself. `learning` finds a theme's questions
# by name when asked: that one exception is no import statement.
ROOMS = {
    "core": set(),
    "data": {"core"},
    "rfm": {"core"},
    "learning": {"core"},
    "models": {"core", "data", "rfm"},
    **{theme: {"core", "data", "rfm", "models", *THEMES} for theme in THEMES},
    "world": {"core", "data"},
    "workshop": {"core"},
    "report": {"core", "data", "rfm", "models", *THEMES},
    "cli": {"core", "data", "rfm", "models", "learning", "world", "workshop", "report", *THEMES},
    "__main__": {"cli"},
}

# For each cell of a theme, the cells of the same theme that it may import. The empty name is the
# room's own __init__, which hands the names on lazily. A file of another name (value/costs.py) is
# a part of the theory that has grown too long for one file, and keeps to the rules of theory.
CELLS = {
    "": {"theory", "plots", "widgets", "questions"},
    "theory": {"theory"},
    "plots": {"theory"},
    "widgets": {"theory", "plots"},
    "answers": {"theory"},  # the reference answers, where questions.py alone would be too long
    "exercises": {"theory", "answers"},  # a part of the questions, for the same reason
    "questions": {"theory", "answers", "exercises"},
}


def imported(name: str, tree: ast.Module, known: set[str], inside: bool = True) -> set[str]:
    """Return the crmlib modules that a module imports, with or without those inside functions."""
    found = set()
    is_package = any(other.startswith(f"{name}.") for other in known)
    for node in ast.walk(tree) if inside else tree.body:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            parents = name.split(".")
            above = parents[: len(parents) - node.level + is_package] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            names = {f"{base}.{alias.name}" for alias in node.names}
            # A room is known by its place in the house, also while its files are not written.
            rooms = {f"crmlib.{room}" for room in ROOMS}
            found |= {full if full in known | rooms else base for full in names}
    return {module for module in found if module.split(".")[0] == "crmlib"}


def kind(cell: str) -> str:
    """Return which of a theme's cells a file belongs to."""
    return cell if cell in CELLS else "theory"


def fault(importer: str, target: str) -> str | None:
    """Return what is wrong with one import, in words, or None."""
    _, room, cell, *_ = [*importer.split("."), "", ""]
    _, other, other_cell, *_ = [*target.split("."), "", ""]
    if room == "":
        return f"{importer} imports {target}: crmlib itself hands rooms on lazily"
    if other == "":
        return f"{importer} imports crmlib: name the room, as in `from crmlib import core`"
    if room == other:
        if room in THEMES and other_cell != cell and kind(other_cell) not in CELLS[kind(cell)]:
            order = "in a theme theory ← plots ← widgets, theory ← questions"
            return f"{importer} imports {target}: {order}"
        return None
    if cell in ("questions", "exercises") and room in THEMES and other == "learning":
        return None
    if other not in ROOMS.get(room, set()):
        return f"{importer} imports {target}: {room} stands below {other}, or apart from it"
    if room in THEMES and other in THEMES and kind(other_cell) != "theory":
        return f"{importer} imports {target}: of another theme only its theory"
    return None


def faults(modules: dict[str, str]) -> list[str]:
    """Return every breach of the rules among modules given as name and source."""
    found = []
    trees = {name: ast.parse(source) for name, source in modules.items()}
    edges = {name: imported(name, tree, set(modules)) for name, tree in trees.items()}
    # An import inside a function waits until it is called: it closes no circle of loading.
    loading = {name: imported(name, tree, set(modules), False) for name, tree in trees.items()}
    for name, targets in sorted(edges.items()):
        room = name.split(".")[1] if "." in name else ""
        if room and room not in ROOMS:
            found.append(f"{name}: the house has no room {room}")
        found += [text for target in sorted(targets) if (text := fault(name, target))]
    themes = {}
    for name, targets in edges.items():
        room = name.split(".")[1] if "." in name else ""
        others = {target.split(".")[1] for target in targets if "." in target}
        if room in THEMES:
            themes.setdefault(room, set()).update(others & set(THEMES) - {room})
    for what, graph in (("themes", themes), ("modules", loading)):
        try:
            graphlib.TopologicalSorter(graph).prepare()
        except graphlib.CycleError as error:
            found.append(f"{what} in a circle: {' → '.join(error.args[1])}")
    return found


def modules_of_crmlib() -> dict[str, str]:
    """Return name and source of every module of the library."""
    sources = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        sources[name] = path.read_text(encoding="utf-8")
    return sources


def fresh(code: str, *arguments: str) -> str:
    """Run Python code in a new process and return what it prints."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_every_import_of_crmlib_keeps_to_the_house():
    assert faults(modules_of_crmlib()) == []


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("crmlib.core.figures", "from crmlib.models import BGNBD"),
        ("crmlib.core.figures", "from .. import models"),
        ("crmlib.rfm", "def late():\n    from crmlib import alive"),
        ("crmlib.models.fit", "import crmlib.alive.theory"),
        ("crmlib.learning.check", "from crmlib.alive.questions import QUESTIONS"),
        ("crmlib.alive.theory", "from . import plots"),
        ("crmlib.alive.plots", "from .widgets import timeline"),
        ("crmlib.alive.theory", "from .questions import QUESTIONS"),
        ("crmlib.alive.answers", "from .questions import QUESTIONS"),
        ("crmlib.alive.widgets", "from . import answers"),
        ("crmlib.alive.questions", "from crmlib.alive import plots"),
        ("crmlib.alive.theory", "from crmlib.learning import check"),
        ("crmlib.alive.theory", "from crmlib.value.plots import pyramid"),
        ("crmlib.alive.theory", "from crmlib import value"),
        ("crmlib.alive.theory", "import crmlib"),
        ("crmlib.alive.costs", "from . import plots"),  # a part of the theory
        ("crmlib.alive.plots", "from crmlib.value.answers import shares"),
        ("crmlib.world.shop", "from crmlib import models"),
        ("crmlib.models.bgnbd", "from crmlib.world import truth"),
        ("crmlib.report.pages", "from crmlib import world"),
        ("crmlib.tiers.theory", "from crmlib import report"),
        ("crmlib", "from crmlib import core"),
        ("crmlib.misc", ""),
    ],
)
def test_a_wrong_import_is_found(importer, source):
    rooms = (
        "alive.theory",
        "alive.plots",
        "alive.widgets",
        "alive.answers",
        "alive.questions",
        "value.theory",
    )
    modules = {"crmlib": "", "crmlib.core": "", "crmlib.models": "", "crmlib.alive": ""}
    modules |= {f"crmlib.{name}": "" for name in rooms}
    assert len(faults(modules | {importer: source})) == 1


@pytest.mark.parametrize(
    ("importer", "source"),
    [
        ("crmlib.alive", "from . import theory, plots"),
        ("crmlib.alive.theory", "import numpy as np\nfrom crmlib import models, rfm"),
        ("crmlib.alive.theory", "from crmlib.core.i18n import gettext as _"),
        ("crmlib.alive.plots", "from crmlib.core import figures\nfrom .theory import k_rule"),
        ("crmlib.alive.widgets", "from crmlib.alive import plots, theory"),
        ("crmlib.alive.questions", "from crmlib.learning.questions import NumberQuestion"),
        ("crmlib.alive.questions", "from . import answers, theory"),
        ("crmlib.tiers.theory", "from crmlib.value.theory import whale_curve"),
        ("crmlib.tiers.theory", "from crmlib.value import theory as value"),
        ("crmlib.tiers.noise", "from crmlib.tiers.theory import assign"),
        ("crmlib.tiers.theory", "from crmlib.value.costs import share_cost"),
        ("crmlib.cli", "from crmlib import world, report, learning"),
    ],
)
def test_a_right_import_passes(importer, source):
    rooms = (
        "alive.theory",
        "alive.plots",
        "alive.widgets",
        "alive.answers",
        "alive.questions",
        "value.theory",
    )
    modules = {"crmlib": "", "crmlib.core": "", "crmlib.core.i18n": "", "crmlib.models": ""}
    modules |= {f"crmlib.{name}": "" for name in rooms}
    assert faults(modules | {importer: source}) == []


def test_themes_and_modules_in_a_circle_are_found():
    themes = {
        "crmlib.value.theory": "from crmlib.tiers.theory import assign",
        "crmlib.tiers.theory": "",
        "crmlib.tiers.plots": "from crmlib.value.theory import whale_curve",
    }
    assert [text.split(" in ")[0] for text in faults(themes)] == ["themes"]
    modules = {"crmlib.core.a": "from . import b", "crmlib.core.b": "from . import a"}
    assert [text.split(" in ")[0] for text in faults(modules)] == ["modules"]


LOADED = "import sys, {module}; print(' '.join({{name.split('.')[0] for name in sys.modules}}))"


def test_import_crmlib_is_light():
    heavy = {"pandas", "numpy", "matplotlib", "scipy", "statsmodels", "ipywidgets"}
    assert not heavy & set(fresh(LOADED.format(module="crmlib")).split())


@pytest.mark.parametrize("theme", [theme for theme in THEMES if (PACKAGE / theme).is_dir()])
def test_import_of_a_theme_loads_no_widgets_and_no_display(theme):
    loaded = fresh(LOADED.format(module=f"crmlib.{theme}")).split()
    assert not {"ipywidgets", "IPython"} & set(loaded)


# Libraries set some of this up themselves when first imported: they come first, then crmlib.
GLOBAL_STATE = """
import importlib, json, locale, random, sys, warnings
import ipywidgets, IPython.display, numpy, pandas, scipy.optimize, scipy.stats, statsmodels.api
import matplotlib.pyplot
matplotlib.get_backend()

def state():
    return {
        "matplotlib settings": dict(matplotlib.rcParams),
        "matplotlib fonts": sorted(map(str, matplotlib.font_manager.fontManager.ttflist)),
        "warnings filters": list(warnings.filters),
        "pandas options": pandas.describe_option(_print_desc=False),
        "numpy printing": numpy.get_printoptions(),
        "numpy errors": numpy.geterr(),
        "numpy random numbers": numpy.random.get_state()[1].tolist(),
        "random numbers": random.getstate(),
        "locale": locale.setlocale(locale.LC_ALL),
        "search path": list(sys.path),
        "figures": matplotlib.pyplot.get_fignums(),
    }

changed, before = [], state()
for group in sys.argv[1:]:
    for module in group.split():
        importlib.import_module(module)
    after = state()
    changed += [f"{group} changes {what}" for what in before if before[what] != after[what]]
    before = after
print(json.dumps(changed))
"""

PLANTED = "import matplotlib, warnings; matplotlib.rcParams['font.size'] = 31; "
PLANTED += "warnings.simplefilter('ignore')"


def test_no_module_sets_global_state_at_import(tmp_path):
    modules = modules_of_crmlib()
    (tmp_path / "planted.py").write_text(PLANTED, encoding="utf-8")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{GLOBAL_STATE}"
    # all at once, and a module that does: to look after each module takes as long as all the rest
    found = json.loads(fresh(code, " ".join(modules), "planted"))
    if len(found) > 2:
        found = json.loads(fresh(code, *modules, "planted"))
    assert found == ["planted changes matplotlib settings", "planted changes warnings filters"]
