"""The guards of test_notebooks.py: a sound notebook passes, each broken one fails its rule."""

import copy

import pytest

from tests.helpers import layout, learner, outputs, prose, sample
from tests.helpers.rules import FOR_EVERY_NOTEBOOK, FOR_NUMBERED_NOTEBOOKS


def problems(rule, notebook: dict) -> list[str]:
    needs_name = rule in FOR_NUMBERED_NOTEBOOKS
    return rule(notebook, sample.NAME) if needs_name else rule(notebook)


@pytest.mark.parametrize("rule", FOR_EVERY_NOTEBOOK + FOR_NUMBERED_NOTEBOOKS)
def test_sound_notebook_passes(rule):
    assert problems(rule, sample.notebook()) == []


@pytest.mark.parametrize("rule", FOR_EVERY_NOTEBOOK)
def test_sound_solution_passes(rule):
    assert problems(rule, sample.solution()) == []


def cell_with(notebook: dict, text: str) -> dict:
    return next(cell for cell in notebook["cells"] if text in cell["source"])


def replaced(text: str, old: str, new: str):
    """A way to break a notebook: other words in the cell that has this text."""

    def spoil(notebook: dict) -> None:
        cell = cell_with(notebook, text)
        assert old in cell["source"]
        cell["source"] = cell["source"].replace(old, new)

    return spoil


def set_crm(text: str, **crm):
    return lambda notebook: cell_with(notebook, text)["metadata"].update(crm=crm)


def set_cell(text: str, **values):
    return lambda notebook: cell_with(notebook, text).update(values)


def set_metadata(**values):
    return lambda notebook: notebook["metadata"].update(values)


def set_notebook(**crm):
    return lambda notebook: notebook["metadata"]["crm"].update(crm)


def stores(text: str, *new_outputs: dict):
    return lambda notebook: cell_with(notebook, text)["outputs"].extend(new_outputs)


def without(text: str):
    return lambda notebook: notebook["cells"].remove(cell_with(notebook, text))


def said(text: str):
    """Prose put into a cell that quotes nothing."""
    return replaced("A word more about this", "this", text)


def long_cell(notebook: dict) -> None:
    cell_with(notebook, "alive.plots")["source"] += "\nx = 1" * 6


def late_check(notebook: dict) -> None:
    notebook["cells"] += [sample.markdown("x") for _ in range(16)]
    notebook["cells"].append(sample.code('check("05.c3")'))


def error(name: str) -> dict:
    return {"output_type": "error", "ename": name, "evalue": "no", "traceback": []}


