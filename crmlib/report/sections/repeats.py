"""The chance to buy again by purchases so far, and the rule "three purchases make a customer"."""

import pandas as pd
from scipy import special

from crmlib import alive
from crmlib.alive import plots
from crmlib.core.i18n import gettext as _
from crmlib.report.pages import Column, Section, Table
from crmlib.report.pictures import picture
from crmlib.report.study import Study

CAP = 6
FEWEST = 20
LEVEL = 0.95

CODE = (
    """halves = rfm.split(purchases, "{end}")
repeat_table = alive.repeat_probability(halves)
ax = alive.plots.repeat_curve(repeat_table)
repeat_table""",
    """alive.k_rule(halves, [2, 3, 4])""",
)


def repeats(study: Study) -> Section | None:
    """Return the section, or None where hardly anybody came back, or nobody bought only once."""
    customers = study.halves
    if (customers["holdout_purchases"] > 0).sum() < FEWEST:
        return None
    history = alive.repeat_probability(customers, CAP)
    if history["customers"].reindex([1, 2, 3], fill_value=0).min() == 0:
        return None
    rules = alive.k_rule(customers, [2, 3, 4])
    third = rules.loc[3]
    weeks = customers.attrs["holdout_length"]
    figure = picture(
        "repeats",
        _("Chance to buy again in the following {weeks:.0f} weeks, with 95% intervals").format(
            weeks=weeks
        ),
        _("The chance to buy again, by the number of purchase days so far: {shares}.").format(
            shares=", ".join(f"{share:.0%}" for share in history["probability"])
        ),
        plots.repeat_curve(history),
    )
    return Section(
        name="repeats",
        title=_("The second purchase, and the rule of three"),
        says=_(
            "Of the customers with one purchase day up to {day}, {one:.0%} bought again in the "
            "{weeks:.0f} weeks after it, of those with two {two:.0%}, with three {three:.0%}. "
            "{verdict}"
        ).format(
            day=f"{study.calibration_end:%Y-%m-%d}", weeks=weeks,
            verdict=verdict(history),
            one=history["probability"].get(1, float("nan")),
            two=history["probability"].get(2, float("nan")),
            three=history["probability"].get(3, float("nan")),
        ),
        cannot=_(
            "It does not say that a purchase makes a customer loyal: those who buy more were "
            "different from the start. As a rule of thumb, “three purchases” finds {recall:.0%} of "
            "those who came back, and {precision:.0%} of those it names did come back."
        ).format(recall=third["recall"], precision=third["precision"]),
        shown=(figure, _history(history), _rules(rules)),
        code=tuple(
            cell.replace("{end}", f"{study.calibration_end:%Y-%m-%d}") for cell in CODE
        ),
    )  # fmt: skip


def verdict(history: pd.DataFrame) -> str:
    """Say where the chance rises most, and whether that could be chance.

    Only steps between numbers of purchases that enough customers have; the last row, which pools
    all who bought more often, is no step of one purchase.
    """
    known = history[history["customers"] >= FEWEST].reindex(range(1, CAP))
    steps = known["probability"].diff().dropna()
    if steps.empty:
        return ""
    largest = int(steps.idxmax())
    text = (
        _("The largest step is at the third purchase, as the rule has it.")
        if largest == 3
        else _("The largest step is at purchase {k}, not at the third.").format(k=largest)
    )
    here, before = (history.loc[k] for k in (largest, largest - 1))
    if here["lower"] <= before["upper"]:
        return text + " " + _("(The intervals overlap: it may be chance.)")
    if rivals := _no_smaller(known, steps, largest):
        return (
            text
            + " "
            + _("(That at purchase {k} may be as large: chance could decide.)").format(k=rivals[0])
        )
    return text


def _no_smaller(known: pd.DataFrame, steps: pd.Series, largest: int) -> list[int]:
    """Steps that may be as large as the largest, at 5%: the next largest first."""
    share = known["probability"]
    error = share * (1 - share) / known["customers"]
    found = []
    for k in steps.drop(largest).sort_values(ascending=False).index:
        weight = pd.Series(0.0, index=known.index)
        for step, sign in ((largest, 1), (k, -1)):
            weight[step] += sign
            weight[step - 1] -= sign
        spread = float(((weight**2) * error).sum() ** 0.5)
        if steps[largest] - steps[k] <= special.ndtri((1 + LEVEL) / 2) * spread:
            found.append(int(k))
    return found


def _history(history: pd.DataFrame) -> Table:
    return Table(
        "repeats",
        _("Chance to buy again by purchase days so far (the last row: so many or more)"),
        history.reset_index(),
        {
            "purchase_days": Column(_("purchase days"), "whole"),
            "customers": Column(_("customers"), "whole"),
            "returned": Column(_("bought again"), "whole"),
            "probability": Column(_("share"), "share"),
            "lower": Column(_("from (95%)"), "share"),
            "upper": Column(_("to (95%)"), "share"),
        },
    )


def _rules(rules: pd.DataFrame) -> Table:
    return Table(
        "rule_of_k",
        _("The rule “k purchases make a loyal customer”, judged by what came"),
        rules.reset_index(),
        {
            "k": Column(_("purchases"), "whole"),
            "called_loyal": Column(_("called loyal"), "whole"),
            "precision": Column(_("of them bought again"), "share"),
            "recall": Column(_("found, of all who bought again"), "share"),
        },
    )
