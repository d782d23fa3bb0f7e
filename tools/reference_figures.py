"""The published figures that the models have to give, and how each is computed here.

Which data: the figures for CDNOW belong to the authors' own summary of 2,357 customers, with
weeks and mean amounts rounded (``cdnow_summary``).
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial

import numpy as np
import pandas as pd

from crmlib import data, models
from crmlib.models import bgbb, bgnbd, contract, pareto_nbd, sbg

FHL = "Fader, Hardie & Lee (2005), Marketing Science 24(2)"
SHEET = "the same authors' spreadsheet"
BTYD = "manual of the R package BTYD"
CLVTOOLS = "tests of the R package CLVTools"
GAMMA = "Fader & Hardie (2013), The Gamma-Gamma model"
SHANG = "Fader, Hardie & Shang (2010), Marketing Science 29(6)"
PROJECT = "Fader & Hardie (2007), Journal of Interactive Marketing 21(1)"
RETENMOD = "documentation of the R package retenmod"
DERL = "Fader & Hardie (2010), Marketing Science 29(1)"

ROUNDED = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}


@dataclass(frozen=True)
class Figure:
    """One published number.

    Attributes
    ----------
    model, what, source : str
        For the reader.
    published : str
        The number as it is printed; its last digit says how precisely.
    ours : callable
        Computes the same number here.
    relative : float
        Largest relative difference that counts as equal, if that is more than half a unit of the
        last printed digit.
    units : float
        Units of the last printed digit that it may differ by.
    """

    model: str
    what: str
    published: str
    ours: Callable[[], float]
    source: str
    relative: float = 0.0
    units: float = 0.5001

    @property
    def borne(self) -> float:
        """Largest difference that counts as equal."""
        digits = len(self.published.partition("e")[0].partition(".")[2])
        power = int(self.published.partition("e")[2] or 0)
        number = abs(float(self.published))
        return max(self.relative * number, self.units * 10.0 ** (power - digits))


PARAMETER, LIKELIHOOD = 1e-4, 1e-6


@cache
def fit(model: str) -> models.Result:
    """Fit a model to the authors' own summary of CDNOW."""
    return getattr(models, model)(data.load("cdnow_summary").set_index("customer_id")).fit()


@cache
def donations() -> models.Result:
    """Fit BG/BB to the 11,104 donors."""
    return models.BGBB(data.load("donations"), count="count").fit()


@cache
def cohort(name: str, model: str, years: int) -> models.Result:
    """Fit a contract model to a published retention curve, per 1,000 customers."""
    curves = data.load("retention_curves")
    curve = curves[(curves["cohort"] == name) & (curves["year"] <= years)]
    survivors = pd.Series(curve["survival"].to_numpy(), curve["year"].to_numpy())
    table = contract.lifetimes_from_survivors(survivors, cohort_size=1000)
    return getattr(models, model)(table, count="count").fit()


def _estimates(model: str, source: str, values: dict[str, str], fitted: Callable) -> list[Figure]:
    return [
        Figure(model, name, value, lambda n=name: fitted().params[n], source, relative=PARAMETER)
        for name, value in values.items()
    ]


def _errors(model: str, source: str, values: dict[str, str], fitted: Callable) -> list[Figure]:
    return [
        Figure(
            model, f"standard error of {name}", value, lambda n=name: fitted().bse[n], source,
            relative=PARAMETER,
        )
        for name, value in values.items()
    ]  # fmt: skip


def _likelihood(model: str, value: str, source: str, fitted: Callable) -> Figure:
    return Figure(model, "log-likelihood", value, lambda: fitted().llf, source, relative=LIKELIHOOD)


def _bgnbd() -> list[Figure]:
    def fitted():
        return fit("BGNBD")

    customer = (2, 30.43, 38.86)
    new = {
        ".1429": ".00782", "1": ".05318", "3": ".15063", "31.8571": "1.04049", "32": "1.04374",
        "78": "1.85797",
    }  # fmt: skip
    counts = [
        (10, 2, "1.07869e-07"), (0, 39, ".5737864"), (11, 30, ".0019995214"),
        (12, 30, ".0015170236"), (13, 30, ".0011633150"),
    ]  # fmt: skip
    name = "BG/NBD, CDNOW"
    estimates = {"r": ".242593", "alpha": "4.413532", "a": ".792886", "b": "2.425753"}
    return [
        *_estimates(name, FHL, estimates, fitted),
        _likelihood(name, "-9582.42556", FHL, fitted),
        *_errors(
            name, FHL, {"r": ".012557", "alpha": ".378223", "a": ".185720", "b": ".705349"}, fitted
        ),
        Figure(
            name, "E[Y(39)] of x = 2, t_x = 30.43, T = 38.86", "1.22591",
            lambda: bgnbd.expected_purchases(39, *customer, **fitted().params), SHEET, 1e-5,
        ),
        Figure(
            name, "P(alive) of the same", ".72661",
            lambda: bgnbd.probability_alive(*customer, **fitted().params), SHEET, 1e-5,
        ),
        *(
            Figure(
                name, f"E[X({t})]", value,
                lambda t=t: fitted().unconditional_purchases(float(t)), SHEET, units=0.51,
            )
            for t, value in new.items()
        ),
        *(
            Figure(
                "BG/NBD, rounded parameters", f"P(X({t}) = {x})", value,
                lambda x=x, t=t: bgnbd.probability_of(x, t, **ROUNDED), BTYD, 1e-5,
            )
            for x, t, value in counts
        ),
    ]  # fmt: skip


