"""What a holdout report says in words."""

from collections.abc import Iterator

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.buying_result import BuyingResult
from crmlib.models.holdout.cases import Cases
from crmlib.models.holdout.tables import MODEL, Forecasts, has_standard_errors

RULES = {
    "past rate": N_("every customer goes on as before"),
    "shop average": N_("every customer buys like the average one"),
    "last quarter": N_("every customer buys as in the last 13 weeks"),
    "recent buyers": N_("who bought in the last {recent} will buy"),
    "three purchases": N_("who bought three times will buy"),
    "nobody": N_("nobody will buy"),
}
MEASURES = {
    "total": N_("On the total"),
    "rmse": N_("Customer by customer (root mean square error)"),
    "mae": N_("Customer by customer (mean absolute error)"),
    "rank_correlation": N_("In the order of customers (rank correlation)"),
    "area_under_curve": N_("In the order of who buys at all (area under the curve)"),
    "found_right": N_("Buys or not, share of customers found right"),
    "came_back": N_("Of as many customers chosen by each, the share who came back"),
    "log_score": N_("For the probabilities of what came (mean logarithm)"),
}
FORMATS = {"came_back": "{:.1%}", "found_right": "{:.1%}", "total": "{:+,.0f}"}
# Standard errors from which a miss is named: one class of several may miss by two by chance.
CERTAIN_AMONG_MANY = 3.0


def length_of(t: float, unit: str | None) -> str:
    """Return a length of time in words."""
    if unit == "W":
        return _("{t:g} weeks").format(t=t)
    if unit == "D":
        return _("{t:g} days").format(t=t)
    return _("{t:g} units of time").format(t=t)


def verdict(
    cases: Cases,
    totals: pd.DataFrame,
    contests: pd.DataFrame,
    by_frequency: pd.DataFrame,
    alive_calibration: pd.DataFrame,
    recent: float | None,
    level: float,
) -> tuple[str, ...]:
    """Say who wins, how far the total is off and why, and whether P(alive) can be believed."""
    sentences = [_summary(contests), _total(cases, totals, level)]
    sentences += [_contest(name, row, totals, cases, recent) for name, row in contests.iterrows()]
    sentences += _largest_miss(by_frequency)
    sentences += _alive(alive_calibration)
    return tuple(sentences)


def _summary(contests: pd.DataFrame) -> str:
    lost = (contests["winner"] == "rule").sum()
    if not lost:
        return _("No naive rule beats the model.")
    return _("In {lost} of {all} comparisons the best naive rule beats the model.").format(
        lost=lost, all=len(contests)
    )


def _total(cases: Cases, totals: pd.DataFrame, level: float) -> str:
    actual, model = totals.loc["actual", "purchases"], totals.loc[MODEL]
    text = _(
        "In the next {time} the model expected {expected:,.0f} purchases ({level:.0%} interval "
        "{lower:,.0f} to {upper:,.0f}); {actual:,.0f} came."
    ).format(
        time=length_of(cases.t, cases.unit),
        expected=model["purchases"],
        level=level,
        lower=model["lower"],
        upper=model["upper"],
        actual=actual,
    )
    if model["lower"] <= actual <= model["upper"]:
        verdict = _("Chance and estimation explain the difference.")
    else:
        verdict = _("Chance and estimation alone do not explain the difference.")
    return f"{text} {verdict}"


def _contest(
    name: str, row: pd.Series, totals: pd.DataFrame, cases: Cases, recent: float | None
) -> str:
    text = {
        "model": _("{what}: the model wins, {model} against {value} of the rule “{rule}”."),
        "rule": _("{what}: the naive rule “{rule}” wins, {value} against the model's {model}."),
        "neither": _("{what}: the model and the rule “{rule}” are equal, {model}."),
    }[row["winner"]]
    if name == "total" and totals.loc["actual", "purchases"] > 0:
        values = [f"{totals.loc[who, 'bias']:+.1%}" for who in (MODEL, row["rule"])]
    else:
        style = FORMATS.get(name, "{:.3f}")
        values = [style.format(row[column]) for column in ("model", "rule_value")]
    rule = _(RULES[row["rule"]])
    if recent is not None:
        rule = rule.format(recent=length_of(recent, cases.unit))
    text = text.format(what=_(MEASURES[name]), model=values[0], value=values[1], rule=rule)
    if row["beyond_chance"] is False and row["winner"] != "neither":
        text += " " + _("Chance could turn this round.")
    if name == "mae" and row["winner"] == "rule":
        text += " " + _("(Where most buy nothing, this error favours forecasts that are too low.)")
    return text


