"""The class's vote: table, sentence and figure say the same, and nobody's file is touched."""

import json
import subprocess
import sys

import matplotlib.pyplot as plt
import pytest
from matplotlib.colors import same_color

from crmlib.core import figures
from crmlib.learning import classroom, predict, reveal
from tests.helpers import sample_questions as sample


@pytest.fixture(autouse=True)
def _english_and_no_figures(monkeypatch, tmp_path):
    monkeypatch.setenv("CRMLIB_LANGUAGE", "en")
    monkeypatch.setenv("CRMLIB_LEARNER", str(tmp_path / "mine"))
    yield
    plt.close("all")


def vote(*args, **options):
    return classroom.vote(*args, questions=sample.QUESTIONS, **options)


def axes():
    return plt.gcf().axes[0]


def lines():
    """Where the vertical lines stand, by the first word of their labels."""
    return {line.get_label().split(":")[0]: line.get_xdata()[0] for line in axes().get_lines()}


def handed_in(folder, **votes):
    """Let learners predict, each in a folder of their own; return the folder of the class."""
    for name, value in votes.items():
        own = folder / name / "my_course"
        own.mkdir(parents=True)
        entry = {"prediction": value, "made_after_result": False, "result_shown": False}
        (own / "predictions.json").write_text(json.dumps({"05.p1": entry}), encoding="utf-8")
    return folder


class TestNumbers:
    def test_counts_and_a_list_are_the_same_vote(self, capsys):
        counted = vote("05.p1", {0.2: 1, 0.5: 2}, truth=0.25)
        listed = vote("05.p1", [0.5, 0.2, 0.5], truth=0.25)
        assert counted.equals(listed)
        assert counted.votes.to_dict() == {0.2: 1, 0.5: 2}
        assert counted.share.tolist() == pytest.approx([1 / 3, 2 / 3])
        first, second = capsys.readouterr().out.splitlines()
        assert first == second

    def test_sentence(self, capsys):
        vote("05.p1", {0.2: 1, 0.5: 2}, truth=0.25)
        assert capsys.readouterr().out == (
            "3 votes, from 20% to 50%. The middle one says 50%, the result is 25%. "
            "33% of the class were within 10 percentage points of it.\n"
        )

    def test_on_the_border_is_within(self, capsys):
        vote("05.p1", [0.35], truth=0.25)
        assert "100% of the class were within" in capsys.readouterr().out

    def test_figure_holds_every_vote_the_median_and_the_truth(self):
        vote("05.p1", [0.0, 0.2, 0.3, 1.0], truth=0.9)
        assert sum(patch.get_height() for patch in axes().patches) == 4
        assert lines() == {"middle of the class": pytest.approx(0.25), "result": 0.9}
        looks = {line.get_linestyle() for line in axes().get_lines()}
        assert len(looks) == 2, "told apart by more than colour"

    def test_without_truth_the_figure_gives_nothing_away(self, capsys):
        vote("05.p1", [0.2, 0.5])
        assert set(lines()) == {"middle of the class"}
        assert capsys.readouterr().out == "2 votes, from 20% to 50%. The middle one says 35%.\n"

    def test_axis_reaches_a_truth_outside_the_slider(self):
        vote("05.p2", [11, 14], truth=60)
        low, high = axes().get_xlim()
        assert low <= 11
        assert high >= 60

    def test_a_check_knows_its_own_answer(self, capsys):
        question = next(q for q in sample.QUESTIONS if q.id == "05.c1")
        vote("05.c1", [0.2, 0.3])
        assert lines()["result"] == pytest.approx(question.answer())

    def test_draws_on_the_axes_it_is_given(self):
        with figures.style():
            own = figures.axes()
        vote("05.p1", [0.2], ax=own)
        assert own.patches
        assert plt.get_fignums() == [own.figure.number]