BROKEN = [
    (outputs.run_in_order, set_cell("fourth", execution_count=None)),
    (outputs.run_in_order, set_cell("fourth", execution_count=99)),
    (outputs.quiet, stores("fourth", sample.prints("a warning", "stderr"))),
    (outputs.quiet, stores("fourth", sample.prints("FutureWarning: soon", "stdout"))),
    (outputs.quiet, stores("fourth", error("ValueError"))),
    (outputs.stable_outputs, stores("fourth", sample.shows("<object at 0x7f3ab2c4d>"))),
    (outputs.stable_outputs, stores("fourth", sample.shows("<Axes: title={'center': 'x'}>"))),
    (outputs.stable_outputs, stores("fourth", sample.prints("read /home/anna/cdnow.csv"))),
    (outputs.stable_outputs, stores("fourth", sample.prints("done at 14:02:59"))),
    (outputs.stable_outputs, stores("fourth", sample.prints("Date: Sun, 22 Nov 2026"))),
    (outputs.stable_outputs, stores("fourth", sample.shows("VBox(children=(IntSlider(value=3)"))),
    (outputs.stable_outputs, stores("fourth", sample.shows(**{outputs.WIDGETS: "x"}))),
    (outputs.stable_outputs, stores("fourth", sample.shows(image_png="A" * 400_000))),
    (outputs.stable_outputs, set_metadata(widgets={})),
    (outputs.stable_outputs, set_cell("fourth", metadata={"execution": {}})),
    (outputs.metadata, set_metadata(kernelspec={"name": "conda-env"})),
    (outputs.metadata, set_metadata(language_info={"version": "3.11"})),
    (outputs.metadata, set_cell("fourth", id="cell-1")),
    (layout.code_length, long_cell),
    (layout.code_length, replaced("fourth", "fourth", "f" * 100)),
    (layout.code_length, replaced("alive.plots", "alive.plots.curve(history)", "# nothing")),
    (layout.no_chinese_in_code, replaced("fourth", "fourth", "第四")),
    (layout.pictures_in_words, replaced("In words", "**In words.**", "In words")),
    (layout.pictures_in_words, replaced("In words", "The curve rises at once and", "Up")),
    (layout.pictures_in_words, without("In words")),
    (layout.explorers, replaced("Where does", "?", ".")),
    (layout.explorers, lambda notebook: cell_with(notebook, "plots")["outputs"].clear()),
    (learner.predictions, without("reveal(")),
    (learner.predictions, without("predict(")),
    (prose.numbers_in_prose, replaced("Tucker 1964", "14.6%", "15%")),
    (prose.numbers_in_prose, replaced("Tucker 1964", "1,234", "1,243")),
    (prose.numbers_in_prose, said("the 3rd customer")),
    (prose.numbers_in_prose, said("what happened in 1997")),
    (prose.numbers_in_prose, set_notebook(allowed_numbers={})),
    (
        prose.numbers_in_prose,
        set_notebook(allowed_numbers={"52": "weeks a year", "7": "days a week"}),
    ),
    (prose.numbers_in_prose, set_notebook(allowed_numbers={"52": ""})),
    (prose.numbers_in_prose, replaced("Of 1,234", "# NBVAL_CHECK_OUTPUT\n", "")),
    (prose.numbers_in_prose, set_crm("Tucker 1964. Journal")),
    (prose.sources_cell, replaced("Tucker 1964. Journal", "- Tucker", "And 14 more: Tucker")),
    (prose.sources_cell, set_crm("A word more", role="sources")),
    (prose.dollar_signs, said("a price of $35 and then $40")),
    (layout.title, replaced("Alive or gone", "# 05", "05")),
    (layout.title, replaced("Alive or gone", "You will be able to", "Also")),
    (layout.title, replaced("Alive or gone", "?", ".")),
    (layout.sections, replaced("## Compute", "40 min", "41 min")),
    (layout.sections, replaced("## Compute", " · 40 min", "")),
    (layout.sections, replaced("## Compute", "## Compute", "Text\n## Compute")),
    (layout.sections, replaced("## Compute", "Text.", "## More · 3 min")),
    (layout.sections, replaced("A word more", "A word", "### A word · 3 min")),
    (layout.sections, set_crm("## Compute", minutes=41, part="core")),
    (layout.sections, set_crm("## Compute", minutes=40, part="optional")),
    (layout.sections, set_notebook(total_minutes=80)),
    (layout.sections, set_notebook(core_minutes=75)),
    (layout.sections, without("## Compute")),
    (layout.warm_up, replaced("<details", "<details", "<div")),
    (layout.size, lambda notebook: notebook["cells"].__delitem__(slice(29, None))),
    (layout.size, lambda notebook: notebook["cells"].extend(copy.deepcopy(notebook["cells"]))),
    (layout.rhythm, without("05.c2")),
    (layout.rhythm, lambda notebook: notebook["cells"].insert(40, notebook["cells"].pop(4))),
    (layout.rhythm, late_check),
    (layout.covers_concepts, set_notebook(concepts=["D16", "G09", "J03", "J05"])),
    (layout.covers_concepts, replaced("复购率", "复购率", "率")),
    (layout.bilingual_terms, replaced("复购率", "(复购率)", "")),
]


@pytest.mark.parametrize(
    ("rule", "spoil"), BROKEN, ids=[f"{rule.__name__}-{i}" for i, (rule, _) in enumerate(BROKEN)]
)
def test_broken_notebook_fails_its_rule(rule, spoil):
    notebook = sample.notebook()
    spoil(notebook)
    assert problems(rule, notebook) != []


