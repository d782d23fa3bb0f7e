r"""How what is known of a customer enters a model: links from covariates to parameters.

A covariate that does not change in time (a channel, an age, a contract) moves a customer's own
parameters. With :math:`\eta_i = z_i'\beta` for customer i:

- :class:`RateLink`: proportional rates, as in CLVTools. A scale parameter becomes
  :math:`\alpha_i = \alpha e^{-\eta_i}`, so that the mean rate :math:`r/\alpha_i` is multiplied by
  :math:`e^{\eta_i}`.
- :class:`ProbabilityLink`: a logit on a probability that is itself a parameter.
- :class:`MeanLink`: a logit on the mean of a Beta distribution,
  :math:`\operatorname{logit}\mu_i = \log(a/b) + \eta_i`, with the precision :math:`a + b` the
  same for all. (Multiplying a and b alike could not move the mean.)

Parameters without covariates are those of a customer whose covariates are all 0.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import gettext as _
from crmlib.models.checks import FitError
from crmlib.models.numerics import Parameter

Values = dict[str, Parameter]
TINY, EPSILON = np.finfo(float).tiny, np.finfo(float).eps


@dataclass(frozen=True)
class RateLink:
    """Covariates that multiply a rate, by dividing its scale parameter."""

    scale: str

    def spread(self, params: Values, effect: np.ndarray) -> Values:
        """Give each row its own parameters; ``effect`` is its sum of covariate × coefficient."""
        return params | {self.scale: params[self.scale] * np.exp(-effect)}

    def gather(
        self, slopes: Values, params: Values, spread: Values, effect: np.ndarray
    ) -> tuple[Values, np.ndarray]:
        """From slopes in the rows' parameters to slopes in the common ones and in the effect."""
        slope = slopes[self.scale]
        return (
            slopes | {self.scale: slope * np.exp(-effect)},
            -slope * spread[self.scale],
        )


@dataclass(frozen=True)
class MeanLink:
    """Covariates that move the mean a/(a+b) of a Beta distribution on the logit scale."""

    a: str
    b: str

    def spread(self, params: Values, effect: np.ndarray) -> Values:
        """Give each row its own parameters; ``effect`` is its sum of covariate × coefficient."""
        a, b = params[self.a], params[self.b]
        log_odds = np.log(a) - np.log(b) + effect
        return params | {
            self.a: (a + b) * special.expit(log_odds),
            self.b: (a + b) * special.expit(-log_odds),
        }

    def gather(
        self, slopes: Values, params: Values, spread: Values, effect: np.ndarray
    ) -> tuple[Values, np.ndarray]:
        """From slopes in the rows' parameters to slopes in the common ones and in the effect."""
        a, b = params[self.a], params[self.b]
        mean = spread[self.a] / (a + b)
        by_mean = (a + b) * mean * (1 - mean) * (slopes[self.a] - slopes[self.b])
        by_precision = mean * slopes[self.a] + (1 - mean) * slopes[self.b]
        return (
            slopes | {self.a: by_precision + by_mean / a, self.b: by_precision - by_mean / b},
            by_mean,
        )


@dataclass(frozen=True)
class ProbabilityLink:
    """Covariates that move a probability on the logit scale."""

    probability: str

    def spread(self, params: Values, effect: np.ndarray) -> Values:
        """Give each row its own parameters; ``effect`` is its sum of covariate × coefficient."""
        moved = special.expit(special.logit(params[self.probability]) + effect)
        # a chance rounded to 0 or 1 would make a row impossible
        return params | {self.probability: np.clip(moved, TINY, 1 - EPSILON)}

    def gather(
        self, slopes: Values, params: Values, spread: Values, effect: np.ndarray
    ) -> tuple[Values, np.ndarray]:
        """From slopes in the rows' parameters to slopes in the common ones and in the effect."""
        common, own = params[self.probability], spread[self.probability]
        by_effect = slopes[self.probability] * own * (1 - own)
        return slopes | {self.probability: by_effect / (common * (1 - common))}, by_effect


@dataclass(frozen=True)
class Effects:
    """The covariates of one link: their names, and one row of values per row of the data."""

    kind: str
    link: RateLink | MeanLink | ProbabilityLink
    columns: tuple[str, ...]
    matrix: np.ndarray

    @property
    def names(self) -> list[str]:
        """Names of the coefficients, such as ``buying_club``."""
        return [f"{self.kind}_{column}" for column in self.columns]


def read_covariates(table: pd.DataFrame, columns: list[str], kind: str) -> np.ndarray:
    """Covariates as numbers, or an error that says which column says nothing of its own.

    Parameters
    ----------
    table : DataFrame
        Columns already checked to be finite numbers.
    columns : list of str
        Those to use.
    kind : str
        What they act on, for the error's text.

    Raises
    ------
    FitError
        When a column is the same for everybody, or is a combination of the others.
    """
    values = table[columns].to_numpy(float)
    spread = values.std(axis=0)
    if not spread.all():
        constant = ", ".join(repr(columns[i]) for i in np.flatnonzero(spread == 0))
        raise FitError(
            _(
                "Covariate {columns} ({kind}) is the same for all customers, so it cannot explain "
                "how they differ. Leave it out."
            ).format(columns=constant, kind=kind)
        )
    standard = (values - values.mean(axis=0)) / spread
    if np.linalg.matrix_rank(standard) < len(columns):
        raise FitError(
            _(
                "The covariates {columns} ({kind}) say the same twice: one is a combination of the "
                "others (as when every category has its own column). Leave one out."
            ).format(columns=", ".join(repr(name) for name in columns), kind=kind)
        )
    return values
