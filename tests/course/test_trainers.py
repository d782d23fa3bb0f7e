"""The trainer's desk: pages as the notebooks are, notes that fit, routes that fit their time."""

from dataclasses import replace
from functools import cache

import matplotlib.pyplot as plt
import pytest

from crmlib.learning import classroom
from crmlib.learning.questions import ChoicePrediction, NumberPrediction
from tests.helpers import trainers as helpers
from tests.helpers.notebooks import ROOT
from tools import notebook_parts, plans, sheets, trainer_notes, trainer_page, trainers
from tools.notebook_parts import Figure, Section
from tools.trainers import ROUTES, Route, Stop, pause

NAMES = notebook_parts.names()
FOLDER = ROOT / "docs" / "trainers"
LONGEST_SITTING = 90

material = cache(trainer_page.material)


@pytest.mark.parametrize("name", NAMES)
def test_the_notes_fit_the_notebook(name):
    assert trainers.faults(name) == []


@pytest.mark.parametrize("name", NAMES)
def test_the_notes_say_no_number_that_the_notebook_does_not_say(name):
    known = helpers.said_in(name)
    unknown = {
        place: sorted(helpers.numbers(text) - known)
        for place, text in helpers.noted(trainer_notes.read(name)).items()
    }
    assert {place: found for place, found in unknown.items() if found} == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_notebook_shows_the_result_of_each_prediction(name):
    assert trainers.unseen(name) == [], "reveal(…) must be the last line of its cell, and be run"


@pytest.mark.parametrize("name", NAMES)
def test_the_page_is_the_one_that_is_made(name):
    made = trainer_page.page(material(name))
    assert made == (FOLDER / f"{name}.md").read_text("utf-8"), "run python -m tools.trainers"


@pytest.mark.parametrize("name", NAMES)
def test_the_sheet_is_the_one_that_is_made(name):
    made = sheets.sheet(material(name))
    assert made == (FOLDER / "sheets" / f"{name}.html").read_text("utf-8"), (
        "run python -m tools.sheets"
    )


def test_the_door_has_the_pages_and_routes_that_are_made():
    text = (FOLDER / "README.md").read_text("utf-8")
    assert trainers.readme(text) == text, "run python -m tools.trainers"


def test_nothing_lies_on_the_desk_without_a_notebook():
    pages = {path.stem for path in FOLDER.glob("[0-9][0-9]_*.md")}
    notes = {path.stem for path in (FOLDER / "notes").iterdir()}
    assert pages == notes == {path.stem for path in (FOLDER / "sheets").iterdir()} == set(NAMES)


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path):
    assert helpers.dead_links(path) == []


PREDICTIONS = [
    (name, question)
    for name in NAMES
    for question in material(name).questions
    if isinstance(question, NumberPrediction | ChoicePrediction)
]


@pytest.mark.parametrize(
    ("name", "question"), PREDICTIONS, ids=[question.id for _name, question in PREDICTIONS]
)
def test_the_line_for_the_vote_can_be_used_as_it_stands(name, question, capsys):
    result = notebook_parts.results(material(name).notebook)[question.id]
    line = trainer_page.vote(question, result)
    assert line in (FOLDER / f"{name}.md").read_text("utf-8")
    table = eval(line.replace("…", "2"), {"classroom": classroom})
    assert set(table.votes) == {2}
    said = capsys.readouterr().out
    assert result.partition(":")[0].rstrip("%") in said
    plt.close("all")


