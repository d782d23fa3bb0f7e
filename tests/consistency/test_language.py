"""Every text that a learner sees: collected, translated, compiled, and looked up."""

import ast
import json
import os
import string
import subprocess
import sys
from pathlib import Path

import pytest

import crmlib
from crmlib.core import controls, i18n, settings
from tools import catalogue

ROOT = catalogue.ROOT
ADVICE = "run python -m tools.catalogue, translate what it lists, and run it once more"
# A figure's words: the methods whose texts stand in it, and the place of the text among the
# arguments.
FIGURE_TEXTS = {
    **dict.fromkeys(("set_title", "set_xlabel", "set_ylabel", "set_label", "annotate"), 0),
    **dict.fromkeys(("suptitle", "supxlabel", "supylabel", "slider", "choice"), 0),
    **dict.fromkeys(("end_label", "note"), 1),
    "text": 2,
}
LOOKED_UP = {"_", "gettext", "ngettext", "N_", "mark"}


@pytest.fixture(scope="module")
def pot():
    return catalogue.template()


@pytest.fixture(scope="module")
def po():
    return catalogue.read((ROOT / catalogue.PO).read_bytes())


def messages(po):
    return [message for message in po if message.id]


def done(po):
    return [message for message in messages(po) if all(as_tuple(message.string) or ("",))]


def as_tuple(text):
    return (text,) if isinstance(text, str) else tuple(text)


def places(text):
    """Return the places of a text, each with its format: {"third:.0f"}."""
    parts = string.Formatter().parse(text)
    return {f"{name}!{how}:{form}" for _, name, form, how in parts if name is not None}


def modules():
    return sorted(Path(crmlib.__file__).parent.rglob("*.py"))


