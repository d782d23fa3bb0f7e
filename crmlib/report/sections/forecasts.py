"""Models of buying on trial: two models and the naive rules, judged on what came later.

One is BG/NBD or MBG/NBD, whichever the first part of the time finds likelier (they have equally
many parameters); the other is Pareto/NBD.
"""

from collections.abc import Mapping
from functools import cached_property

import pandas as pd

from crmlib import models, rfm
from crmlib.core.i18n import gettext as _
from crmlib.models.buying_result import BuyingResult
from crmlib.models.holdout import HoldoutReport
from crmlib.models.result import Result
from crmlib.report.doubts import doubts
from crmlib.report.pages import Column, Picture, Section, Table
from crmlib.report.pictures import picture, tracking
from crmlib.report.study import HISTORY, Study

MOST_ROWS_TRACKED = 3_000_000
NOTED = 3
WORTH_SAYING = 0.05

CODE = (
    """halves = rfm.split(purchases, "{end}")
trial = {name: getattr(models, name)(halves).fit() for name in ["{model}", "ParetoNBD"]}
models.compare(*trial.values())""",
    """models.holdout_report(trial["{model}"], halves, transactions=purchases)""",
)


def likelier_of_two(table: pd.DataFrame) -> BuyingResult:
    """Fit BG/NBD and MBG/NBD to counted histories, and return the likelier."""
    fits = [model(table, count="count").fit() for model in (models.BGNBD, models.MBGNBD)]
    return max(fits, key=lambda fit: fit.llf)


class Trial:
    """Models fitted to the first part of the time, and judged on the second."""

    def __init__(self, study: Study):
        self.study = study

    @cached_property
    def fits(self) -> dict[str, models.Result]:
        """The two fitted models by name, the one with coins first."""
        table = rfm.compress(self.study.halves, HISTORY)
        coins = likelier_of_two(table)
        pareto = models.ParetoNBD(table, count="count").fit()
        return {coins.model.title: coins, pareto.model.title: pareto}

    @property
    def first(self) -> str:
        """The name of the model with coins."""
        return next(iter(self.fits))

    @cached_property
    def reports(self) -> dict[str, HoldoutReport]:
        """Each model's report on the holdout."""
        book, halves = self.study.book, self.study.halves
        if book.in_memory and book.rows <= MOST_ROWS_TRACKED:
            extra = {"transactions": book.coded}
            return {
                title: models.holdout_report(fit, halves, **extra)
                for title, fit in self.fits.items()
            }
        table = rfm.compress(halves, [*HISTORY, "holdout_purchases"])
        length = halves.attrs["holdout_length"]
        return {
            title: models.holdout_report(fit, table, count="count", t=length)
            for title, fit in self.fits.items()
        }

    def miss(self) -> str:
        """Say by how much the model with coins was off, where chance does not explain it."""
        report = self.reports[self.first]
        model, came = report.totals.loc["model"], report.totals.loc["actual", "purchases"]
        # NaN where no interval is known
        outside = came < model["lower"] or came > model["upper"]
        if not outside or abs(model["bias"]) < WORTH_SAYING:
            return ""
        too_high = _(
            "On trial {model} expected {share:.0%} more repeat purchases than came in "
            "{weeks:.0f} weeks, and chance does not explain it. The intervals do not hold "
            "this error: the values may be too high by as much, or by more over years."
        )
        too_low = _(
            "On trial {model} expected {share:.0%} fewer repeat purchases than came in "
            "{weeks:.0f} weeks, and chance does not explain it. The intervals do not hold "
            "this error: the values may be too low by as much, or by more over years."
        )
        text = too_high if model["bias"] > 0 else too_low
        return text.format(model=self.first, share=abs(model["bias"]), weeks=report.t)

    def side_by_side(self) -> pd.DataFrame:
        """All models and rules, one row each, with all measures."""
        frames = {title: report.to_frame() for title, report in self.reports.items()}
        first = next(iter(frames.values()))
        rules = first.drop(index="model")
        own = pd.DataFrame({title: frame.loc["model"] for title, frame in frames.items()}).T
        table = pd.concat([rules.loc[["actual"]], own, rules.drop(index="actual")])
        return table.astype(float).rename_axis("forecast").reset_index()


