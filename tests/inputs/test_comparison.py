"""Fits whose log-likelihoods cannot be compared get an error that says what differs."""

import pytest

from crmlib import data, rfm
from crmlib.models import BGNBD, NBD, SBG, FitError, GammaGamma, compare, contract
from tests.helpers.shops import CALIBRATION_END, exact, exact_fit, published


def error_of(a, b) -> str:
    with pytest.raises(FitError) as caught:
        compare(a, b)
    return str(caught.value)


def test_other_customers():
    part = NBD(exact().iloc[:2000]).fit()
    assert "BG/NBD was fitted to 2,357 customers, NBD to 2,000" in error_of(exact_fit(), part)


def test_another_unit_of_time():
    days = rfm.split(data.load("cdnow_sample"), CALIBRATION_END, unit="D")
    assert "in the unit of time 'W', NBD in 'D'" in error_of(exact_fit(), NBD(days).fit())


def test_other_values():
    text = error_of(exact_fit(), NBD(published()).fit())
    assert "customers have other values of frequency, recency, T" in text


def test_models_of_other_data():
    spend = GammaGamma(exact()).fit()
    assert "explains the columns frequency, recency, T" in error_of(exact_fit(), spend)
    stays = SBG(contract.lifetimes_from_survivors([100, 80, 70, 65]), count="count").fit()
    assert "log-likelihoods of different data" in error_of(stays, exact_fit())


def test_twice_the_same_model():
    assert "Both fits are BG/NBD" in error_of(exact_fit(), BGNBD(exact()).fit())


def test_no_fit():
    assert "got BGNBD" in error_of(BGNBD(exact()), exact_fit())
    assert "got str" in error_of(exact_fit(), "NBD")