def test_every_rule_is_broken_once():
    rules = {*FOR_EVERY_NOTEBOOK, *FOR_NUMBERED_NOTEBOOKS}
    assert rules == {rule for rule, _ in BROKEN}


def test_tagged_errors_and_lessons_are_allowed():
    notebook = sample.notebook()
    cell = cell_with(notebook, "alive.plots")
    long_cell(notebook)
    cell["outputs"].append(error("ValueError"))
    cell["metadata"]["tags"] = ["raises-exception", "lesson"]
    assert outputs.quiet(notebook) + layout.code_length(notebook) == []


def test_checked_cells_are_counted_and_must_print():
    assert outputs.checked_cells(sample.notebook(), 5) == []
    assert outputs.checked_cells(sample.notebook(), 6) != []
    silent = sample.notebook()
    cell_with(silent, "fourth")["outputs"].clear()
    assert outputs.checked_cells(silent, 5) != []
    table = sample.notebook()
    stores("fourth", sample.shows(text_html='<table class="dataframe">'))(table)
    assert outputs.checked_cells(table, 5) != []


def test_links_are_followed(tmp_path):
    (tmp_path / "there.ipynb").touch()
    notebook = sample.notebook()
    said("[a](there.ipynb#x), [b](#Compute-·-40-min), [c](https://example.org)")(notebook)
    assert layout.links(notebook, tmp_path) == []
    for target in ("gone.ipynb", "#No-such-heading"):
        notebook = sample.notebook()
        said(f"[a]({target})")(notebook)
        assert layout.links(notebook, tmp_path) != []


@pytest.mark.parametrize(
    ("markdown", "numbers"),
    [
        ("15 in 100 came back, 1,234 of 10,000", ["15", "100", "1234", "10000"]),
        ("from 0.52 to 0.58, −3.5 points, 14.6%.", ["0.52", "0.58", "3.5", "14.6"]),
        ("the 3rd of k = 2,3", ["3", "2", "3"]),
        ("In 1997 and by 1998", ["1997", "1998"]),
        ("Tucker (1964), Fader, Hardie & Lee 2005, Dick et al. (2005a, 2007)", []),
        ("30 September 1997, September 30, 1997, June 1998, 1997-09-30", []),
        (
            "05.p1, J03, claim 12, `x = 9`, $r = 0.24$, notebook 04, notebooks 02 and 03, 05_alive",
            [],
        ),
        ("# Exercises 05: x\n\n## 3. Title · 8 min\n\n1. one\n2) two\n> 3. three", []),
        ("[page 7](a/12.html) <img width=300> 10.1287/mksc.1040.0098 &#9733;", ["7"]),
        ("```\n99\n```\n$$\n\\frac{1}{2}\n$$\n<!-- 3 -->", []),
        ("5 minutes and 6 minutes", ["6"]),
    ],
)
def test_numbers_are_found_in_prose(markdown, numbers):
    assert prose.quoted_numbers(markdown, frozenset({5})) == numbers


def test_numbers_must_have_the_same_rounding():
    notebook = sample.notebook()
    replaced("Tucker 1964", "14.6%", "14.60%")(notebook)
    assert prose.numbers_in_prose(notebook) == ["cell 9: no checked cell prints 14.60"]


@pytest.mark.parametrize(
    ("chinese", "terms"),
    [
        ("Tucker:连续购买3次", ["连续购买3次"]),
        ("客户满意陷阱(重新定义)", ["客户满意陷阱"]),
        ("(第5条缺失,推为忠诚度理论)", ["第5条缺失", "推为忠诚度理论"]),
        ("思想、方法、体系", ["思想", "方法", "体系"]),
    ],
)
def test_main_terms_of_a_concept(chinese, terms):
    assert layout.main_terms(chinese) == terms


def test_question_ids_are_compared():
    known = {"05.p1", "05.c1", "05.c2"}
    assert learner.questions(sample.notebook(), known) == []
    assert learner.unused_questions([sample.notebook()], known) == []
    assert learner.questions(sample.notebook(), known - {"05.c2"}) != []
    assert learner.unused_questions([sample.notebook()], known | {"05.c3"}) != []