class TestChoices:
    def test_every_option_has_its_row(self, capsys):
        table = vote("05.p3", {"b": 3, "a": 0}, truth="a")
        assert table.votes.to_dict() == {"a": 0, "b": 3}
        assert table.text.tolist() == ["Anna", "Bo <the baker>"]
        assert capsys.readouterr().out == (
            "3 votes. Most votes (3, 100%): b: Bo <the baker>. "
            "The data say a: Anna: 0% of the class had it.\n"
        )

    def test_a_tie_names_both(self, capsys):
        vote("05.p3", ["a", "b"])
        assert "(1, 50%): a: Anna; b: Bo <the baker>." in capsys.readouterr().out

    def test_the_right_bar_is_marked_by_more_than_colour(self):
        vote("05.p3", {"a": 1, "b": 3}, truth="a")
        anna, bo = axes().patches
        assert (anna.get_width(), bo.get_width()) == (1, 3)
        assert anna.get_hatch()
        assert not bo.get_hatch()
        assert same_color(anna.get_facecolor(), figures.BLUE)
        assert [text.get_text() for text in axes().texts] == ["1 ✔ the data say so", "3"]

    def test_without_truth_no_bar_is_marked(self):
        vote("05.p3", {"a": 1, "b": 3})
        assert not any(patch.get_hatch() for patch in axes().patches)
        assert "✔" not in "".join(text.get_text() for text in axes().texts)

    def test_labels_stay_within_the_figure(self):
        vote("05.p3", {"a": 9, "b": 1}, truth="a")
        figure = axes().figure
        figure.canvas.draw()
        frame = figure.bbox
        for text in [*axes().texts, *axes().get_yticklabels()]:
            box = text.get_window_extent()
            assert box.x0 >= frame.x0
            assert box.x1 <= frame.x1

    def test_long_labels_are_wrapped(self):
        text = "In its story the coin to leave is tossed after repeat purchases only. " * 2
        wrapped = classroom._wrapped(f"b: {text}").splitlines()
        assert len(wrapped) == 3
        assert wrapped[-1].endswith("…")
        assert max(map(len, wrapped)) <= classroom.WIDEST + 1
        assert (
            len(
                classroom._wrapped(
                    "b: 在它的故事里，只有重复购买之后才抛决定离开的硬币。"
                ).splitlines()
            )
            == 2
        )


class TestFolder:
    def test_reads_what_predict_writes_and_writes_nothing(self, tmp_path, monkeypatch, capsys):
        for name, value in {"anna": 0.2, "bo": 0.6}.items():
            monkeypatch.setenv("CRMLIB_LEARNER", str(tmp_path / "class" / name))
            predict("05.p1", value, questions=sample.QUESTIONS)
            reveal("05.p1", 0.25, questions=sample.QUESTIONS)
        before = {path: path.read_bytes() for path in (tmp_path / "class").rglob("*.json")}
        table = vote("05.p1", folder=tmp_path / "class", truth=0.25)
        assert table.votes.to_dict() == {0.2: 1, 0.6: 1}
        assert {path: path.read_bytes() for path in (tmp_path / "class").rglob("*")
                if path.is_file()} == before  # fmt: skip
        assert "anna" not in capsys.readouterr().out

    def test_late_predictions_are_set_aside_and_said(self, tmp_path, monkeypatch, capsys):
        folder = handed_in(tmp_path / "class", anna=0.2)
        monkeypatch.setenv("CRMLIB_LEARNER", str(folder / "bo"))
        reveal("05.p1", 0.25, questions=sample.QUESTIONS)
        predict("05.p1", 0.25, questions=sample.QUESTIONS)
        assert vote("05.p1", folder=folder).votes.sum() == 1
        assert capsys.readouterr().out.splitlines()[1:] == [
            "1 prediction was made after the result was shown, and is not counted."
        ]

    def test_broken_files_are_named_and_the_rest_is_counted(self, tmp_path, capsys):
        folder = handed_in(tmp_path / "class", anna=0.2, bo=7, chen="0.3")
        (folder / "dora.json").write_text("{", encoding="utf-8")
        (folder / "eve.json").write_text("[]", encoding="utf-8")
        (folder / "fay.json").write_text("{}", encoding="utf-8")
        assert vote("05.p1", folder=folder).votes.to_dict() == {0.2: 1}
        assert capsys.readouterr().out.splitlines()[1:] == [
            "1 file holds no prediction of this.",
            "4 files cannot be read: bo/my_course/predictions.json (the entry 05.p1 cannot be "
            "read), chen/my_course/predictions.json (the entry 05.p1 cannot be read), dora.json "
            "(it is not what crmlib writes), eve.json (the entry 05.p1 cannot be read).",
        ]

    def test_other_files_of_a_learner_are_left_out(self, tmp_path, capsys):
        folder = handed_in(tmp_path / "class", anna=0.2)
        own = folder / "anna" / "my_course"
        for name in ("attempts.json", "answers.json", "predictions.1.json", ".hidden.json"):
            (own / name).write_text("{", encoding="utf-8")
        vote("05.p1", folder=folder)
        assert len(capsys.readouterr().out.splitlines()) == 1


def test_learning_stays_light_until_a_class_votes():
    code = (
        "import sys; from crmlib import learning; learning.predict; "
        "print({'pandas', 'matplotlib'} & set(sys.modules)); "
        "learning.classroom; print('pandas' in sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert run.stdout.split("\n")[:2] == ["set()", "True"], run.stderr
