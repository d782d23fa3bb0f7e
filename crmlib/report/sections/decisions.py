"""What to decide, what to test next: from this data's own rates, with the size a test needs."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from statsmodels.stats.power import NormalIndPower
from statsmodels.stats.proportion import proportion_effectsize

from crmlib.core.i18n import gettext as _
from crmlib.report import facts
from crmlib.report.pages import Column, Section, Table
from crmlib.report.sections.worth import Worth
from crmlib.report.study import Study

ALPHA = 0.05
HIGHEST_SHARE = 0.999
LATELY, LONG_AGO = 13, 52  # weeks

CODE = (
    """from crmlib.report.sections.decisions import group_size
group_size(share=0.10, lift={lift}, power={power})  # customers in each of the two groups""",
)


@dataclass(frozen=True)
class Group:
    """Customers whom a test could be about: how many, and what they do untreated."""

    name: str
    what: str
    customers: int
    share: float


def group_size(share: float, lift: float, power: float = 0.8) -> float:
    """Customers that each of two groups needs, so that a test finds a gain if it is there.

    Parameters
    ----------
    share : float
        Share who buy without treatment, between 0 and 1.
    lift : float
        Relative gain worth finding: 0.2 for a rise from 10% to 12%.
    power : float
        Chance to find it.

    Returns
    -------
    float
        A whole number; two-sided test of two proportions at 5%. NaN where the share is 0 or 1.

    Examples
    --------
    >>> group_size(0.10, 0.2)
    3835.0
    """
    better = share * (1 + lift)
    if not 0 < share < better <= HIGHEST_SHARE:
        return np.nan
    effect = proportion_effectsize(better, share)
    needed = NormalIndPower().solve_power(effect_size=effect, alpha=ALPHA, power=power)
    return float(np.ceil(needed))


def smallest_lift(share: float, customers: int, power: float = 0.8) -> float:
    """Smallest relative gain that a test with two groups of so many customers would find.

    Examples
    --------
    >>> round(smallest_lift(0.10, 3835), 2)
    0.2
    """
    if not 0 < share < 1 or customers < 2:
        return np.nan
    effect = NormalIndPower().solve_power(nobs1=customers, alpha=ALPHA, power=power)
    better = np.sin(np.arcsin(np.sqrt(share)) + effect / 2) ** 2
    past_the_end = np.arcsin(np.sqrt(share)) + effect / 2 > np.pi / 2
    return np.nan if past_the_end else float(better / share - 1)


def groups(study: Study) -> list[Group]:
    """Customers to test something on today, with the share who bought in the last days untreated.

    The share is that of those who were in the same group before these days.
    """
    wait = pd.Timedelta(days=int(study.settings["test.days"]))
    if study.book.days < 3 * wait.days:
        return []
    table = facts.split(study.book, study.book.last - wait)
    again = (table["holdout_purchases"] > 0).to_numpy()
    words = _words_of_groups()
    return [
        Group(*words[name], int(now.sum()), float(again[then].mean()))
        for (name, then), now in zip(
            _members(table).items(), _members(study.summary).values(), strict=True
        )
        if then.any() and now.any()
    ]


