"""Small tables of purchases for tests, and CDNOW's tables and fits, each computed once."""

from functools import cache

import pandas as pd

from crmlib import data, rfm
from crmlib.models import BGBB, BGNBD, GammaGamma

CALIBRATION_END = "1997-09-30"
# The estimates of Fader, Hardie & Lee (2005) as they print them.
ROUNDED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


def purchases(*rows: tuple) -> pd.DataFrame:
    """Make a table from rows of customer, date and amount."""
    return pd.DataFrame(rows, columns=["customer_id", "date", "amount"])


def histories(frequency, recency, T, **columns) -> pd.DataFrame:
    """Make a summary from its columns."""
    return pd.DataFrame({"frequency": frequency, "recency": recency, "T": T, **columns})


def spending(frequency, monetary_value, **columns) -> pd.DataFrame:
    """Make a summary of spend from its columns."""
    return pd.DataFrame({"frequency": frequency, "monetary_value": monetary_value, **columns})


@cache
def published() -> pd.DataFrame:
    """Return the authors' own summary of the 1/10 sample, in weeks rounded to two decimals."""
    return data.load("cdnow_summary").set_index("customer_id")


@cache
def exact() -> pd.DataFrame:
    """Return the same 39 weeks from the purchases themselves, with the 39 weeks after them."""
    return rfm.split(data.load("cdnow_sample"), CALIBRATION_END)


@cache
def whole() -> pd.DataFrame:
    """Return the same for all 23,570 customers."""
    return rfm.split(data.load("cdnow"), CALIBRATION_END)


@cache
def published_fit():
    """Return BG/NBD, fitted to the authors' summary."""
    return BGNBD(published()).fit()


@cache
def exact_fit():
    """Return BG/NBD, fitted to the exact purchases."""
    return BGNBD(exact()).fit()


@cache
def whole_fit():
    """Return BG/NBD, fitted to all 23,570 customers."""
    return BGNBD(whole()).fit()


@cache
def published_spend():
    """Return Gamma-Gamma, fitted to the authors' summary."""
    return GammaGamma(published()).fit()


@cache
def exact_spend():
    """Return Gamma-Gamma, fitted to the exact purchases."""
    return GammaGamma(exact()).fit()


def occasions(frequency, recency, n, **columns) -> pd.DataFrame:
    """Make a summary of buying at given opportunities from its columns."""
    return pd.DataFrame({"frequency": frequency, "recency": recency, "n": n, **columns})


@cache
def donors() -> pd.DataFrame:
    """Return the published donations: 22 histories with their counts."""
    return data.load("donations")


@cache
def donors_fit():
    """Return BG/BB, fitted to the published donations."""
    return BGBB(donors(), count="count").fit()
