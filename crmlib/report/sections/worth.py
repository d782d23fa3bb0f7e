"""What each customer may still bring: expected purchases and lifetime value, with intervals."""

from collections.abc import Callable
from functools import cached_property

import numpy as np
import pandas as pd
from scipy import special

from crmlib import models
from crmlib.core.i18n import gettext as _
from crmlib.models.buying_result import BuyingResult
from crmlib.report.doubts import related
from crmlib.report.pages import Column, Section, Table
from crmlib.report.sections import segments
from crmlib.report.sections.forecasts import Trial, parameters
from crmlib.report.study import HISTORY, WEEKS_A_YEAR, Study

LEVEL = 0.95
SHOWN = 15
MONTHS_A_YEAR = 12
TIMES = 4  # the error of discounted purchases is right to a hundredth, also at 40% over ten years

CODE = (
    """history = rfm.summarize(purchases)
buying = models.{model}(history).fit()
spend = models.GammaGamma(history[history["monetary_value"] > 0]).fit()
buying""",
    """value_each = buying.lifetime_value(
    spend.expected_spend(history), margin={margin}, discount_rate_per_year={rate}, years={years})
value_each.sort_values(ascending=False).head(15)""",
    """buying.interval("expected_purchases", 52.18).loc[value_each.nlargest(5).index]""",
)