class TestPlans:
    @pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.title)
    def test_the_plan_is_the_one_that_is_made(self, route):
        there = (FOLDER / "plans" / trainers.file_of(route)).read_text("utf-8")
        assert plans.plan(route) == there, "run python -m tools.plans"
        assert "http" not in there

    @pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.title)
    def test_the_plan_ends_when_the_route_does(self, route):
        assert sum(line.minutes for line in plans.lines(route)) == route.minutes
        assert plans.plan(route).count('class="head"') == sum(
            isinstance(part, str) for part in route.parts
        )

    def test_what_may_be_left_out_is_marked(self):
        marked = {line.what for line in plans.lines(ROUTES[0]) if line.late}
        assert marked == set(trainer_notes.read("09_trap").late)

    def test_it_begins_when_the_trainer_does(self, tmp_path, capsys):
        assert plans.main(["--start", "13:30", "--out", str(tmp_path)]) == 0
        text = (tmp_path / "plan_half_a_day.html").read_text("utf-8")
        assert "Begin at 13:30." in text
        assert '<td class="number">17:30</td><td class="number">4:00</td>' in text

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            (["--start", "25:00", "--out", "x"], '"25:00" is no clock time, such as 13:30'),
            (["--start", "13:30"], "--start and --out go together"),
        ],
    )
    def test_a_wrong_option_is_named(self, words, said, capsys):
        with pytest.raises(SystemExit):
            plans.main(words)
        assert said in capsys.readouterr().err


class TestRoutes:
    @pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.title)
    def test_the_cores_fit_the_time(self, route):
        cores = trainers.core_minutes()
        assert trainers.needed(route, cores) <= route.minutes
        parts = trainers.with_reserves(route, cores)
        assert trainers.needed(replace(route, parts=tuple(parts)), cores) == route.minutes

    @pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.title)
    def test_nobody_is_taught_for_too_long_without_a_break(self, route):
        cores, taught = trainers.core_minutes(), 0
        for part in route.parts:
            is_rest = isinstance(part, Stop) and part.what in ("break", "lunch")
            taught = 0 if is_rest else taught + cores.get(part, 0)
            assert taught <= LONGEST_SITTING, part

    def test_the_notebooks_are_those_of_the_curriculum(self):
        taught = {
            route.title: [part for part in route.parts if isinstance(part, str)] for route in ROUTES
        }
        assert taught == {
            "45 minutes": ["09"],
            "Half a day": ["02", "04", "07", "09"],
            "One day": ["02", "03", "04", "05", "07", "09"],
        }
        assert [route.minutes for route in ROUTES] == [45, 240, 420]

    def test_breaks_are_as_promised(self):
        rests = [[part.minutes for part in route.parts if getattr(part, "what", "") in
                  ("break", "lunch")] for route in ROUTES]  # fmt: skip
        assert rests == [[], [20], [15, 60, 15]]

    def test_clock_times_follow_each_other(self):
        route = Route("short", 70, ("09", pause(5), trainers.RESERVE, trainers.CLOSING))
        lines = trainers.timetable(route, {"09": 40}, {"09": "Nine"}).splitlines()[4:]
        assert lines == [
            "| 9:00 | 9:40 | 40 | **Nine**, core |",
            "| 9:40 | 9:45 | 5 | break |",
            "| 9:45 | 10:00 | 15 | reserve: questions, or the first exercise |",
            "| 10:00 | 10:10 | 10 | closing: what each one takes home, what to test next |",
        ]