def forecasts(study: Study, trial: Trial | None = None) -> Section | None:
    """Return the section; a section of words only, where no model can be fitted."""
    if study.refusal:
        return _refused(study)
    trial = Trial(study) if trial is None else trial
    comparison = models.compare(*trial.fits.values())
    report = trial.reports[trial.first]
    totals = report.totals
    lost = {
        title: int((one.contests["winner"] == "rule").sum()) for title, one in trial.reports.items()
    }
    table = trial.side_by_side()
    beaten = ", ".join(f"{title}: {number}" for title, number in lost.items())
    return Section(
        name="forecasts",
        title=_("Can the future be forecast? Two models and the naive rules on trial"),
        says=_(
            "Fitted up to {day}, the {model} model expected {expected:,.0f} repeat purchases in "
            "the next {weeks:.0f} weeks; {actual:,.0f} came ({bias:+.1%}). Comparisons that a "
            "naive rule won, of {all}: {beaten}."
        ).format(
            day=f"{study.calibration_end:%Y-%m-%d}", weeks=report.t,
            model=trial.first,
            expected=totals.loc["model", "purchases"], actual=totals.loc["actual", "purchases"],
            bias=totals.loc["model", "bias"], all=len(report.contests), beaten=beaten,
        ),
        cannot=_(
            "One trial is one trial: what a crisis, a new rival or a campaign changes is in no "
            "model. And a good total does not mean that single customers are forecast well; their "
            "purchases scatter around the expectation."
        ),
        shown=(*_pictures(trial), _measures(table), _parameters(trial)),
        warnings=(*doubts(study), *_fit_warnings(trial)),
        points=(*comparison.sentences, *report.verdict[1:]),
        code=_filled(trial),
    )  # fmt: skip


def _filled(trial: Trial) -> tuple[str, ...]:
    end = f"{trial.study.calibration_end:%Y-%m-%d}"
    model = type(trial.fits[trial.first].model).__name__
    return tuple(cell.replace("{end}", end).replace("{model}", model) for cell in CODE)


def _refused(study: Study) -> Section:
    return Section(
        name="forecasts",
        title=_("Can the future be forecast?"),
        says=study.refusal,
        cannot=_("Without models the report says what was, and forecasts nothing."),
        warnings=doubts(study),
    )


def _fit_warnings(trial: Trial) -> list[str]:
    return [f"{title}: {warning}" for title, fit in trial.fits.items() for warning in fit.warnings]


def _pictures(trial: Trial) -> list[Picture]:
    weekly = {
        title: report.tracking
        for title, report in trial.reports.items()
        if report.tracking is not None
    }
    if not weekly:
        return []
    return [
        picture(
            "tracking",
            _("Repeat purchases of the customers of the fit, week by week"),
            _("Two models follow the actual repeat purchases a week, before and after the split."),
            tracking(weekly),
        )
    ]


def _measures(table: pd.DataFrame) -> Table:
    return Table(
        "forecasts",
        _("Models and rules, judged on what came afterwards"),
        table.assign(forecast=[_forecast(name) for name in table["forecast"]]),
        {
            "forecast": Column(_("forecast"), "text"),
            "purchases": Column(_("purchases"), "whole"),
            "bias": Column(_("off by"), "share"),
            "rmse": Column(_("error per customer"), "number"),
            "rank_correlation": Column(_("order of customers"), "number"),
            "area_under_curve": Column(_("who buys at all"), "number"),
            "log_score": Column(_("probabilities"), "number"),
        },
    )


def _forecast(name: str) -> str:
    known = {
        "actual": _("what came"),
        "past rate": _("rule: all go on as before"),
        "shop average": _("rule: all like the average"),
        "last quarter": _("rule: as in the last 13 weeks"),
        "recent buyers": _("rule: who bought lately buys"),
        "three purchases": _("rule: three purchases"),
        "nobody": _("rule: nobody buys"),
        "histogram afterwards": _("(the shares seen afterwards)"),
    }
    return known.get(name, name)


def _parameters(trial: Trial) -> Table:
    title = _("Parameters of the models, in weeks, with 95% intervals")
    return parameters("parameters", title, trial.fits, most_rows=0)


def parameters(name: str, title: str, fits: Mapping[str, Result], **look: int) -> Table:
    """Return the parameters of some fits below one another, each with its model's name."""
    rows = []
    for model, fit in fits.items():
        table = fit.summary()
        table.insert(0, "model", model)
        rows.append(table.rename_axis("parameter").reset_index())
    return Table(
        name,
        title,
        pd.concat(rows, ignore_index=True),
        {
            "model": Column(_("model"), "text"),
            "parameter": Column(_("parameter"), "text"),
            "estimate": Column(_("estimate"), "precise"),
            "lower": Column(_("from (95%)"), "precise"),
            "upper": Column(_("to (95%)"), "precise"),
        },
        **look,
    )