class Worth:
    """Values of the customers, and of a new one, by the better of BG/NBD and MBG/NBD."""

    def __init__(self, study: Study):
        self.study = study
        settings = study.settings
        self.margin = float(settings["model.margin"])
        self.rate = float(settings["model.discount_rate_per_year"])
        self.years = float(settings["model.years"])

    @cached_property
    def fit(self) -> BuyingResult:
        """The model with the higher likelihood; both have four parameters."""
        other = models.MBGNBD(self.study.histories, count="count").fit()
        return max((self.study.bgnbd, other), key=lambda fit: fit.llf)

    @property
    def model(self) -> str:
        """The name of the model's class."""
        return type(self.fit.model).__name__

    @cached_property
    def by_history(self) -> pd.DataFrame:
        """Expectations of every distinct history: what customers share is computed once."""
        table = self.study.histories[HISTORY]
        table.attrs = dict(self.study.summary.attrs)
        purchases = self._with_interval(
            lambda fit: fit.expected_purchases(WEEKS_A_YEAR, summary=table)
        )
        terms = {
            "margin": self.margin, "discount_rate_per_year": self.rate, "years": self.years,
        }  # fmt: skip
        discounted = self._with_interval(lambda fit: self.discounted(fit, table))
        return table.assign(
            probability_alive=self.fit.probability_alive(table),
            chance_to_buy=1 - self.fit.predictive_probability(0, WEEKS_A_YEAR, table),
            expected_purchases=purchases["estimate"],
            expected_purchases_lower=purchases["lower"],
            expected_purchases_upper=purchases["upper"],
            per_spend=self.fit.lifetime_value(1.0, summary=table, **terms),
            error=discounted["standard_error"]
            / discounted["estimate"].where(discounted["estimate"] > 0),
        )

    def discounted(self, fit: BuyingResult, table: pd.DataFrame) -> pd.Series:
        """Discounted purchases over the years, by a few well chosen times instead of every month.

        Integrated by parts: what is expected until the end, discounted, and before it the
        expectation at each time, weighted with what the discount takes off there.
        """
        rate = np.log1p(self.rate)
        place, weight = np.polynomial.legendre.leggauss(TIMES)
        times = self.years * (place + 1) / 2
        weights = self.years * weight / 2 * rate * np.exp(-rate * times)
        total = np.exp(-rate * self.years) * fit.expected_purchases(
            self.years * WEEKS_A_YEAR, summary=table
        )
        for time, part in zip(times, weights, strict=True):
            if part:
                total = total + part * fit.expected_purchases(time * WEEKS_A_YEAR, summary=table)
        return total

    def customers(self) -> pd.DataFrame:
        """One row per customer, those with the highest lifetime value first."""
        study = self.study
        summary = study.summary
        known = summary[HISTORY].reset_index().merge(self.by_history, on=HISTORY, how="left")
        known = known.set_index(summary.index)
        spend, spend_error = self._spend(summary)
        worth = known["per_spend"] * spend
        half = special.ndtri((1 + LEVEL) / 2) * np.hypot(known["error"].fillna(0), spend_error)
        own = study.customers
        table = pd.DataFrame(
            {
                "segment": segments.in_words(segments.of_study(study)).to_numpy(),
                "first_purchase": own["first"].to_numpy(),
                "last_purchase": own["last"].to_numpy(),
                "purchase_days": (summary["frequency"] + 1).to_numpy(),
                "revenue": study.revenue.to_numpy(),
                "probability_alive": known["probability_alive"].to_numpy(),
                "chance_to_buy_in_a_year": known["chance_to_buy"].to_numpy(),
                "expected_purchases_in_a_year": known["expected_purchases"].to_numpy(),
                "expected_purchases_lower": known["expected_purchases_lower"].to_numpy(),
                "expected_purchases_upper": known["expected_purchases_upper"].to_numpy(),
                "expected_spend": spend.to_numpy(),
                "lifetime_value": worth.to_numpy(),
                "lifetime_value_lower": (worth * np.exp(-half)).to_numpy(),
                "lifetime_value_upper": (worth * np.exp(half)).to_numpy(),
            },
            index=own.index,
        )
        return table.sort_values("lifetime_value", ascending=False, kind="stable")

    @cached_property
    def of_a_new_customer(self) -> tuple[float, float, float]:
        """Value of a new customer over the years, the first purchase included, with interval."""
        ends = np.arange(1, round(self.years * MONTHS_A_YEAR) + 1) / MONTHS_A_YEAR
        discount = (1 + self.rate) ** -(ends - 0.5 / MONTHS_A_YEAR)

        def purchases(fit: BuyingResult) -> float:
            bought = fit.unconditional_purchases(ends * WEEKS_A_YEAR)
            return float(1 + discount @ np.diff(bought, prepend=0.0))

        money = self.margin * self.study.mean_amount
        try:
            found = self.fit.interval(purchases)
        except models.FitError:
            return money * purchases(self.fit), np.nan, np.nan
        error = found["standard_error"] / found["estimate"]
        half = special.ndtri((1 + LEVEL) / 2) * np.hypot(error, self.study.mean_amount_error)
        middle = money * found["estimate"]
        return middle, middle * np.exp(-half), middle * np.exp(half)

    def _with_interval(self, quantity: Callable[[BuyingResult], pd.Series]) -> pd.DataFrame:
        try:
            return self.fit.interval(quantity, level=LEVEL)
        except models.FitError:
            return pd.DataFrame({"estimate": quantity(self.fit)}).reindex(
                columns=["estimate", "standard_error", "lower", "upper"]
            )

    def _spend(self, summary: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
        """Expected spend of each customer, and its relative standard error."""
        spend = self.study.expected_spend(summary)
        nothing = pd.Series(0.0, index=summary.index)
        fit = self.study.spend
        if fit is None or not np.isfinite(fit.mean_spend()):
            return spend, nothing
        try:
            found = fit.interval("expected_spend", summary=summary)
        except models.FitError:
            return spend, nothing
        return spend, (found["standard_error"] / found["estimate"]).fillna(0.0)


def worth(study: Study, values: Worth | None, trial: Trial | None = None) -> Section | None:
    """Return the section, or None where no model can be fitted."""
    if values is None:
        return None
    table = values.customers()
    total = float(table["lifetime_value"].sum())
    top = table["lifetime_value"].head(-(-len(table) // 5)).sum() / total if total else np.nan
    silent = int((table["chance_to_buy_in_a_year"] < 0.1).sum())
    new, low, high = values.of_a_new_customer
    money = study.book.about
    warnings = [related(study)] if study.spend is not None else [_no_spend()]
    if trial is not None:
        warnings.append(trial.miss())
    if values.margin == 1.0:
        warnings.append(
            _(
                "No margin was given (model.margin), so the value is counted in revenue, not in "
                "profit."
            )
        )
    return Section(
        name="worth",
        title=_("What each customer may still bring"),
        says=_(
            "Over the next {years:g} years the {number:,} customers are expected to bring {total} "
            "(a margin of {margin:.0%}, {rate:.0%} discount a year), {top:.0%} of it from a "
            "fifth of them; {silent:,} customers will buy in the next year with a chance below "
            "one in ten. A new customer is worth {new} ({low} to {high}), the first "
            "purchase included."
        ).format(
            years=values.years, number=len(table), total=money(100 * total), rate=values.rate,
            margin=values.margin, top=top, silent=silent, new=money(100 * new),
            low=money(100 * low), high=money(100 * high),
        ),
        cannot=_(
            "The intervals say how surely the average of customers with this history is known, not "
            "what one of them will do: that scatters far more. And the value assumes that the shop "
            "goes on as it did; what a letter or a discount would change is not in it."
        ),
        shown=(_customers(table), _model(values)),
        warnings=tuple(text for text in warnings if text),
        points=(_which(values),),
        code=tuple(_filled(cell, values) for cell in CODE),
    )  # fmt: skip


def _filled(cell: str, values: Worth) -> str:
    parts = {
        "{model}": values.model, "{margin}": f"{values.margin:g}",
        "{rate}": f"{values.rate:g}", "{years}": f"{values.years:g}",
    }  # fmt: skip
    for mark, text in parts.items():
        cell = cell.replace(mark, text)
    return cell


def _which(values: Worth) -> str:
    return _(
        "Purchases by {model}, the better of BG/NBD and MBG/NBD on the whole time; spend by "
        "Gamma-Gamma."
    ).format(model=values.fit.model.title)


def _no_spend() -> str:
    return _("Spend could not be modelled: every customer is valued with the shop's mean amount.")


def _customers(table: pd.DataFrame) -> Table:
    return Table(
        "customers",
        _("The {number} customers with the highest lifetime value; all are in the file").format(
            number=min(SHOWN, len(table))
        ),
        table.reset_index(),
        {
            "customer_id": Column(_("customer"), "text"),
            "purchase_days": Column(_("purchase days"), "whole"),
            "last_purchase": Column(_("last purchase"), "day"),
            "revenue": Column(_("revenue so far"), "money"),
            "probability_alive": Column(_("still a customer"), "share"),
            "expected_purchases_in_a_year": Column(_("purchases in a year"), "about"),
            "expected_purchases_lower": Column(_("from"), "about"),
            "expected_purchases_upper": Column(_("to"), "about"),
            "lifetime_value": Column(_("lifetime value"), "about"),
            "lifetime_value_lower": Column(_("from"), "about"),
            "lifetime_value_upper": Column(_("to"), "about"),
        },
        most_rows=SHOWN,
    )


def _model(values: Worth) -> Table:
    spend = values.study.spend
    fits = {values.fit.model.title: values.fit} | ({"Gamma-Gamma": spend} if spend else {})
    title = _("Parameters on the whole time (buying in weeks), with 95% intervals")
    return parameters("parameters_whole", title, fits)