def _members(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Who belongs to which group on the last day of a summary."""
    silence = (table["T"] - table["recency"]).to_numpy()
    frequency = table["frequency"].to_numpy()
    once, lately = frequency == 0, silence <= LATELY
    return {
        "once": once & lately,
        "quiet": ~once & ~lately & (silence <= LONG_AGO),
        "lost": silence > LONG_AGO,
        "regulars": (frequency >= 2) & lately,
    }


def _words_of_groups() -> dict[str, tuple[str, str]]:
    """Return who is in each group, and what could be tried on them."""
    return {
        "once": (
            _("bought once, in the last {weeks} weeks").format(weeks=LATELY),
            _("an invitation to a second purchase"),
        ),
        "quiet": (
            _("bought several times, silent for {low} to {high} weeks").format(
                low=LATELY, high=LONG_AGO
            ),
            _("a letter to those who have gone quiet"),
        ),
        "lost": (
            _("silent for more than {weeks} weeks").format(weeks=LONG_AGO),
            _("an offer to win back the lost"),
        ),
        "regulars": (
            _("bought three times or more, seen in the last {weeks} weeks").format(weeks=LATELY),
            _("a benefit for regulars"),
        ),
    }


def tests(study: Study) -> pd.DataFrame:
    """One row per test that could be made next."""
    lift, power = (float(study.settings[f"test.{name}"]) for name in ("lift", "power"))
    rows = []
    for group in groups(study):
        needed = group_size(group.share, lift, power)
        rows.append(
            {
                "treatment": group.what,
                "customers": group.name,
                "available": group.customers,
                "share_untreated": group.share,
                "share_with_lift": min(1.0, group.share * (1 + lift)),
                "needed_in_each_group": needed,
                "enough": _enough(group, needed),
                "smallest_lift": smallest_lift(group.share, group.customers // 2, power),
            }
        )
    columns = [
        *("treatment", "customers", "available", "share_untreated", "share_with_lift"),
        *("needed_in_each_group", "enough", "smallest_lift"),
    ]
    return pd.DataFrame(rows, columns=columns)


def decisions(study: Study, values: Worth | None) -> Section:
    """Return the section; it is always there."""
    table = tests(study)
    days, lift = int(study.settings["test.days"]), float(study.settings["test.lift"])
    possible = int((table["needed_in_each_group"] * 2 <= table["available"]).sum())
    if len(table):
        says = _(
            "Of {number} tests that suggest themselves, {possible} can be made with the customers "
            "there are: so many that a gain of {lift:.0%} over the untreated share would be found "
            "with a chance of {power:.0%} (two-sided test at 5%, {days} days of waiting)."
        ).format(
            number=len(table), possible=possible, lift=lift, days=days,
            power=float(study.settings["test.power"]),
        )  # fmt: skip
    else:
        says = _(
            "The purchases cover {days} days, too few to say what customers do in {wait} days "
            "without treatment: wait, then plan a test."
        ).format(days=study.book.days, wait=days)
    code = CODE[0].replace("{lift}", f"{lift:g}")
    return Section(
        name="decisions",
        title=_("What to decide, what to test next"),
        says=says,
        cannot=_(
            "Nothing in this report says what a treatment would change: the past has no comparison "
            "group. Draw the two groups by chance, write down beforehand what counts as success, "
            "and leave the untreated group alone until the end."
        ),
        shown=(_table(table),) if len(table) else (),
        warnings=(_no_margin(),) if values is not None and values.margin == 1.0 else (),
        points=tuple(_points(study, values)),
        code=(code.replace("{power}", f"{float(study.settings['test.power']):g}"),),
    )


def _no_margin() -> str:
    return _("No margin was given (model.margin): the sums below are revenue, not profit.")


def _points(study: Study, values: Worth | None) -> list[str]:
    """What can be decided on these numbers."""
    found = []
    if values is not None:
        new, low, high = values.of_a_new_customer
        money = study.book.about
        found.append(
            (_may_cost() if values.margin < 1.0 else _may_cost_without_margin()).format(
                new=money(100 * new),
                years=values.years,
                margin=values.margin,
                low=money(100 * low),
                high=money(100 * high),
            )
        )
    once = float((study.summary["frequency"] == 0).mean())
    found.append(
        _(
            "Decide who is in charge of the second purchase: {share:.0%} of all customers have "
            "bought on one day only."
        ).format(share=once)
    )
    found.append(
        _(
            "Decide on the rules in the table of the data: every set-aside row is a decision that "
            "somebody else may take differently."
        )
    )
    return found


def _may_cost() -> str:
    return _(
        "Decide what a new customer may cost: at most {new} over {years:g} years at a "
        "margin of {margin:.0%} (interval {low} to {high}). If new customers go on as the "
        "earlier ones did, campaigns that cost more for each lose money on average, "
        "whatever they bring in the first month."
    )


def _may_cost_without_margin() -> str:
    return _(
        "Decide what a new customer may cost, once the margin is known: {new} over {years:g} years "
        "(interval {low} to {high}) is revenue. Only your margin's part of it may be spent: of a "
        "margin of 40%, two fifths."
    )


def _enough(group: Group, needed: float) -> str:
    if np.isnan(needed):
        return _("no: the share is 0, or too high for this gain")
    return _("yes") if 2 * needed <= group.customers else _("no: collect more, or hope for more")


def _table(table: pd.DataFrame) -> Table:
    return Table(
        "tests",
        _("Tests that suggest themselves, and the size they need"),
        table,
        {
            "treatment": Column(_("what to try"), "text"),
            "customers": Column(_("on customers who"), "text"),
            "available": Column(_("there are"), "whole"),
            "share_untreated": Column(_("buy untreated"), "share"),
            "share_with_lift": Column(_("with the gain"), "share"),
            "needed_in_each_group": Column(_("needed in each group"), "whole"),
            "enough": Column(_("enough?"), "text"),
            "smallest_lift": Column(_("smallest gain that can be found"), "share"),
        },
    )
