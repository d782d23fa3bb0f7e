"""Judge a fitted model on data that it has not seen, beside rules that need no model.

A model that fits well may still forecast badly, and a plain rule may do as well for less. So every
number of the model stands beside that of a naive rule here, and where the rule wins, the report
says so.
"""

from dataclasses import dataclass

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.models.buying_result import BuyingResult
from crmlib.models.checks import FitError
from crmlib.models.holdout import tables, words
from crmlib.models.holdout.cases import HISTORY, holdout_length, read_cases, read_occasions, unit_of
from crmlib.models.holdout.contests import contests
from crmlib.models.holdout.tables import QUARTER_IN_WEEKS
from crmlib.models.holdout.tracking import tracking
from crmlib.models.result import _escape
from crmlib.models.values import UNITS_PER_PERIOD


@dataclass(frozen=True, repr=False, eq=False)
class HoldoutReport:
    """A model judged on a holdout, beside naive rules.

    The rows of the tables are forecasts: "model" and the rules "past rate" (every customer goes on
    as before, frequency / T per unit of time), "shop average", "last quarter" (as in the last 13
    weeks), "recent buyers", "three purchases" and "nobody".

    Attributes
    ----------
    title : str
        Name of the model.
    customers, t, unit
        Number of customers, length of the holdout, and the unit of time ("W", "D" or None).
    totals : DataFrame
        ``purchases`` (with the row "actual"), ``difference`` and ``bias`` (share) against the
        actual, and for the model ``standard_error``, ``lower`` and ``upper``, from chance and
        estimation together.
    errors : DataFrame
        Customer by customer: ``mae``, ``rmse``, ``bias_per_customer`` (forecast minus actual) and
        ``rank_correlation`` (Spearman).
    who_buys : DataFrame
        Whether somebody buys at all: ``called`` (customers of whom the forecast says so),
        ``found_right`` (share of all customers), ``came_back`` (share of the called),
        ``came_back_of_models_choice`` (of as many customers with the model's highest chances to
        buy) and ``area_under_curve``.
    scores : DataFrame
        ``log_score``, the mean log probability that a forecast gave to what came. "past rate" is a
        Poisson distribution with the customer's rate, smoothed by one purchase at the shop's pace;
        "histogram afterwards" the shares seen in the holdout itself, for comparison only.
    by_frequency : DataFrame
        ``customers``, mean ``actual`` purchases with their ``standard_error``, and mean forecasts,
        by the number of repeat purchases before; the last row pools the rest.
    alive_calibration : DataFrame
        Bands of P(alive): ``customers``, mean ``probability_alive`` and ``probability_to_buy``, and
        the share who ``bought`` again (with Wilson's interval). Since only the living buy, it
        should not exceed ``probability_alive``; it should be near ``probability_to_buy``.
    tracking : DataFrame or None
        Repeat purchases week by week; see
        :func:`crmlib.models.holdout.tracking.tracking`.
    contests : DataFrame
        The model beside the strongest rule in each measure: who wins, and whether beyond chance.
    verdict, notes : tuple of str
        The report in words; and what is missing from it.
    """

    title: str
    customers: float
    t: float
    unit: str | None
    totals: pd.DataFrame
    errors: pd.DataFrame
    who_buys: pd.DataFrame
    scores: pd.DataFrame
    by_frequency: pd.DataFrame
    alive_calibration: pd.DataFrame
    tracking: pd.DataFrame | None
    contests: pd.DataFrame
    verdict: tuple[str, ...]
    notes: tuple[str, ...]

    def to_frame(self) -> pd.DataFrame:
        """One row per forecast with all measures, to set reports of several models side by side."""
        parts = [self.totals[["purchases", "bias"]], self.errors, self.scores, self.who_buys]
        return pd.concat(parts, axis=1).rename_axis("forecast")

    def _headline(self) -> str:
        return _("{model}, {customers:,.0f} customers, judged on the {time} after the fit").format(
            model=self.title,
            customers=self.customers,
            time=words.length_of(self.t, self.unit),
        )

    def _shown(self) -> dict[str, pd.DataFrame]:
        tables = {
            _("Total"): self.totals,
            _("Customer by customer"): self.errors,
            _("Who buys at all"): self.who_buys,
            _("Probabilities"): self.scores,
            _("By frequency: mean purchases per customer"): self.by_frequency,
            _("By P(alive): who bought again"): self.alive_calibration,
        }
        return {caption: table for caption, table in tables.items() if not table.empty}

    def __repr__(self) -> str:
        lines = [self._headline(), *(f"- {sentence}" for sentence in self.verdict)]
        for caption, table in self._shown().items():
            lines += ["", caption, table.round(3).to_string()]
        return "\n".join([*lines, "", *self.notes])

    def _repr_html_(self) -> str:
        verdict = "".join(f"<li>{_escape(sentence)}</li>" for sentence in self.verdict)
        parts = [f"<p><strong>{_escape(self._headline())}</strong></p><ul>{verdict}</ul>"]
        for caption, table in self._shown().items():
            parts.append(f"<p>{_escape(caption)}</p>{table.round(3).to_html(border=0, na_rep='')}")
        return "".join([*parts, *(f"<p>{_escape(note)}</p>" for note in self.notes)])


