"""The settings in which every model has to find its planted truth: three a model.

One of the three for models of buying has a dropout scale much larger than the buying scale
(β ≫ α), where a careless likelihood fails.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from types import ModuleType

import numpy as np
import pandas as pd

from crmlib.models import bdw, bgbb, bgnbd, gamma_gamma, geometric, mbgnbd, nbd, pareto_nbd, sbg


@dataclass(frozen=True)
class Setting:
    """A model, its truth, and how to simulate data from it.

    Attributes
    ----------
    model : str
        Name of the class in ``crmlib.models``.
    name : str
        What is special about the setting.
    truth : dict of str to float
        The planted parameters.
    simulate : callable
        From a seed to a table for the model.
    options : dict
        Arguments of the model beside the table.
    effects : tuple of str
        Parameters that may have any sign: coefficients of covariates.
    known_bias : dict of str to str
        Parameters with a bias that is known for samples of this size, and why.
    """

    model: str
    name: str
    truth: dict[str, float]
    simulate: Callable[[int], pd.DataFrame]
    options: dict = field(default_factory=dict)
    effects: tuple[str, ...] = ()
    known_bias: dict[str, str] = field(default_factory=dict)


def _buying(
    model: str, name: str, module: ModuleType, customers: int, T: tuple, **truth: float
) -> Setting:
    def simulate(seed: int) -> pd.DataFrame:
        weeks = np.linspace(*T, customers)
        return module.simulate(customers, seed, T=weeks, **truth).summary

    return Setting(model, f"{name}; {customers:,} customers", truth, simulate)


def _spend(name: str, customers: int, **truth: float) -> Setting:
    def simulate(seed: int) -> pd.DataFrame:
        frequency = np.random.default_rng(seed).geometric(0.4, customers)
        return gamma_gamma.simulate(frequency, seed, **truth)

    return Setting("GammaGamma", f"{name}; {customers:,} customers", truth, simulate)


def _contract(model: str, name: str, module: ModuleType, customers: int, **truth: float) -> Setting:
    def simulate(seed: int) -> pd.DataFrame:
        due = np.resize(np.arange(6, 25), customers)  # cohorts of every age, censored at the end
        return module.simulate(customers, seed, periods=due, **truth).summary

    return Setting(model, f"{name}; {customers:,} customers", truth, simulate)


def _opportunities(name: str, customers: int, **truth: float) -> Setting:
    def simulate(seed: int) -> pd.DataFrame:
        offered = np.resize([6, 9, 12], customers)
        return bgbb.simulate(customers, seed, opportunities=offered, **truth).summary

    return Setting("BGBB", f"{name}; {customers:,} customers", truth, simulate)


SETTINGS: tuple[Setting, ...] = (
    _buying("NBD", "like a shop", nbd, 2000, (30, 60), r=0.5, alpha=6.0),
    _buying("NBD", "much alike", nbd, 2000, (30, 60), r=4.0, alpha=20.0),
    _buying("NBD", "mostly one-time buyers", nbd, 4000, (30, 60), r=0.1, alpha=10.0),
    _buying("BGNBD", "like CDNOW", bgnbd, 4000, (40, 80), r=0.25, alpha=4.4, a=0.8, b=2.4),
    _buying("BGNBD", "loyal, b ≫ a", bgnbd, 4000, (40, 80), r=1.0, alpha=4.0, a=0.7, b=9.0),
    _buying("BGNBD", "frequent buyers", bgnbd, 4000, (30, 60), r=2.0, alpha=3.0, a=1.5, b=3.0),
    _buying("MBGNBD", "like CDNOW", mbgnbd, 4000, (40, 80), r=0.5, alpha=6.2, a=0.9, b=1.6),
    _buying("MBGNBD", "loyal, b ≫ a", mbgnbd, 4000, (40, 80), r=1.0, alpha=4.0, a=0.7, b=9.0),
    _buying("MBGNBD", "frequent buyers", mbgnbd, 4000, (30, 60), r=2.0, alpha=3.0, a=1.5, b=3.0),
    _buying(
        "ParetoNBD", "like CDNOW", pareto_nbd, 4000, (40, 80), r=0.55, alpha=10.6, s=0.6, beta=11.7
    ),
    _buying("ParetoNBD", "β ≫ α", pareto_nbd, 4000, (40, 80), r=1.2, alpha=3.0, s=1.5, beta=90.0),
    _buying(
        "ParetoNBD",
        "frequent buyers",
        pareto_nbd,
        4000,
        (30, 60),
        r=2.0,
        alpha=4.0,
        s=1.0,
        beta=20.0,
    ),
    _opportunities("like the donors", 6000, alpha=1.2, beta=0.75, gamma=0.66, delta=2.8),
    _opportunities("loyal, δ ≫ γ", 9000, alpha=0.8, beta=1.6, gamma=0.6, delta=12.0),
    _opportunities("seldom buyers", 6000, alpha=0.5, beta=3.0, gamma=1.2, delta=4.0),
    _contract("SBG", "very different customers", sbg, 4000, alpha=0.7, beta=1.2),
    _contract("SBG", "loyal, β ≫ α", sbg, 4000, alpha=0.67, beta=8.0),
    _contract("SBG", "much alike", sbg, 8000, alpha=4.0, beta=16.0),
    _contract("BdW", "chance to leave falls with tenure", bdw, 8000, alpha=0.8, beta=3.0, c=0.7),
    _contract("BdW", "as sBG", bdw, 8000, alpha=0.8, beta=4.0, c=1.0),
    _contract("BdW", "chance to leave rises", bdw, 8000, alpha=0.5, beta=4.0, c=1.5),
    _contract("Geometric", "loyal", geometric, 500, churn_probability=0.03),
    _contract("Geometric", "half leave", geometric, 500, churn_probability=0.5),
    _contract("Geometric", "few customers", geometric, 200, churn_probability=0.2),
    _spend("like CDNOW", 2000, p=6.25, q=3.74, gamma=15.4),
    _spend("customers alike", 3000, p=2.0, q=12.0, gamma=60.0),
    _spend("regular amounts, few giants", 5000, p=15.0, q=2.0, gamma=3.0),
)
