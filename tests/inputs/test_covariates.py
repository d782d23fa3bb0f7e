"""Covariates that cannot explain anything are refused in plain words."""

import numpy as np
import pytest

from crmlib.models import BGNBD, FitError, nbd


@pytest.fixture(scope="module")
def summary():
    table = nbd.simulate(300, 1, r=0.8, alpha=6.0, T=30.0).summary
    return table.assign(club=np.arange(300) % 2, one=1.0)


def test_a_covariate_that_is_the_same_for_all(summary):
    with pytest.raises(FitError, match="Covariate 'one' \\(buying\\) is the same for all"):
        BGNBD(summary, buying_covariates=["one"])


def test_covariates_that_say_the_same_twice(summary):
    table = summary.assign(online=1 - summary["club"])
    with pytest.raises(FitError, match="'club', 'online' \\(dropout\\) say the same twice"):
        BGNBD(table, dropout_covariates=["club", "online"])


def test_texts_as_covariates(summary):
    table = summary.assign(channel="shop")
    with pytest.raises(FitError, match="Column 'channel': 300 rows are not a finite number"):
        BGNBD(table, buying_covariates=["channel"])


def test_a_gap_in_a_covariate(summary):
    gap = summary.assign(age=[np.nan, *range(299)])
    with pytest.raises(FitError, match="Column 'age': 1 rows are not a finite number"):
        BGNBD(gap, buying_covariates="age")


def test_a_kind_of_covariates_that_the_model_does_not_have(summary):
    with pytest.raises(TypeError, match="no argument churn_covariates; covariates it takes: buyi"):
        BGNBD(summary, churn_covariates=["club"])