def holdout_report(
    result: BuyingResult,
    holdout: pd.DataFrame,
    *,
    transactions: pd.DataFrame | None = None,
    t: float | None = None,
    count: str | None = None,
    recent: float | None = None,
    cap: int = 7,
    bands: int = 10,
    level: float = 0.95,
    other_customers: bool = False,
    customer: str = "customer_id",
    date: str = "date",
) -> HoldoutReport:
    """Judge a fitted model of buying on the purchases that came after the data of the fit.

    Parameters
    ----------
    result : BuyingResult
        A fitted NBD, BG/NBD, MBG/NBD or Pareto/NBD.
    holdout : DataFrame
        From :func:`crmlib.rfm.split`: ``frequency``, ``recency``, ``T``, ``holdout_purchases``,
        the covariates if the model has any, and ``attrs`` with ``unit``, ``end`` and
        ``holdout_length``. The model must have been fitted on these customers.
    transactions : DataFrame, optional
        The purchases that ``holdout`` was made from (pandas). With them the report follows
        purchases week by week, and has the rule "as in the last 13 weeks".
    t : float, optional
        Length of the holdout in the unit of ``T``, where ``attrs`` do not say it.
    count : str, optional
        Column that says how many customers a row stands for, as in
        ``rfm.compress(holdout, ["frequency", "recency", "T", "holdout_purchases"])``.
    recent : float, optional
        The rule "recent buyers": who bought within this time before the holdout, in the unit of
        ``T``, will buy. By default 13 weeks, where the tables say their unit.
    cap : int
        ``by_frequency`` pools customers with this frequency or more.
    bands : int
        Number of bands of P(alive).
    level : float
        Level of the interval of the total.
    other_customers : bool
        Whether the model is on purpose judged on other people than those of the fit.
    customer, date : str
        Columns of ``transactions``.

    Returns
    -------
    HoldoutReport
        Tables, and a verdict in words.

    Raises
    ------
    FitError
        When the table has no holdout, another unit of time, other customers than the fit, or other
        purchases than ``transactions``.
    ValueError
        When ``t`` or an option cannot be.

    Notes
    -----
    Customers are taken as independent. The interval of the total joins the uncertainty of the
    estimates (delta method) and chance (the model's own variance of each customer's purchases).
    "Beyond chance" means that a difference is over 1.96 of its standard errors over customers;
    what a season or a crisis does to all customers at once is not in it.

    References
    ----------
    Wübben & von Wangenheim (2008), Instant customer base analysis: managerial heuristics often
    "get it right", Journal of Marketing 72(3), 82-93: the rules of recent buyers and past rates.

    Examples
    --------
    >>> from crmlib.models import BGNBD, bgnbd
    >>> shop = bgnbd.simulate(2000, 1, r=0.5, alpha=6.0, a=0.9, b=3.0, T=52.0, holdout=26.0)
    >>> report = holdout_report(BGNBD(shop.summary).fit(), shop.summary, t=26.0)
    >>> for sentence in report.verdict[:3]:
    ...     print(sentence)
    No naive rule beats the model.
    In the next 26 units of time the model expected 1,235 purchases (95% interval 1,126 to 1,355);
    1,210 came. Chance and estimation explain the difference.
    On the total: the model wins, +2.1% against +81.0% of the rule “every customer buys like the
    average one”.
    """
    if not isinstance(result, BuyingResult) or list(result.model.columns) != HISTORY:
        raise FitError(
            _(
                "holdout_report judges a fitted NBD, BG/NBD, MBG/NBD or Pareto/NBD, got {kind}. "
                "Give the result of fit()."
            ).format(kind=type(result).__name__)
        )
    _refuse_bad_options(recent, cap, bands, level)
    t, unit = holdout_length(holdout, t), unit_of(result, holdout)
    if recent is None and unit:
        recent = QUARTER_IN_WEEKS * UNITS_PER_PERIOD[unit]["week"]
    occasions = None
    if transactions is not None:
        occasions = read_occasions(result, holdout, transactions, t, count, customer, date)
    cases = read_cases(result, holdout, t, count, occasions, other_customers)
    forecasts = tables.make_forecasts(result, cases)
    totals, by_chance = tables.totals(result, cases, forecasts, level)
    errors, scores = tables.errors(cases, forecasts), tables.scores(cases, forecasts)
    who_buys = tables.who_buys(cases, forecasts, recent)
    won = contests(cases, forecasts, totals, by_chance, errors, who_buys, scores, recent)
    by_frequency = tables.by_frequency(cases, forecasts, cap)
    alive = tables.alive_calibration(cases, forecasts, bands)
    weekly = None
    if occasions is not None:
        weekly = tracking(result, cases, occasions, pd.Timestamp(holdout.attrs["end"]))
    return HoldoutReport(
        title=result.model.title,
        customers=cases.customers,
        t=t,
        unit=unit,
        totals=totals,
        errors=errors,
        who_buys=who_buys,
        scores=scores,
        by_frequency=by_frequency,
        alive_calibration=alive,
        tracking=weekly,
        contests=won,
        verdict=words.verdict(cases, totals, won, by_frequency, alive, recent, level),
        notes=tuple(words.notes(result, cases, forecasts, holdout, recent, occasions is not None)),
    )


def _refuse_bad_options(recent: float | None, cap: int, bands: int, level: float) -> None:
    if recent is not None and not recent > 0:
        raise ValueError(
            _("recent is {recent}; expected a time above 0, in the unit of T.").format(
                recent=recent
            )
        )
    for name, value in {"cap": cap, "bands": bands}.items():
        if int(value) != value or value < 1:
            raise ValueError(
                _("{name} is {value}; expected a whole number of 1 or more.").format(
                    name=name, value=value
                )
            )
    if not 0 < level < 1:
        raise ValueError(_("level is {level}; expected a share such as 0.95.").format(level=level))
