"""RFM segments by plain quintile scores: recency, frequency, money, 1 (low) to 5 (high).

A small function for the report; the course's room on segments will say more about them.
"""

from types import MappingProxyType

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.report.pages import Column, Section, Table
from crmlib.report.pictures import picture, segment_bars
from crmlib.report.study import Study

SCORES = 5
SEGMENTS = MappingProxyType(
    {
        N_("regulars, seen lately"): N_("bought often, and lately"),
        N_("regulars, gone quiet"): N_("bought often, but not lately"),
        N_("promising"): N_("a few purchases, the last one lately"),
        N_("new"): N_("one purchase day, lately"),
        N_("fading"): N_("a few purchases, the last one long ago"),
        N_("one purchase, long ago"): N_("one purchase day, and not lately"),
    }
)
FEWEST = 50

CODE = (
    """from crmlib.report.sections.segments import scores, segment
history = purchases.groupby("customer_id").agg(
    last=("date", "max"), days=("date", "nunique"), revenue=("amount", "sum"))
rfm_scores = scores((history["last"].max() - history["last"]).dt.days,
                    history["days"], history["revenue"])
segment(rfm_scores, history["days"]).value_counts()""",
)


def scores(silence: pd.Series, purchase_days: pd.Series, revenue: pd.Series) -> pd.DataFrame:
    """Score customers from 1 to 5 by quintiles; equals get equal scores.

    Parameters
    ----------
    silence, purchase_days, revenue : Series
        Days since the last purchase, days with a purchase, and money, one per customer.

    Returns
    -------
    DataFrame
        ``recency`` (5: seen lately), ``frequency``, ``money``.

    Examples
    --------
    >>> days = pd.Series([1, 10, 30, 90, 300])
    >>> scores(days, pd.Series([9, 5, 1, 1, 1]), days)["frequency"].to_list()
    [5, 4, 2, 2, 2]
    """
    parts = {"recency": -silence, "frequency": purchase_days, "money": revenue}
    return pd.DataFrame({name: _quintile(values) for name, values in parts.items()})


def segment(scored: pd.DataFrame, purchase_days: pd.Series) -> pd.Series:
    """Give every customer a segment, by the scores of recency and frequency.

    Returns
    -------
    Series
        An ordered category, the most valuable kind first.
    """
    lately = scored["recency"] >= 4
    often = (scored["frequency"] == SCORES) & (purchase_days >= 3)
    once = purchase_days == 1
    names = list(SEGMENTS)
    chosen = np.select([often & lately, often, once & lately, once, lately], [0, 1, 3, 5, 2], 4)
    return pd.Series(
        pd.Categorical.from_codes(chosen, names, ordered=True), scored.index, name="segment"
    )


def of_study(study: Study) -> pd.Series:
    """Return the segment of each customer."""
    silence = (study.book.last - study.customers["last"]).dt.days
    days = (study.summary["frequency"] + 1).set_axis(study.customers.index)
    return segment(scores(silence, days, study.revenue), days)


def in_words(which: pd.Series) -> pd.Series:
    """Return the segments in the language in force, each looked up once."""
    return which.cat.rename_categories({name: _(name) for name in SEGMENTS}).astype("str")


def segments(study: Study) -> Section | None:
    """Return the section, or None where there are too few customers."""
    if len(study.customers) < FEWEST:
        return None
    which = of_study(study)
    groups = study.revenue.groupby(which, observed=False)
    table = pd.DataFrame({"customers": groups.size(), "revenue": groups.sum()})
    table["share_of_customers"] = table["customers"] / table["customers"].sum()
    table["share_of_revenue"] = table["revenue"] / max(table["revenue"].sum(), 0.01)
    table["revenue_each"] = table["revenue"] / table["customers"].clip(lower=1)
    best, quiet = table.iloc[0], table.iloc[1]
    shown = table.set_axis([_(str(name)) for name in table.index])
    figure = picture(
        "segments",
        _("Segments: share of the customers and of the money"),
        _("Bars of six segments. Regulars seen lately hold {share:.0%} of the money.").format(
            share=best["share_of_revenue"]
        ),
        segment_bars(shown),
    )
    frame = table.assign(meaning=[_(text) for text in SEGMENTS.values()])
    frame.insert(0, "segment", [_(str(name)) for name in table.index])
    return Section(
        name="segments",
        title=_("Segments by recency, frequency and money"),
        says=_(
            "{best:,} regulars who were seen lately ({share:.0%} of the customers) brought "
            "{money:.0%} of the money; another {quiet:,} regulars have gone quiet, and they "
            "brought {lost:.0%}."
        ).format(
            best=int(best["customers"]), share=best["share_of_customers"],
            money=best["share_of_revenue"], quiet=int(quiet["customers"]),
            lost=quiet["share_of_revenue"],
        ),
        cannot=_(
            "Scores compare customers with each other, so there is always a best fifth, also in a "
            "shop that is dying. They say what was, not what will be, and not who would respond "
            "to a letter."
        ),
        shown=(figure, _table(frame.reset_index(drop=True))),
        points=(_bounds(study, which),),
        code=CODE,
    )  # fmt: skip


def _bounds(study: Study, which: pd.Series) -> str:
    """Say what “lately” and “often” mean in this shop."""
    names = list(SEGMENTS)
    silence = (study.book.last - study.customers["last"]).dt.days
    lately = which.isin([names[0], names[2], names[3]]).to_numpy()
    often = which.isin(names[:2]).to_numpy()
    days = (study.summary["frequency"] + 1).to_numpy()
    return _(
        "“Lately” means here: at most {silence:,} days before {last}, the last day of the data. "
        "“Often” means: on {days:,} days or more."
    ).format(
        silence=int(silence[lately].max()) if lately.any() else 0,
        last=f"{study.book.last:%Y-%m-%d}",
        days=int(days[often].min()) if often.any() else 3,
    )


def _table(frame: pd.DataFrame) -> Table:
    return Table(
        "segments",
        _("The six segments"),
        frame,
        {
            "segment": Column(_("segment"), "text"),
            "meaning": Column(_("who that is"), "text"),
            "customers": Column(_("customers"), "whole"),
            "share_of_customers": Column(_("share of customers"), "share"),
            "revenue_each": Column(_("revenue each"), "money"),
            "share_of_revenue": Column(_("share of the revenue"), "share"),
        },
    )


def _quintile(values: pd.Series) -> pd.Series:
    place = values.rank(pct=True, method="average")
    return np.ceil(place * SCORES).clip(1, SCORES).astype(int)