def _pareto() -> list[Figure]:
    def fitted():
        return fit("ParetoNBD")

    name, customer = "Pareto/NBD, CDNOW", (26, 30.86, 31)
    return [
        *_estimates(
            name, FHL, {"r": ".553275", "alpha": "10.57761", "s": ".606213", "beta": "11.66790"},
            fitted,
        ),
        _likelihood(name, "-9594.97393", FHL, fitted),
        *_errors(
            name, CLVTOOLS, {"r": ".04763", "alpha": ".84272", "s": ".18728", "beta": "6.2110"},
            fitted,
        ),
        Figure(
            name, "E[Y(52)] of x = 26, t_x = 30.86, T = 31", "25.457",
            lambda: pareto_nbd.expected_purchases(52, *customer, **fitted().params), BTYD, 1e-4,
        ),
        Figure(
            name, "P(alive) of the same", ".9979",
            lambda: pareto_nbd.probability_alive(*customer, **fitted().params), BTYD, 1e-4,
        ),
    ]  # fmt: skip


def _spend() -> list[Figure]:
    def fitted():
        return fit("GammaGamma")

    name = "Gamma-Gamma, CDNOW"
    ten = ["24.65", "18.91", "35.17", "35.17", "35.17", "71.46", "18.91", "35.17", "27.28", "35.17"]
    return [
        *_estimates(name, GAMMA, {"p": "6.2488", "q": "3.7446", "gamma": "15.4477"}, fitted),
        _likelihood(name, "-4055.9232", GAMMA, fitted),
        Figure(name, "E[M]", "35.171", lambda: fitted().mean_spend(), GAMMA, 1e-5),
        # the authors cut 24.6586 to 24.65; the others are rounded
        *(
            Figure(
                name, f"E[M] of customer {place + 1}", value,
                lambda place=place: fitted().expected_spend().iloc[place], SHEET, units=0.95,
            )
            for place, value in enumerate(ten)
        ),
    ]  # fmt: skip


def _bgbb() -> list[Figure]:
    name = "BG/BB, donations"

    def alive_next(x: int, last: int) -> float:
        return bgbb.probability_alive(1, x, last, 6, **donations().params)

    def next_five_years() -> float:
        table = donations().model.summary
        return float(donations().expected_purchases(5) @ table["count"])

    return [
        *_estimates(
            name, SHANG,
            {"alpha": "1.203521", "beta": ".749716", "gamma": ".656718", "delta": "2.783444"},
            donations,
        ),
        _likelihood(name, "-33225.5813", SHANG, donations),
        Figure(name, "donations of the next five years", "12884.16", next_five_years, SHANG, 1e-5),
        *(
            Figure(
                name, f"P(alive next) of x = {x}, t_x = {last}", value,
                lambda x=x, last=last: alive_next(x, last), SHANG,
            )
            for x, last, value in ((0, 0, ".108"), (2, 4, ".590"), (6, 6, ".930"))
        ),
    ]  # fmt: skip


def _contracts() -> list[Figure]:
    curves = {
        "Regular": ({"alpha": ".704077", "beta": "1.182043"}, "-1680.2652"),
        "High End": ({"alpha": ".668088", "beta": "3.806095"}, "-1611.1581"),
    }
    figures = []
    for name, (values, likelihood) in curves.items():
        fitted = partial(cohort, name, "SBG", 7)

        title = f"sBG, {name}"
        figures += _estimates(title, PROJECT, values, fitted)
        figures.append(_likelihood(title, likelihood, PROJECT, fitted))

    def weibull():
        return cohort("High End", "BdW", 4)

    title = "beta-discrete-Weibull, High End"
    projected = ["54.661", "51.037", "48.104", "45.669", "43.604", "41.823"]
    figures += _estimates(
        title, RETENMOD, {"alpha": ".259336", "beta": "1.722552", "c": "1.584361"}, weibull
    )
    figures.append(_likelihood(title, "-1222.7493", RETENMOD, weibull))
    figures += [
        Figure(
            title, f"survival in year {year}, %", value,
            lambda year=year: 100 * weibull().survival(year), RETENMOD, 1e-5,
        )
        for year, value in enumerate(projected, start=5)
    ]  # fmt: skip
    figures += [
        Figure(
            "sBG", f"discounted expected residual lifetime at renewal {n}, d = .1", value,
            lambda n=n: sbg.expected_residual_lifetime(
                n - 1, 0.1, alpha=0.668, beta=3.806
            ), DERL, 1e-6,
        )
        for n, value in ((8, "7.52995"), (7, "7.34505"))
    ]  # fmt: skip
    return figures


def figures() -> list[Figure]:
    """Return every figure, in the order of the page."""
    mbg = _estimates(
        "MBG/NBD, CDNOW", "tests of the Python package lifetimes",
        {"r": ".524838", "alpha": "6.182988", "a": ".891356", "b": "1.614000"},
        lambda: fit("MBGNBD"),
    )  # fmt: skip
    return [*_bgnbd(), *mbg, *_pareto(), *_spend(), *_bgbb(), *_contracts()]


def agrees(figure: Figure, ours: float) -> bool:
    """Whether our number equals the published one as far as it is printed."""
    return bool(np.abs(ours - float(figure.published)) <= figure.borne)
