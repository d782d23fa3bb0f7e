"""The tables that both sides get, and how often each is timed."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from crmlib import data, rfm
from crmlib.models import bgnbd, pareto_nbd

SEED = 5
DAYS_OF_ACQUISITION = 84
DAYS_OBSERVED = 273
# the published estimates of the CDNOW sample, so that the simulated shop looks like a real one
TRUTH = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
PARETO_TRUTH = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.668}


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
    against : str
        The peer: lifetimes, in an environment of its own, or an engine in ours, written by hand.
    """

    name: str
    what: str
    work: str
    table: Callable[[], pd.DataFrame]
    rounds: int
    seconds: float
    against: str = "lifetimes"


def cdnow_summary() -> pd.DataFrame:
    """Return the published summary of 2,357 customers over 39 weeks."""
    return data.load("cdnow_summary")[["frequency", "recency", "T"]]


def cdnow_spend() -> pd.DataFrame:
    """Return the 946 repeat buyers of the same summary, with what they spent on average."""
    summary = data.load("cdnow_summary")
    return summary.loc[summary["frequency"] > 0, ["frequency", "monetary_value"]]


def donations() -> pd.DataFrame:
    """Return the published donations: 22 histories of 11,104 donors, each with its count."""
    return data.load("donations")


def cdnow_calibration() -> pd.DataFrame:
    """Return all 23,570 customers of CDNOW in months 1-9, in weeks."""
    purchases = data.load("cdnow")
    summary = rfm.summarize(purchases[purchases["date"] <= "1997-09-30"])
    return summary[["frequency", "recency", "T"]].reset_index(drop=True)


def cdnow_purchases() -> pd.DataFrame:
    """Return all 69,659 purchases of CDNOW."""
    return data.load("cdnow")[["customer_id", "date", "amount"]]


def simulated_summary(customers: int) -> pd.DataFrame:
    """Simulate a shop like CDNOW in which the story of BG/NBD is true."""
    return in_whole_days(lambda T: bgnbd.simulate(customers, SEED, T=T, **TRUTH).summary, customers)


def simulated_pareto_summary(customers: int) -> pd.DataFrame:
    """Simulate a shop like CDNOW in which the story of Pareto/NBD is true."""
    return in_whole_days(
        lambda T: pareto_nbd.simulate(customers, SEED, T=T, **PARETO_TRUTH).summary, customers
    )


def in_whole_days(simulate: Callable[[np.ndarray], pd.DataFrame], customers: int) -> pd.DataFrame:
    """Simulate a summary in which, as in any table of dates, times are whole days, in weeks."""
    random = np.random.default_rng(SEED)
    days = DAYS_OBSERVED - random.integers(0, DAYS_OF_ACQUISITION, customers)
    summary = simulate(days / 7)
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


def hundred_thousand_customers() -> pd.DataFrame:
    """Return a simulated shop of a hundred thousand customers, for Pareto/NBD."""
    return simulated_pareto_summary(100_000)


def two_million_purchases() -> pd.DataFrame:
    """Return a log of two million purchases."""
    return simulated_purchases(2_000_000)


def eight_million_purchases() -> pd.DataFrame:
    """Return a log of eight million purchases."""
    return simulated_purchases(8_000_000)


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
        "fit_pareto_sample",
        "Pareto/NBD on the CDNOW sample, 2,357 customers",
        *("pareto_nbd", cdnow_summary, 7, 0.5),
    ),
    Workload(
        "fit_pareto_cdnow",
        "Pareto/NBD on the whole CDNOW, 23,570 customers",
        *("pareto_nbd", cdnow_calibration, 5, 1.0),
    ),
    Workload(
        "fit_pareto_100000",
        "Pareto/NBD on 100,000 simulated customers",
        *("pareto_nbd", hundred_thousand_customers, 3, 1.0),
    ),
    Workload(
        "fit_spend",
        "Gamma-Gamma on the CDNOW sample, 946 repeat buyers",
        *("gamma_gamma", cdnow_spend, 9, 0.3),
    ),
    Workload(
        "fit_donations",
        "BG/BB on 11,104 donors, 22 rows with a count",
        *("bgbb", donations, 9, 0.3),
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
    Workload(
        "summarize_8_million",
        "purchases to summary, 8,000,000 generated rows",
        *("summarize", eight_million_purchases, 3, 0.0),
    ),
    Workload(
        "summarize_pandas_sql",
        "the same 8,000,000 rows, pandas in and out",
        *("summarize", eight_million_purchases, 5, 0.0, "SQL in DuckDB"),
    ),
    Workload(
        "summarize_duckdb",
        "the same on DuckDB, through Narwhals",
        *("summarize_duckdb", eight_million_purchases, 5, 0.0, "SQL in DuckDB"),
    ),
    Workload(
        "summarize_polars",
        "the same on Polars, through Narwhals",
        *("summarize_polars", eight_million_purchases, 5, 0.0, "Polars by hand"),
    ),
)
