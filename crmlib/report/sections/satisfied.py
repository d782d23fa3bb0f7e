"""With a survey: satisfaction against staying, market by market; penalty and reward."""

import pandas as pd

from crmlib import trap
from crmlib.core.i18n import gettext as _
from crmlib.report.pages import Column, Picture, Section, Table
from crmlib.report.pictures import picture
from crmlib.trap import plots
from crmlib.trap import tables as trap_tables

FEWEST = 100
FEWEST_PER_POINT = 30

CODE = (
    """from crmlib import trap
answers = pd.read_csv("tables/survey.csv")
trap.correlation(answers)""",
    """trap.loyalty_curve(answers)""",
)
PENALTY_CODE = """trap.penalty_reward(trap.prepare(answers))"""


def satisfied(answers: pd.DataFrame | None) -> Section | None:
    """Return the section, or None without a survey or with too few answers."""
    if answers is None or len(answers) < FEWEST:
        return None
    links = trap.correlation(answers)
    curve = trap.loyalty_curve(answers, fewest=FEWEST_PER_POINT)
    penalties, why = _penalties(answers)
    shown: list[Picture | Table] = []
    if len(curve):
        shown.append(_picture(curve))
    shown += [_links(links), _answers(answers)]
    if penalties is not None:
        shown += [_penalty_picture(penalties), _penalty_table(penalties)]
    return Section(
        name="satisfaction",
        title=_("Satisfied, and staying? The survey"),
        says=_says(len(answers), links),
        cannot=_(
            "It does not say what those would have answered who did not: they are often the ones "
            "about to leave. And a correlation within a market is no proof that pleasing people "
            "makes them stay."
        ),
        shown=tuple(shown),
        warnings=(why,) if why else (),
        code=CODE + ((PENALTY_CODE,) if penalties is not None else ()),
    )


def _says(number: int, links: pd.DataFrame) -> str:
    """Say the correlation over all answers, and within the groups where there are some."""
    whole, parts = links.iloc[0], links["correlation"].iloc[1:].dropna()
    text = _(
        "Over all {number:,} answers the correlation of satisfaction with staying is "
        "{whole:.2f} ({lower:.2f} to {upper:.2f})"
    ).format(number=number, whole=whole["correlation"], lower=whole["lower"], upper=whole["upper"])
    if len(parts):
        return text + _(
            "; within the {groups} groups it runs from {low:.2f} to {high:.2f}."
        ).format(groups=len(parts), low=parts.min(), high=parts.max())
    return text + _(
        ". No markets or groups are known, so it may hide opposite ones: name the column with "
        "survey.market."
    )


def _penalties(answers: pd.DataFrame) -> tuple[pd.DataFrame | None, str]:
    """Penalty and reward, where the survey has items for them; else why not."""
    if not {"basic_1", "latent_1"} <= set(answers.columns):
        return None, _(
            "Penalty and reward need items of two kinds, basic_1 … and latent_1 …, in the survey; "
            "this one has none."
        )
    items = [name for name in answers if name.split("_")[0] in ("basic", "latent")]
    try:
        return trap.penalty_reward(trap.prepare(answers.dropna(subset=items))), ""
    except ValueError as error:
        return None, _("Penalty and reward could not be estimated: {why}").format(why=error)


def _picture(curve: pd.DataFrame) -> Picture:
    ax = plots.loyalty_curves(curve, names={}, x=_("satisfaction"))
    ax.set_ylabel(_("share who stayed"))
    return picture(
        "satisfaction",
        _("Share who stayed, by satisfaction, in each market, with 95% intervals"),
        _("One line per market: the share who stayed against satisfaction."),
        ax,
    )


def _penalty_picture(penalties: pd.DataFrame) -> Picture:
    ax = plots.contrasts(penalties)
    # the room's own names of markets are those of the course's company
    names = list(dict.fromkeys(penalties.index.get_level_values(0)))
    ax.set_yticks(range(len(names))[::-1], list(map(_market, names)))
    return picture(
        "penalty_reward",
        _("What a need costs when it is not met, and what it brings when it is"),
        _("Weights on staying, with intervals, for each market."),
        ax,
    )


def _market(name: object) -> str:
    return _("all together") if name == trap_tables.ALL else str(name)


def _links(links: pd.DataFrame) -> Table:
    return Table(
        "satisfaction",
        _("Correlation of satisfaction with staying"),
        links.rename_axis("market").reset_index().assign(market=list(map(_market, links.index))),
        {
            "market": Column(_("market"), "text"),
            "answers": Column(_("answers"), "whole"),
            "correlation": Column(_("correlation"), "number"),
            "lower": Column(_("from (95%)"), "number"),
            "upper": Column(_("to (95%)"), "number"),
        },
    )


def _answers(answers: pd.DataFrame) -> Table:
    """Keep the answers that were used, for the notebook; the page does not show them."""
    return Table("survey", _("The answers"), answers, {}, most_rows=0)


def _penalty_table(penalties: pd.DataFrame) -> Table:
    frame = penalties.copy()
    frame.index.names = ["market", "term"]
    return Table(
        "penalty_reward",
        _("Weights on staying (log odds per point)"),
        frame.reset_index().assign(
            market=[_market(market) for market, _term in frame.index],
            term=[_(term) for _market_, term in frame.index],
        ),
        {
            "market": Column(_("market"), "text"),
            "term": Column(_("term"), "text"),
            "estimate": Column(_("weight"), "number"),
            "lower": Column(_("from (95%)"), "number"),
            "upper": Column(_("to (95%)"), "number"),
        },
    )