SECTIONS = [
    Section("Warm-up", 2, "optional"),
    Section("Data", 9, "core", figures=[Figure("", "")]),
    Section("Result", 8, "core"),
]
IDS = ["05.p1", "05.c1", "05.c2", "05.x1"]
SOUND = trainer_notes.Notes(
    opening="Have a coin.",
    discussion="And you?",
    sections={title: {"say": "Look."} for title in ("Warm-up", "Data", "Result")},
    predictions={"05.p1": [{"typical": "80%", "reveals": "Hope."}]},
    late={"Data": "Believe me.", "Result": "It falls."},
    case={"claim": "C05", "lacks": "Everything.", "ask": "Why?"},
    sheet={"figure": "Data", "questions": ["05.c1", "05.c2", "05.x1"]},
)
FAULTY = {
    "the notebook has no section 'Date'": {"sections": SOUND.sections | {"Date": {"say": "Look."}}},
    "section 'Data' has no notes": {
        "sections": {"Warm-up": {"say": "A."}, "Result": {"say": "B."}}
    },
    "section 'Data' needs say": {"sections": SOUND.sections | {"Data": {"ask": "Why?"}}},
    "section 'Result' needs say": {"sections": SOUND.sections | {"Result": {"say": "A", "x": "B"}}},
    "the notebook has no prediction '05.p2'": {
        "predictions": SOUND.predictions | {"05.p2": SOUND.predictions["05.p1"]}
    },
    "prediction '05.p1' has no notes": {"predictions": {}},
    "prediction 05.p1 needs typical": {"predictions": {"05.p1": [{"typical": "80%"}]}},
    "late: there is no core section 'Warm-up'": {"late": SOUND.late | {"Warm-up": "Skip."}},
    "late saves 9 minutes": {"late": {"Data": "Believe me."}},
    "case needs claim": {"case": SOUND.case | {"claim": "C01"}},
    "sheet: there is no section 'Result' with a figure": {
        "sheet": SOUND.sheet | {"figure": "Result"}
    },
    "sheet: 3 checks or exercises are wanted": {
        "sheet": SOUND.sheet | {"questions": ["05.c1", "05.c2", "05.p1"]}
    },
}


def test_sound_notes_have_no_fault():
    assert trainer_notes.faults(SOUND, SECTIONS, IDS) == []


@pytest.mark.parametrize(("fault", "changed"), FAULTY.items(), ids=list(FAULTY))
def test_a_fault_of_the_notes_is_found(fault, changed):
    found = trainer_notes.faults(replace(SOUND, **changed), SECTIONS, IDS)
    assert len(found) == 1
    assert fault in found[0]


def test_missing_notes_say_which_file_to_write():
    with pytest.raises(ValueError, match=r"write docs/trainers/notes/99_nothing\.toml"):
        trainer_notes.read("99_nothing")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("See 05.p1 in notebook 03, and notebooks 02 and 05.", set()),
        ("Of 23,570 people 14.6% came, and 3 left.", {"23570", "14.6", "3"}),
        ("From 30, or 50.", {"30", "50"}),
    ],
)
def test_numbers_of_a_text(text, found):
    assert helpers.numbers(text) == found


def test_a_dead_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text("[a](page.md) [b](gone.md#x) [c](#here) `[d](code.md)`", encoding="utf-8")
    assert helpers.dead_links(page) == ["gone.md"]


def test_a_block_is_replaced_once_and_nothing_else_changes():
    text = "before\n<!-- pages: old -->\nx\n<!-- end of pages -->\nafter\n"
    made = trainers.with_block(text, "pages", "new\n")
    assert made.splitlines()[0] == "before"
    assert made.splitlines()[-1] == "after"
    assert "\nnew\n" in made
    assert trainers.with_block(made, "pages", "new\n") == made
    with pytest.raises(ValueError, match="0 places for routes"):
        trainers.with_block(text, "routes", "new\n")


@pytest.mark.parametrize(
    ("value", "unit", "shown"),
    [
        (0.5471, "share", "0.547 (54.7%)"),
        (0.0479, "share", "0.0479 (4.8%)"),
        (0.0, "share", "0.00 (0.0%)"),
        (-16.02, "points", "-16.0 percentage points"),
        (1234.5, "customers", "1,234 customers"),
        (0.243, "", "0.243"),
        (1.09, "share", "1.09 (109.0%)"),
        (1166.0, "share", "1,166"),
    ],
)
def test_numbers_have_three_digits_and_a_unit(value, unit, shown):
    assert trainer_page.shown(value, unit) == shown


@pytest.mark.parametrize("name", NAMES)
def test_a_sheet_holds_all_that_it_shows(name):
    text = (FOLDER / "sheets" / f"{name}.html").read_text("utf-8")
    assert text.count("<img ") == 1
    assert 'src="data:image/png;base64,' in text
    assert text.count('<section class="answers">') == 1
    assert "<script" not in text
    assert "http" not in text
