"""The optimum at the edge: where the best parameters are infinite or zero.

Real shops often put it there. If nothing in the data speaks for dropout, the best chance to leave
is 0; if nothing speaks for differences between customers, the best precision is infinite. There
the model has become a simpler one. An :class:`Edge` says how to recognise that, which simpler
model it is, and what it means for the business.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Params = dict[str, float]

# Stand-ins for 0 and infinity: the likelihood no longer changes beyond them.
ALMOST_ZERO, ALMOST_INFINITE = 1e-10, 1e8


@dataclass(frozen=True)
class Edge:
    """A way in which a model can collapse into a simpler one.

    Attributes
    ----------
    code : str
        Short name, such as "no_dropout".
    model : str
        What the simpler model is called (marked for translation).
    text : str
        What it means for the business (marked for translation).
    near : callable
        From the parameters to whether it is worth trying the edge at all.
    at_edge : callable
        From the parameters to those that change there, the held ones and starts for others.
    held : tuple of str
        Parameters that are held at the edge while the others are estimated again.
    becomes : dict of str to float
        What the parameters are in the limit: 0.0 or infinity, for display.
    ratio : tuple of (str, callable), optional
        What remains meaningful of them: its name, and its value from the parameters.
    inside : callable, optional
        From the parameters to some well inside, from where the search is tried again: towards an
        edge the likelihood is so flat that a search can stop on the way.
    """

    code: str
    model: str
    text: str
    near: Callable[[Params], bool]
    at_edge: Callable[[Params], Params]
    held: tuple[str, ...]
    becomes: Params
    ratio: tuple[str, Callable[[Params], float]] | None = None
    inside: Callable[[Params], Params] | None = None


@dataclass(frozen=True)
class Limit:
    """The simpler model that a fit has become.

    Attributes
    ----------
    codes : tuple of str
        Which edges the optimum lies at.
    model : str
        Name of the limiting model.
    llf : float
        Its log-likelihood, the maximum under the edges.
    free_parameters : int
        How many parameters it still estimates.
    """

    codes: tuple[str, ...]
    model: str
    llf: float
    free_parameters: int

    @property
    def aic(self) -> float:
        """Akaike's criterion of the limiting model, which counts only its own parameters."""
        return -2 * self.llf + 2 * self.free_parameters


def everybody_the_same(first: str, second: str) -> Callable[[Params], Params]:
    """Send two parameters to infinity together, with their ratio as it was.

    Examples
    --------
    >>> move = everybody_the_same("a", "b")
    >>> move({"a": 100.0, "b": 400.0})
    {'a': 25000000.0, 'b': 100000000.0}
    """

    def at_edge(params: Params) -> Params:
        return {
            first: ALMOST_INFINITE * params[first] / params[second],
            second: ALMOST_INFINITE,
        }

    return at_edge


def differing(first: str, second: str, size: float = 2.0) -> Callable[[Params], Params]:
    """Bring two parameters back to where customers differ, with their ratio as it was.

    Examples
    --------
    >>> differing("a", "b")({"a": 100.0, "b": 400.0})
    {'a': 0.5, 'b': 2.0}
    """

    def inside(params: Params) -> Params:
        return {first: size * params[first] / params[second], second: size}

    return inside


def mean_of_beta(first: str, second: str) -> tuple[str, Callable[[Params], float]]:
    """Return the name and the value of the mean of a Beta distribution.

    Examples
    --------
    >>> name, value = mean_of_beta("a", "b")
    >>> name, value({"a": 1.0, "b": 4.0})
    ('a / (a + b)', 0.2)
    """
    return (
        f"{first} / ({first} + {second})",
        lambda params: params[first] / (params[first] + params[second]),
    )


def same_chance(code: str, model: str, text: str, first: str, second: str) -> Edge:
    """Return the edge at which all have the same chance: a Beta distribution without width."""
    return Edge(
        code,
        model,
        text,
        near=lambda params: params[first] + params[second] > 20,
        at_edge=everybody_the_same(first, second),
        held=(second,),
        becomes={first: np.inf, second: np.inf},
        ratio=mean_of_beta(first, second),
        inside=differing(first, second),
    )


def no_chance(code: str, model: str, text: str, first: str, second: str) -> Edge:
    """Return the edge at which nobody has a chance: a Beta distribution with the mean 0."""
    name, mean = mean_of_beta(first, second)
    return Edge(
        code,
        model,
        text,
        near=lambda params: mean(params) < 0.03,
        at_edge=lambda _params: {first: ALMOST_ZERO, second: 1.0},
        held=(first, second),
        becomes={first: 0.0, second: np.nan},
        ratio=(name, lambda _params: 0.0),
        inside=lambda _params: {first: 0.5, second: 5.0},
    )


def two_kinds(code: str, model: str, text: str, first: str, second: str) -> Edge:
    """Return the edge at which chances are 1 or 0: a Beta distribution at its two ends."""
    return Edge(
        code,
        model,
        text,
        near=lambda params: params[first] + params[second] < 0.1,
        at_edge=all_or_nothing(first, second),
        held=(second,),
        becomes={first: 0.0, second: 0.0},
        ratio=mean_of_beta(first, second),
    )


def all_or_nothing(first: str, second: str) -> Callable[[Params], Params]:
    """Send two parameters to zero together, with their ratio as it was."""

    def at_edge(params: Params) -> Params:
        return {first: ALMOST_ZERO * params[first] / params[second], second: ALMOST_ZERO}

    return at_edge
