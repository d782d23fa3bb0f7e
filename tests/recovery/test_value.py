"""Notebook 02 finds what was planted about service hogs and costs."""

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from crmlib import data, value
from crmlib.value import answers


def test_the_rule_finds_the_planted_hogs():
    assert answers.hogs_found("recall") > 0.95
    assert answers.hogs_found("precision") > 0.95


def test_the_share_of_hogs_is_the_planted_one():
    flagged = value.service_hogs(answers.pnl(), answers.THRESHOLD)
    error = np.sqrt(0.12 * 0.88 / len(flagged))
    assert flagged.mean() == pytest.approx(data.truth("costs.hog_share"), abs=3 * error)
    low, high = proportion_confint(flagged.sum(), len(flagged), method="wilson")
    assert low < data.truth("costs.hog_share") < high


def test_a_hog_s_further_service_per_order_is_the_planted_one():
    pnl = answers.pnl()
    flagged = value.service_hogs(pnl, answers.THRESHOLD)
    per_order = pnl["service"] / pnl["orders"]
    extra = per_order[flagged].mean() - per_order[~flagged].mean()
    planted = data.truth("costs.hog_shape") * data.truth("costs.hog_scale")
    error = np.hypot(per_order[flagged].sem(), per_order[~flagged].sem())
    assert extra == pytest.approx(planted, abs=3 * error)


def test_cost_per_order_does_not_depend_on_the_amount():
    # planted: service and delivery per order, whatever it is worth. So in every group the cost of
    # these two per order is the same, up to chance and the little service without orders
    pnl = answers.pnl()
    hogs = value.service_hogs(pnl, answers.THRESHOLD)
    lines = pnl.assign(
        cost_to_serve=pnl["service"] + pnl["delivery"], size=pnl.revenue / pnl.orders
    )
    table = value.cost_by_group(lines[~hogs], by="size", groups=5)
    planted = sum(data.truth("costs.per_order").values())
    yearly = data.truth("costs.base_shape") * data.truth("costs.base_scale")
    # each customer is in the table for 1 to 3 years, with 3.8 orders on average
    assert table["cost_per_order"].between(planted, planted + 3 * yearly).all()
    assert table["cost_per_revenue"].is_monotonic_decreasing


def test_profit_and_dropout_are_unrelated_among_hogs_and_others():
    # planted: being costly has nothing to do with loyalty, so hogs stay as long as others
    table = answers.relations()
    hogs = data.truth_table("costs").set_index("customer_id")["service_hog"].loc[table.index]
    stay, leave = table["tenure"][hogs], table["tenure"][~hogs]
    error = np.hypot(stay.sem(), leave.sem())
    assert abs(stay.mean() - leave.mean()) < 3 * error
