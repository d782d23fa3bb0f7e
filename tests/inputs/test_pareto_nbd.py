"""What Pareto/NBD refuses, in words; tables are checked as for every model of buying."""

import numpy as np
import pytest

from crmlib.models import FitError, ParetoNBD, pareto_nbd
from tests.helpers.shops import histories

TRUTH = {"r": 0.5, "alpha": 6.0, "s": 0.8, "beta": 15.0}
GOOD = histories([0, 1, 2, 4, 0, 3, 1], [0, 3.0, 8, 20, 0, 19, 1], [30.0, 25, 30, 21, 9, 24, 28])


@pytest.mark.parametrize("name", TRUTH)
@pytest.mark.parametrize("wrong", [0, -1, np.inf, np.nan])
def test_parameters_of_a_simulation_are_checked(name, wrong):
    with pytest.raises(
        ValueError, match=f"Parameter {name} is {wrong}; expected a positive number"
    ):
        pareto_nbd.simulate(5, seed=1, T=39.0, **TRUTH | {name: wrong})


@pytest.mark.parametrize("times", [{"T": -1.0}, {"T": np.inf}, {"T": 9.0, "holdout": -1.0}])
def test_times_of_a_simulation_are_checked(times):
    with pytest.raises(ValueError, match="expected a time of 0 or more"):
        pareto_nbd.simulate(5, seed=1, **TRUTH, **times)


def test_customers_who_practically_never_buy_or_leave_can_be_simulated():
    # a rate may be so small that the computer takes it for 0
    shop = pareto_nbd.simulate(3000, seed=1, T=39.0, **TRUTH | {"r": 0.002, "s": 0.001})
    assert shop.summary["frequency"].min() == 0
    assert shop.truth["lifetime"].max() == np.inf
    assert shop.truth["alive"].mean() > 0.98


@pytest.mark.parametrize(
    ("column", "value", "expected"),
    [
        ("frequency", 1.5, "1 rows have a frequency that is not a whole number"),
        ("recency", 99.0, "1 rows have a recency above T"),
        ("recency", -1.0, "1 rows have a recency below 0"),
        ("T", np.nan, "Column 'T': 1 rows are not a finite number"),
    ],
)
def test_impossible_histories_are_refused(column, value, expected):
    table = GOOD.astype({column: float})
    table.loc[1, column] = value
    with pytest.raises(FitError) as caught:
        ParetoNBD(table)
    assert expected in str(caught.value)
    fitted = ParetoNBD(GOOD).fit()
    with pytest.raises(FitError) as caught:
        fitted.expected_purchases(9.0, table)
    assert expected in str(caught.value)


def test_an_unknown_kind_of_covariate_is_refused_with_those_there_are():
    with pytest.raises(TypeError, match="buying_covariates, dropout_covariates"):
        ParetoNBD(GOOD.assign(club=1), churn_covariates=["club"])