def _largest_miss(by_frequency: pd.DataFrame) -> Iterator[str]:
    gap = by_frequency["actual"] - by_frequency[MODEL]
    sure = gap.abs() > CERTAIN_AMONG_MANY * by_frequency["standard_error"]
    if not sure.any():
        return
    frequency = (gap.abs() * by_frequency["customers"])[sure].idxmax()
    row = by_frequency.loc[frequency]
    pooled = frequency == by_frequency.index[-1]
    text = (
        _(
            "The largest miss lies with the {customers:,.0f} customers of frequency {frequency} or "
            "more: {actual:.2f} purchases each, {expected:.2f} expected."
        )
        if pooled
        else _(
            "The largest miss lies with the {customers:,.0f} customers of frequency {frequency}: "
            "{actual:.2f} purchases each, {expected:.2f} expected."
        )
    )
    yield text.format(
        customers=row["customers"], frequency=frequency, actual=row["actual"], expected=row[MODEL]
    )


def _alive(calibration: pd.DataFrame) -> Iterator[str]:
    if calibration.empty:
        return
    too_many = calibration[calibration["lower"] > calibration["probability_alive"]]
    if too_many.empty:
        yield _(
            "P(alive) holds: in no band did more customers buy again than it allows to be alive."
        )
        return
    row = too_many.loc[(too_many["bought"] - too_many["probability_alive"]).idxmax()]
    yield _(
        "P(alive) is too low: of {customers:,.0f} customers between {low:.0%} and {high:.0%} "
        "({alive:.0%} on average) {bought:.0%} bought again, and only the living buy. Do not "
        "strike customers off because of it."
    ).format(
        customers=row["customers"],
        low=row["from"],
        high=row["to"],
        alive=row["probability_alive"],
        bought=row["bought"],
    )


def notes(
    result: BuyingResult,
    cases: Cases,
    forecasts: Forecasts,
    holdout: pd.DataFrame,
    recent: float | None,
    followed: bool,
) -> Iterator[str]:
    """Say what was left out of the report, and why."""
    certain = cases.total(forecasts.alive >= 1)
    if certain:
        yield _(
            "P(alive) is 1 by definition for {number:,.0f} customers; they are not in its table."
        ).format(number=certain)
    if not followed:
        yield _(
            "Without transactions= there is no weekly tracking, and no rule “as in the last 13 "
            "weeks”."
        )
    elif "last quarter" not in forecasts.purchases:
        yield _("The calibration is shorter than 13 weeks: no rule “as in the last 13 weeks”.")
    if recent is None:
        yield _(
            "The tables do not say their unit of time, so the rule “who bought lately will buy” "
            "needs recent=, a time in the unit of T."
        )
    just_come = cases.total(cases.table["T"].to_numpy() == 0)
    if just_come:
        yield _(
            "{number:,.0f} customers came on the last day (T is 0): their past rate is taken as 0."
        ).format(number=just_come)
    if holdout.attrs.get("customers_not_yet_acquired"):
        yield _(
            "{number:,.0f} customers who first bought in the holdout are not judged: no model of "
            "existing customers knows them."
        ).format(number=holdout.attrs["customers_not_yet_acquired"])
    if not has_standard_errors(result):
        yield _("The fit has no standard errors: the interval of the total holds chance alone.")
    yield _(
        "“histogram afterwards” is no rival: it gives every customer the shares that were seen in "
        "the holdout itself. A model that scores less tells nothing about who."
    )
