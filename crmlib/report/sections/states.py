"""Lifecycle states: customers who bought lately and those called lost, and how they pass over."""

import pandas as pd

from crmlib import lifecycle
from crmlib.core import figures
from crmlib.core.i18n import gettext as _
from crmlib.lifecycle import plots
from crmlib.report import facts
from crmlib.report.pages import Column, Section, Table
from crmlib.report.pictures import picture
from crmlib.report.study import Study

LOST_AFTER = 2
KEPT = ["actual", "lost"]
FEWEST_QUARTERS = 5
MOST_CUSTOMERS = 50_000

CODE = (
    """whole = purchases[purchases["date"] <= "{end}"]  # whole quarters only
panel = lifecycle.label_states(whole, lost_after=2)
counts = lifecycle.count_transitions(panel).loc[["actual", "lost"], ["actual", "lost"]]
chances = lifecycle.transition_intervals(counts)
chances""",
    """lifecycle.compare_rules(whole)""",
)


def states(study: Study) -> Section | None:
    """Return the section, or None where there are too few whole quarters."""
    pairs = facts.active_quarters(study.book)
    if pairs["date"].nunique() < FEWEST_QUARTERS:
        return None
    end = facts.last_day_of(pairs)
    pairs, sampled = _some(pairs)
    panel = lifecycle.label_states(pairs, lost_after=LOST_AFTER)
    counts = lifecycle.count_transitions(panel).loc[KEPT, KEPT]
    if (counts.sum(axis=1) == 0).any():
        return None
    chances = lifecycle.transition_intervals(counts)
    leave, back = chances.loc[("actual", "lost")], chances.loc[("lost", "actual")]
    rules = lifecycle.compare_rules(pairs)
    figure = picture(
        "states",
        _("From one quarter to the next, with 95% intervals"),
        _("Map of passages: {leave:.0%} of the actual customers become lost in a quarter.").format(
            leave=leave["probability"]
        ),
        plots.transition_map(chances, figures.axes(width=7, height=3)),
    )
    return Section(
        name="states",
        title=_("Lifecycle: lost, and coming back"),
        says=_(
            "If a customer counts as lost after {quarters} quarters without a purchase, "
            "{leave:.1%} of the customers become lost in a quarter, and {back:.1%} of the lost "
            "ones come back by themselves. Another rule gives other numbers (table)."
        ).format(
            quarters=LOST_AFTER, leave=leave["probability"], back=back["probability"]
        ),
        cannot=_(
            "“Lost” is a rule, not an observation: nobody told us. Those who come back by "
            "themselves would be counted as a success of any campaign to win them back, if there "
            "is no comparison group."
        ),
        shown=(figure, _rules(rules), _chances(chances)),
        points=(sampled,) if sampled else (),
        code=tuple(cell.replace("{end}", end) for cell in CODE),
    )  # fmt: skip


def _some(pairs: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Every k-th customer where there are very many."""
    number = pd.factorize(pairs["customer_id"])[0]
    step = -(-(int(number.max()) + 1) // MOST_CUSTOMERS)
    if step == 1:
        return pairs, ""
    text = _("Counted on every {step}th customer, since there are so many.").format(step=step)
    return pairs[number % step == 0].reset_index(drop=True), text


def _rules(rules: pd.DataFrame) -> Table:
    return Table(
        "states_by_rule",
        _("The same purchases under several rules for “lost”"),
        rules.reset_index(),
        {
            "lost_after": Column(_("lost after so many quarters"), "whole"),
            "customers": Column(_("customers at the end"), "whole"),
            "lost": Column(_("lost at the end"), "whole"),
            "leave": Column(_("leave in a quarter"), "share"),
            "come_back": Column(_("come back in a quarter"), "share"),
        },
    )


def _chances(chances: pd.DataFrame) -> Table:
    return Table(
        "states",
        _("Chances from quarter to quarter"),
        chances.reset_index(),
        {
            "from": Column(_("from"), "text"),
            "to": Column(_("to"), "text"),
            "count": Column(_("passages"), "whole"),
            "probability": Column(_("chance"), "share"),
            "lower": Column(_("from (95%)"), "share"),
            "upper": Column(_("to (95%)"), "share"),
        },
        most_rows=0,
    )
