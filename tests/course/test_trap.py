"""What notebook 09 tells where no cell prints it, and that its core stands alone."""

import matplotlib.pyplot as plt
import pytest

from crmlib import trap
from crmlib.trap import answers, questions
from tests.helpers.notebooks import ROOT, crm, read
from tests.helpers.trap_world import survey


def chance(alternatives: int, switching_cost: int, basic: float, latent: float) -> float:
    model = trap.market_model(survey())
    shares = trap.market_shares(model, alternatives, switching_cost)
    return float(trap.staying(model, basic, latent, shares)[0])


def test_answers_to_the_explorer():
    # 1: from 5 on a point of basic satisfaction brings nothing
    assert chance(8, 20, 5, 3.5) > chance(8, 20, 4.5, 3.5) + 0.02
    assert chance(8, 20, 7, 3.5) == pytest.approx(chance(8, 20, 5, 3.5), abs=0.015)
    # 2: no suppliers, or switching cost of 80: above eight in ten
    assert min(chance(0, 20, 6, 3.5), chance(8, 80, 6, 3.5)) > 0.8
    # 3: delight does not make up for broken basics
    assert f"{chance(8, 20, 3, 7):.0%}" == "25%"
    assert f"{chance(8, 20, 5, 7):.0%}" == "82%"


def test_chen_s_penalty_and_surprise_nearly_cancel():
    weights = answers.hinge()["D"]
    assert abs(weights["unmet basic"] + weights["latent"]) < 0.15


def test_every_sign_of_the_pooled_basics_is_turned_round():
    weights = trap.penalty_reward(survey())
    pooled = weights.loc["all"]
    assert pooled.loc["unmet basic", "lower"] > 0
    assert pooled.loc["met basic", "upper"] < 0
    for market in "BCD":
        assert weights.loc[(market, "unmet basic"), "upper"] < 0
    inside = weights.loc["A"]
    assert ((inside["lower"] < 0) & (inside["upper"] > 0)).all()


def test_the_captive_say_less_than_they_do():
    table = trap.intent_vs_behaviour(survey()).loc["A"]
    assert (table["said"] < table["done"]).all()


def test_the_last_step_is_largest_in_the_market_that_exercise_x1_accepts():
    steps = {market: answers.last_step(market) for market in "ABCD"}
    (question,) = (one for one in questions.QUESTIONS if one.id == "09.x1")
    assert question.answer == max(steps, key=steps.get) == "D"


def test_the_need_of_firm_x_cannot_be_found():
    # the model answer of exercise x5: within one or two units wherever one looks
    from crmlib import data

    firms = data.load("rival_firms")
    fits = [trap.line_or_hinge(firms, basic_need=need).loc["X"] for need in answers.NEEDS]
    misfit = [fit["aic_hinge"] for fit in fits]
    assert max(misfit) - min(misfit) < 2


def test_the_core_stands_alone():
    """The workshop of 45 minutes runs without the cells of the optional sections."""
    core, names = True, {}
    for cell in read(ROOT / "notebooks" / "09_trap.ipynb")["cells"]:
        if "part" in crm(cell):
            core = crm(cell)["part"] == "core"
        elif cell["cell_type"] == "code" and core:
            exec(cell["source"], names)
    assert "kinds" in names
    assert "study" not in names
    plt.close("all")
