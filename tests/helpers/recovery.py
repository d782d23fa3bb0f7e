"""Whether estimates from many simulated shops agree with the truth that was planted in them."""

import numpy as np
import pandas as pd


def deviations(fits: list, truth: pd.Series) -> pd.DataFrame:
    """How many standard errors each estimate lies from the truth, in logarithms."""
    return pd.DataFrame([np.log(fit.params / truth) / (fit.bse / fit.params) for fit in fits])


def assert_unbiased(fits: list, truth: pd.Series) -> None:
    """Fail where the mean deviation is over three of its standard errors, 1/√n."""
    assert deviations(fits, truth).mean().abs().max() < 3 / np.sqrt(len(fits))


def assert_honest_standard_errors(fits: list, truth: pd.Series) -> None:
    """Fail where the root mean square deviation is over three of its own errors, 1/√(2n), off."""
    size = np.sqrt((deviations(fits, truth) ** 2).mean())
    borne = 3 / np.sqrt(2 * len(fits))
    assert size.between(1 - borne, 1 + borne).all()


def coverage(fits: list, truth: pd.Series, level: float) -> float:
    """The share of all intervals at this level that hold the truth."""
    intervals = [fit.conf_int(1 - level) for fit in fits]
    held = [found["lower"].lt(truth) & found["upper"].gt(truth) for found in intervals]
    return float(pd.DataFrame(held).to_numpy().mean())