def calls(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def called(node):
    function = node.func
    return function.id if isinstance(function, ast.Name) else getattr(function, "attr", "")


def test_the_template_holds_what_the_course_says_today(pot):
    assert (ROOT / catalogue.POT).read_bytes() == catalogue.written(pot), ADVICE


def test_the_translation_holds_the_same_texts(pot, po):
    expected = catalogue.written(catalogue.updated(po, pot))
    assert (ROOT / catalogue.PO).read_bytes() == expected, ADVICE


def test_what_crmlib_reads_is_compiled_from_the_translation(pot, po):
    expected = catalogue.compiled(catalogue.updated(po, pot))
    assert (ROOT / catalogue.MO).read_bytes() == expected, ADVICE


def test_nothing_is_untranslated_or_uncertain(po):
    assert len(messages(po)) > 100
    assert catalogue.untranslated(po) == []


def test_nothing_stays_for_texts_that_are_gone(po):
    assert list(po.obsolete) == [], "run python -m tools.catalogue --tidy"


def test_both_languages_have_the_same_places(po):
    wrong = {}
    for message in done(po):
        wanted = places(as_tuple(message.id)[-1])
        forms = as_tuple(message.string)
        if any(places(form) != wanted for form in forms):
            wrong[as_tuple(message.id)[0]] = forms
    assert wrong == {}


def test_the_translations_are_chinese(po):
    # A text of letters and places alone, such as "P(alive)", may stay as it is.
    same = [as_tuple(m.id)[0] for m in done(po) if as_tuple(m.string)[0] == as_tuple(m.id)[0]]
    assert [text for text in same if len(text.split()) > 2] == []


def test_the_compiled_texts_are_what_a_learner_gets(po, monkeypatch):
    monkeypatch.setenv("CRMLIB_LANGUAGE", "zh")
    for message in done(po):
        text, *many = as_tuple(message.id)
        expected = as_tuple(message.string)[0]
        assert (i18n.ngettext(text, *many, 2) if many else i18n.gettext(text)) == expected


def test_the_language_is_that_of_the_moment(monkeypatch):
    text = "The figure cannot be drawn with these settings. {kind}: {reason}"
    english = i18n.gettext(text)
    monkeypatch.setenv("CRMLIB_LANGUAGE", "zh")
    chinese = i18n.gettext(text)
    assert english == text
    assert chinese != text
    assert i18n.language() == "zh"
    monkeypatch.setenv("CRMLIB_LANGUAGE", "en")
    assert i18n.gettext(text) == text


def test_one_and_many(monkeypatch):
    texts = "{n} week", "{n} weeks"
    assert [i18n.ngettext(*texts, n).format(n=n) for n in (1, 2)] == ["1 week", "2 weeks"]
    monkeypatch.setenv("CRMLIB_LANGUAGE", "zh")
    assert len({i18n.ngettext(*texts, n) for n in (1, 2)}) == 1


@pytest.mark.parametrize("language", settings.LANGUAGES)
def test_the_empty_text_stays_empty(language):
    assert i18n.translate("", language) == ""


def test_marking_changes_nothing():
    assert i18n.mark("a text") == "a text"


def test_no_text_is_filled_before_it_is_looked_up():
    wrong = []
    for path in modules():
        for node in calls(path):
            if called(node) not in LOOKED_UP:
                continue
            for text in node.args[: 2 if called(node) == "ngettext" else 1]:
                filled = isinstance(text, ast.JoinedStr | ast.BinOp) or (
                    isinstance(text, ast.Call) and called(text) == "format"
                )
                if filled:
                    wrong.append(f"{path.name}:{node.lineno}")
    assert wrong == []


def test_no_text_is_looked_up_inside_a_text():
    # the catalogue's collector does not see it there
    wrong = [
        f"{path.name}:{node.lineno}"
        for path in modules()
        for text in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(text, ast.JoinedStr)
        for node in ast.walk(text)
        if isinstance(node, ast.Call) and called(node) in LOOKED_UP
        if isinstance(node.args[0], ast.Constant)
    ]
    assert wrong == []


def written_out(node):
    """Return whether an argument is a text with letters, not looked up."""
    if isinstance(node, ast.JoinedStr):
        return any(written_out(part) for part in node.values)
    text = node.value if isinstance(node, ast.Constant) else ""
    return isinstance(text, str) and any(letter.isalpha() for letter in text)


def test_no_word_of_a_figure_or_a_control_misses_the_catalogue():
    wrong = []
    for path in modules():
        if path.name not in ("plots.py", "widgets.py"):
            continue
        for node in calls(path):
            place = FIGURE_TEXTS.get(called(node), 99)
            texts = [*node.args[place : place + 1]]
            texts += [key.value for key in node.keywords if key.arg in ("label", "unit", "title")]
            # A symbol of a formula is the same in every language, and so is a word of the code.
            same = ("k", controls.SHARE)
            texts = [t for t in texts if not (isinstance(t, ast.Constant) and t.value in same)]
            wrong += [f"{path.parent.name}/{path.name}:{t.lineno}" for t in texts if written_out(t)]
    assert wrong == []


def test_looking_a_text_up_loads_the_standard_library_only():
    code = (
        "import sys; from crmlib.core.i18n import gettext; gettext('a text');"
        "own = {name.split('.')[0] for name in sys.modules} - set(sys.stdlib_module_names);"
        "print(*sorted(name for name in own if not name.startswith('_')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, "PYTHONPATH": str(ROOT), "CRMLIB_LANGUAGE": "zh"},
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(done.stdout.split())
    assert "crmlib" in loaded
    assert loaded & {"babel", "numpy", "pandas", "matplotlib", "ipywidgets", "IPython"} == set()


# The collecting itself, on a small course made here.


@pytest.fixture
def course(tmp_path):
    (tmp_path / "crmlib" / "alive").mkdir(parents=True)
    (tmp_path / "notebooks").mkdir()
    (tmp_path / "exercises" / "solutions").mkdir(parents=True)
    (tmp_path / "crmlib" / "alive" / "theory.py").write_text(
        '"""_("not a text, but a docstring")"""\n'
        'A = N_("marked")\nB = _("split in "\n      "two")\n'
        'C = ngettext("{n} day", "{n} days", 3)\nD = mark("15% of {n}")\n'
        'E = other("not collected")\n',
        encoding="utf-8",
    )
    for folder, text in (("notebooks", "seen"), ("exercises/solutions", "solved")):
        cells = [
            {"cell_type": "markdown", "source": ['say("prose")']},
            {"cell_type": "code", "source": ["%matplotlib inline\n", f'say("{text}", n=1)\n']},
            {"cell_type": "code", "source": 'print(_("not collected in a notebook"))'},
        ]
        name = tmp_path / folder / "05_alive.ipynb"
        name.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    return tmp_path


def ids(collected):
    return {message.id for message in messages(collected)}


EXPECTED = {"marked", "split in two", ("{n} day", "{n} days"), "15% of {n}", "seen", "solved"}


def test_texts_of_modules_and_notebooks_are_collected(course):
    assert ids(catalogue.template(course)) == EXPECTED


def test_the_files_depend_on_no_clock_line_or_version(course):
    before = catalogue.written(catalogue.template(course))
    module = course / "crmlib" / "alive" / "theory.py"
    lines = module.read_text(encoding="utf-8").splitlines()
    module.write_text("\n\n\n".join([*lines[::-1][:2], *lines[:-2]]), encoding="utf-8")
    assert catalogue.written(catalogue.template(course)) == before
    text = before.decode()
    assert "#: crmlib/alive/theory.py\n" in text
    for word in ("Date", "Babel", "python-format", "Translator"):
        assert word not in text


def translated(course, texts):
    new = catalogue.updated(catalogue.read(b""), catalogue.template(course))
    for message in messages(new):
        message.string = texts.get(as_tuple(message.id)[0], message.string)
    return catalogue.written(new)


def test_an_update_keeps_translations_and_lists_what_is_new(course):
    po = catalogue.read(translated(course, {"marked": "标记", "{n} day": ("{n} 天",)}))
    new = catalogue.updated(po, catalogue.template(course))
    assert new.get("marked").string == "标记"
    assert as_tuple(new.get("{n} day").string) == ("{n} 天",)
    assert set(catalogue.untranslated(new)) == {"split in two", "15% of {n}", "seen", "solved"}
    again = catalogue.read(catalogue.written(new))
    assert catalogue.written(catalogue.updated(again, catalogue.template(course))) == (
        catalogue.written(new)
    )


def test_a_translation_waits_for_its_text_until_it_is_tidied_away(course):
    notebook = course / "notebooks" / "05_alive.ipynb"
    content = notebook.read_text(encoding="utf-8")
    po = translated(course, {"seen": "看到"})
    notebook.write_text(content.replace("seen", "shown"), encoding="utf-8")
    without = catalogue.updated(catalogue.read(po), catalogue.template(course))
    assert without.get("seen") is None
    notebook.write_text(content, encoding="utf-8")
    kept = catalogue.read(catalogue.written(without))
    assert catalogue.updated(kept, catalogue.template(course)).get("seen").string == "看到"
    notebook.write_text(content.replace("seen", "shown"), encoding="utf-8")
    tidy = catalogue.updated(kept, catalogue.template(course), tidy=True)
    assert list(tidy.obsolete) == []


def test_an_uncertain_translation_is_not_shown_and_is_listed(course):
    po = catalogue.read(translated(course, {"seen": "看到"}))
    po.get("seen").flags.add("fuzzy")
    new = catalogue.updated(po, catalogue.template(course))
    assert "seen" in catalogue.untranslated(new)
    assert "看到".encode() not in catalogue.compiled(new)


def test_the_compiled_file_is_the_same_each_time(course):
    po = translated(course, {"seen": "看到"})
    template = catalogue.template(course)
    first, second = (catalogue.updated(catalogue.read(po), template) for _ in range(2))
    assert catalogue.compiled(first) == catalogue.compiled(second)
    assert "看到".encode() in catalogue.compiled(first)
    assert b"Date" not in catalogue.compiled(first)
