"""What the sections share: summaries and fitted models, each made once, when first asked for."""

from functools import cached_property

import numpy as np
import pandas as pd

from crmlib import models, rfm
from crmlib.core.i18n import gettext as _
from crmlib.models.buying_result import BuyingResult
from crmlib.models.gamma_gamma import GammaGammaResult
from crmlib.report import facts
from crmlib.report.book import Book

# Below these numbers a model would describe chance.
FEWEST_REPEATERS = 50
SHORTEST_DAYS = 120
LONGEST_HOLDOUT = 364
WEEKS_A_YEAR = 365.25 / 7
HISTORY = ["frequency", "recency", "T"]


class Study:
    """A book of purchases, and what was computed from it.

    Parameters
    ----------
    book : Book
    """

    def __init__(self, book: Book):
        self.book = book
        self.settings = book.settings

    @cached_property
    def customers(self) -> pd.DataFrame:
        """Orders, cents, first and last day of each customer."""
        return facts.by_customer(self.book)

    @cached_property
    def revenue(self) -> pd.Series:
        """Money of each customer over the whole time."""
        return (self.customers["cents"] / 100).rename("revenue")

    @cached_property
    def months(self) -> pd.DataFrame:
        """Orders, cents and customers by month."""
        return facts.by_month(self.book)

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Frequency, recency, T and mean spend, in weeks."""
        return facts.summary(self.book)

    @cached_property
    def histories(self) -> pd.DataFrame:
        """Distinct histories with their number of customers."""
        return rfm.compress(self.summary, HISTORY)

    @cached_property
    def calibration_end(self) -> pd.Timestamp:
        """Last day that the models see when they are tried: after two thirds, or what is set."""
        chosen = self.settings["model.calibration_end"]
        if chosen is not None:
            return chosen
        holdout = min(LONGEST_HOLDOUT, self.book.days // 3)
        # whole weeks, so that the weekly tracking ends with the data
        return self.book.last - pd.Timedelta(days=max(7, holdout // 7 * 7))

    @cached_property
    def halves(self) -> pd.DataFrame:
        """The summary up to the calibration's end, and what came afterwards."""
        return facts.split(self.book, self.calibration_end)

    @property
    def repeaters(self) -> int:
        """Customers with more than one purchase day."""
        return int((self.summary["frequency"] > 0).sum())

    @cached_property
    def refusal(self) -> str:
        """Why no model is fitted, in words; nothing where one is."""
        if self.book.days < SHORTEST_DAYS:
            return _(
                "The purchases cover {days} days. A model of buying needs {least}, better a year."
            ).format(days=self.book.days, least=SHORTEST_DAYS)
        early = int((self.halves["frequency"] > 0).sum())
        if min(self.repeaters, early) < FEWEST_REPEATERS:
            return _(
                "Only {number} customers bought on more than one day, {early} of them in the part "
                "of the time on which models are tried. A model of buying needs {least} there."
            ).format(number=self.repeaters, early=early, least=FEWEST_REPEATERS)
        return ""

    @cached_property
    def bgnbd(self) -> BuyingResult:
        """BG/NBD, fitted to the whole time."""
        return models.BGNBD(self.histories, count="count").fit()

    @cached_property
    def spenders(self) -> pd.DataFrame:
        """Repeat buyers whose mean amount is above 0: those whom Gamma-Gamma can describe."""
        table = self.summary
        return table[(table["frequency"] > 0) & (table["monetary_value"] > 0)]

    @cached_property
    def spend(self) -> GammaGammaResult | None:
        """Gamma-Gamma, fitted to the repeat buyers; None where it cannot be."""
        try:
            return models.GammaGamma(self.spenders).fit()
        except models.FitError:
            return None

    @property
    def purchase_days(self) -> int:
        """Days on which a customer bought, over all customers; several rows may share one."""
        return int((self.summary["frequency"] + 1).sum())

    @cached_property
    def mean_amount(self) -> float:
        """Mean money per purchase day."""
        return self.book.cents / 100 / self.purchase_days

    @cached_property
    def mean_amount_error(self) -> float:
        """Relative standard error of the mean money per purchase day.

        A customer's purchase days are alike, so that customers count, not days.
        """
        days = self.summary["frequency"].to_numpy() + 1
        revenue = self.revenue.to_numpy()
        gap = revenue - days * self.mean_amount
        return float(np.sqrt((gap**2).sum()) / revenue.sum())

    def expected_spend(self, summary: pd.DataFrame) -> pd.Series:
        """Expected amount per purchase day; the shop's mean where nothing better is known."""
        if self.spend is None or not np.isfinite(self.spend.mean_spend()):
            return pd.Series(self.mean_amount, index=summary.index, name="expected_spend")
        return self.spend.expected_spend(summary)
