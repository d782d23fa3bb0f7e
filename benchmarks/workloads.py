"""The tables that both sides get, and how often each is timed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib import data, rfm
from crmlib.models import bgnbd

SEED = 5
DAYS_OF_ACQUISITION = 84
DAYS_OBSERVED = 273
# the published estimates of the CDNOW sample, so that the simulated shop looks like a real one
TRUTH = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


@dataclass(frozen=True)
class Workload:
    """One line of the table of results.

    Attributes
    ----------
    name : str
        For the command line.
    what : str
        For the reader.
    work : str
        The function of ``benchmarks.ours`` and ``benchmarks.peer`` that is timed.
    table : callable
        Makes the table that it gets.
    rounds : int
        How often the two sides take turns.
    seconds : float
        A turn repeats the work until this time is over, and counts as the median of its times.
    """

    name: str
    what: str
    work: str
    table: Callable[[], pd.DataFrame]
    rounds: int
    seconds: float


def cdnow_summary() -> pd.DataFrame:
    """Return the published summary of 2,357 customers over 39 weeks."""
    return data.load("cdnow_summary")[["frequency", "recency", "T"]]


def cdnow_calibration() -> pd.DataFrame:
    """Return all 23,570 customers of CDNOW in months 1-9, in weeks."""
    purchases = data.load("cdnow")
    summary = rfm.summarize(purchases[purchases["date"] <= "1997-09-30"])
    return summary[["frequency", "recency", "T"]].reset_index(drop=True)


def cdnow_purchases() -> pd.DataFrame:
    """Return all 69,659 purchases of CDNOW."""
    return data.load("cdnow")[["customer_id", "date", "amount"]]


def simulated_summary(customers: int) -> pd.DataFrame:
    """Simulate a shop like CDNOW; as in any table of dates, times are whole days, in weeks."""
    random = np.random.default_rng(SEED)
    days = DAYS_OBSERVED - random.integers(0, DAYS_OF_ACQUISITION, customers)
    summary = bgnbd.simulate(customers, SEED, T=days / 7, **TRUTH).summary
    recency = np.minimum(np.ceil(summary["recency"] * 7), days) / 7
    return pd.DataFrame({"frequency": summary["frequency"], "recency": recency, "T": days / 7})


def simulated_purchases(rows: int) -> pd.DataFrame:
    """Draw a log of purchases in the order of time: few customers buy often, most seldom."""
    random = np.random.default_rng(SEED)
    weight = random.gamma(0.5, size=max(1, rows // 4))
    customer = random.choice(len(weight), size=rows, p=weight / weight.sum())
    day = np.sort(random.integers(0, 2 * 365, rows))
    return pd.DataFrame(
        {
            "customer_id": customer + 1,
            "date": np.datetime64("2023-01-01") + day.astype("timedelta64[D]"),
            "amount": random.gamma(2.0, 20.0, rows).round(2),
        }
    )


def million_customers() -> pd.DataFrame:
    """Return a simulated shop of a million customers."""
    return simulated_summary(1_000_000)


def two_million_purchases() -> pd.DataFrame:
    """Return a log of two million purchases."""
    return simulated_purchases(2_000_000)


WORKLOADS = (
    Workload(
        "fit_sample",
        "BG/NBD on the CDNOW sample, 2,357 customers",
        *("bgnbd", cdnow_summary, 9, 0.3),
    ),
    Workload(
        "fit_cdnow",
        "BG/NBD on the whole CDNOW, 23,570 customers",
        "bgnbd",
        cdnow_calibration,
        7,
        0.5,
    ),
    Workload(
        "fit_million",
        "BG/NBD on 1,000,000 simulated customers",
        *("bgnbd", million_customers, 3, 0.0),
    ),
    Workload(
        "summarize_cdnow",
        "purchases to summary, the whole CDNOW, 69,659 rows",
        *("summarize", cdnow_purchases, 9, 0.3),
    ),
    Workload(
        "summarize_million",
        "purchases to summary, 2,000,000 generated rows",
        *("summarize", two_million_purchases, 5, 0.0),
    ),
)
