"""What notebook 05 tells about its explorers, where no cell prints it."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from crmlib import alive, models
from crmlib.alive import widgets
from tests.helpers.shops import whole, whole_fit


@pytest.mark.parametrize(("who", "weeks"), [("Bo", 12), ("Chen", 8), ("Anna", 40)])
def test_silent_weeks_until_alive_falls_below_half(who, weeks):
    params = whole_fit().params
    histories = widgets.example_histories()
    bought = next(weeks for name, weeks in histories.items() if name.startswith(who))
    silence = np.arange(0, 60)
    path = alive.alive_over_time(bought, params, bought[-1] + silence)
    assert silence[path < 0.5].min() == weeks


def test_five_purchases_are_needed_to_be_right_three_times_in_four():
    rules = alive.k_rule(whole(), range(1, 11))
    assert rules.index[rules.precision >= 0.75].min() == 5
    assert rules.recall[5] == pytest.approx(1 / 5, abs=0.02)  # "one returner in five"


def test_model_puts_the_five_of_exercise_x1_in_the_order_that_the_check_accepts():
    from crmlib.alive.questions import QUESTIONS

    five = {"A": (0, 0), "B": (1, 50), "C": (3, 12), "D": (3, 50), "E": (10, 28)}
    expected = {
        name: models.bgnbd.expected_purchases(26, *history, 52, **whole_fit().params)
        for name, history in five.items()
    }
    question = next(question for question in QUESTIONS if question.id == "05.x1")
    accepted = next(option for option in question.options if option.key == question.answer)
    assert accepted.text == ", ".join(sorted(expected, key=expected.get, reverse=True))


def test_names_in_figures_and_sentences_are_chinese_in_chinese(monkeypatch, capsys):
    from crmlib.learning import say

    monkeypatch.setenv("CRMLIB_LANGUAGE", "zh")
    ax = alive.plots.repeat_curve(alive.repeat_probability(whole()), label="all customers")
    (label,) = [text.get_text() for text in ax.get_legend().get_texts()]
    plt.close(ax.figure)
    say("Forecast '{who}': {n:,.0f} ({miss:+.0%}).", who="as before", n=1, miss=0.1)
    assert label == "全部客户"
    assert "照旧" in capsys.readouterr().out
