"""Questions to Gamma-Gamma without a meaning get an error in words; its tables: test_models.py."""

import numpy as np
import pytest

from crmlib.models import FitError, GammaGamma, gamma_gamma
from tests.helpers.shops import published_spend, spending

LAW = {"p": 6.0, "q": 4.0, "gamma": 15.0}


@pytest.mark.parametrize("name", LAW)
@pytest.mark.parametrize("wrong", [0, -1, np.inf, np.nan])
def test_parameters_of_a_simulation_are_checked(name, wrong):
    with pytest.raises(ValueError, match=f"Parameter {name} is {wrong}; expected a positive"):
        gamma_gamma.simulate([1, 2], seed=1, **LAW | {name: wrong})


@pytest.mark.parametrize("frequency", [[1, -2], [0.5, 2.0], [1.0, np.nan]])
def test_frequencies_of_a_simulation_are_checked(frequency):
    with pytest.raises(ValueError, match=r"frequency is .*; expected a whole number of 0 or more"):
        gamma_gamma.simulate(frequency, seed=1, **LAW)


def test_parameters_of_a_simulation_may_be_one_a_customer():
    amounts = np.repeat([15.0, 150.0], 2000)
    spend = gamma_gamma.simulate(np.full(4000, 3), seed=1, **LAW | {"gamma": amounts})
    means = spend.groupby(amounts)["typical_spend"].mean()
    assert means.to_list() == pytest.approx([30.0, 300.0], rel=0.05)


def test_it_takes_no_covariates():
    with pytest.raises(TypeError, match="covariates it takes: none"):
        GammaGamma(spending([1, 2], [3.0, 4.0]), spend_covariates=["club"])


def test_a_level_and_draws_are_checked():
    with pytest.raises(ValueError, match="level is 95"):
        published_spend().interval("mean_spend", level=95)
    with pytest.raises(ValueError, match="whole number of draws"):
        published_spend().bootstrap(0, seed=1)


def test_an_error_names_the_rows():
    with pytest.raises(FitError) as caught:
        GammaGamma(spending([1, 2, 0], [3.0, 0.0, 0.0]))
    assert "summary[summary.monetary_value > 0]" in str(caught.value)
    assert str(caught.value).splitlines()[-1].split() == ["1", "2.0", "0.0"]
