"""One maximum likelihood fit for every model.

A model file holds names and formulas; everything else is here, in ``result.py`` (what a fit
found) and in ``optimise.py`` (the search). The manners are statsmodels':
``BGNBD(summary).fit()`` returns a result with ``params``, ``bse``, ``llf``, ``aic``, ``bic``,
``cov_params()``, ``conf_int()`` and ``summary()``. We do not build on statsmodels'
``GenericLikelihoodModel``: it takes over a second to import, knows no row weights (so that its
BIC would be wrong for compressed tables) and prints the clock into its summary.

All parameters of our models are positive, so the search runs over their logarithms. That also
makes it independent of the unit of time: weeks or days only shift a logarithm. Coefficients of
covariates may have any sign; they are searched in units of the covariate's standard deviation.
"""

import copy
from collections.abc import Iterable, Iterator
from typing import Any, ClassVar

import numpy as np
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.models.checks import FROM_PURCHASES, FitError, numeric_columns, refuse_rows
from crmlib.models.covariates import (
    Effects,
    MeanLink,
    ProbabilityLink,
    RateLink,
    read_covariates,
)
from crmlib.models.distinct import distinct_rows
from crmlib.models.edges import Edge, Limit
from crmlib.models.optimise import Maximum, maximise
from crmlib.models.result import FitWarning, Result

# Bounds of the search. An optimum beyond them lies at an edge.
SMALLEST, LARGEST = 1e-5, 1e5
STRONGEST_EFFECT = 30.0
# A limiting model whose log-likelihood is as good as the model's own, up to this, has won.
AS_LIKELY = 1e-2


class Model:
    """A model with positive parameters, fitted by maximum likelihood.

    A subclass gives ``parameter_names``, ``result_class``, ``columns`` (those it reads from the
    table), ``_refuse`` (its own checks), ``_arrange`` (arrays of the distinct rows), ``_start``
    and ``_by_row`` (log-likelihood of each row and its slopes in the parameters); where it has
    them also ``edges``, ``links``, ``_usable``, ``_second_derivatives`` and ``_remarks``.

    Parameters
    ----------
    summary : DataFrame
        One row per customer, as from :func:`crmlib.rfm.summarize`.
    count : str, optional
        Column that says how many customers a row stands for; by default one each.
    **covariates : list of str
        Columns that move parameters, by kind: such as ``buying_covariates=["club"]``.
    """

    parameter_names: ClassVar[tuple[str, ...]]
    columns: ClassVar[tuple[str, ...]]
    scale_parameters: ClassVar[tuple[str, ...]] = ()
    title: ClassVar[str]
    source: ClassVar[str] = FROM_PURCHASES  # what makes such a table
    result_class: ClassVar[type[Result]]
    edges: ClassVar[tuple[Edge, ...]] = ()
    links: ClassVar[dict[str, RateLink | MeanLink | ProbabilityLink]] = {}

    def __init__(
        self, summary: pd.DataFrame, count: str | None = None, **covariates: Iterable[str]
    ):
        chosen = self._chosen_covariates(covariates)
        needed = [*self.columns, *(name for names in chosen.values() for name in names)]
        table = numeric_columns(
            summary, list(dict.fromkeys([*needed, *([count] if count else [])])), self.source
        )
        weights = table[count].to_numpy() if count else np.ones(len(table))
        refuse_rows(
            table,
            weights <= 0,
            N_("{number} rows have a count of 0 or less; expected how many customers a row holds."),
        )
        self._refuse(table)
        usable = self._usable(table)
        if not usable.all():
            table, weights = table[usable], weights[usable]
        self.summary, self.count = summary, count
        self.nobs = float(weights.sum())
        columns = [table[name].to_numpy() for name in needed]
        number, first = distinct_rows(columns)
        self.weights = np.bincount(number, weights)
        rows = {name: column[first] for name, column in zip(needed, columns, strict=True)}
        self.effects = tuple(
            Effects(
                kind,
                self.links[kind],
                names,
                read_covariates(pd.DataFrame(rows), list(names), kind),
            )
            for kind, names in chosen.items()
        )
        self.data = self._arrange(*(rows[name] for name in self.columns))

    @property
    def names(self) -> list[str]:
        """Names of all parameters: the model's, then the coefficients of covariates."""
        return [*self.parameter_names, *(name for part in self.effects for name in part.names)]

    def loglike(self, params: dict[str, float] | pd.Series | np.ndarray) -> float:
        """Log-likelihood of the data at ``params``, in the data's own unit of time."""
        return float(self._value_and_score(self._as_array(params))[0])

    def score(self, params: dict[str, float] | pd.Series | np.ndarray) -> pd.Series:
        """Gradient of :meth:`loglike` in the parameters."""
        return pd.Series(self._value_and_score(self._as_array(params))[1], index=self.names)

    def fit(self) -> Result:
        """Find the parameters under which the data are most likely.

        Returns
        -------
        Result
            Estimates with their uncertainty. Where the best parameters lie at the edge of what is
            possible, ``limit`` names the simpler model that the fit has become, and ``warnings``
            say what it means.

        Raises
        ------
        FitError
            When the data cannot identify the model; the text says why.
        """
        start = self._to_search(np.concatenate([self._start(), np.zeros(self._effects_number)]))
        found = self._search(start, {})
        found, held, edges = self._follow_edges(found)
        params = self._to_params(found.place)
        warnings = [*self._edge_warnings(edges, found), *self._remarks(self._named(params))]
        if found.covariance is None:
            warnings.append(_flat_warning())
        elif not found.converged:
            warnings.append(_not_converged_warning())
        limit = None
        if edges:
            codes = tuple(edge.code for edge in edges)
            limit = Limit(codes, _names_of(edges), found.value, len(params) - len(held))
        covariance = _embedded(found.covariance, [name not in held for name in self.names])
        return self.result_class(
            self, params, covariance, tuple(warnings), limit, tuple(edges), found.value
        )

    # What a subclass may say -----------------------------------------------------------------

    def _refuse(self, table: pd.DataFrame) -> None:
        """Raise a FitError for rows that cannot be."""

    def _usable(self, table: pd.DataFrame) -> np.ndarray:
        """Which rows carry information for this model."""
        return np.ones(len(table), dtype=bool)

    def _arrange(self, *columns: np.ndarray) -> Any:
        """Bring the distinct rows into the form that ``_by_row`` reads."""
        return columns

    def _start(self) -> np.ndarray:
        """Where the search begins."""
        raise NotImplementedError

    def _by_row(self, *params: Any) -> tuple[np.ndarray, tuple[np.ndarray, ...]]:
        """Log-likelihood of each distinct row, and its slope in each parameter.

        A parameter is one number, or (with covariates) an array with one per row.
        """
        raise NotImplementedError

    _second_derivatives = None  # a model may give its exact ones, without covariates

    def _remarks(self, params: dict[str, float]) -> Iterator[FitWarning]:
        """Say what the reader of a fit must know beside its edges."""
        return iter(())

    # From common parameters to rows, and back --------------------------------------------------

    def _chosen_covariates(self, covariates: dict[str, Iterable[str]]) -> dict[str, tuple]:
        chosen = {}
        for argument, names in covariates.items():
            kind = argument.removesuffix("_covariates")
            if kind not in self.links or kind == argument:
                known = ", ".join(f"{kind}_covariates" for kind in self.links) or _("none")
                raise TypeError(
                    _("{model} has no argument {argument}; covariates it takes: {known}.").format(
                        model=self.title, argument=argument, known=known
                    )
                )
            names = (names,) if isinstance(names, str) else tuple(names)
            if names:
                chosen[kind] = names
        return chosen

    def _as_array(self, params: dict[str, float] | pd.Series | np.ndarray) -> np.ndarray:
        if isinstance(params, dict | pd.Series):
            return np.array([float(params[name]) for name in self.names])
        return np.asarray(params, dtype=float)

    def _named(self, params: np.ndarray) -> dict[str, float]:
        return {name: float(value) for name, value in zip(self.names, params, strict=True)}

    @property
    def _effects_number(self) -> int:
        return sum(len(part.columns) for part in self.effects)

    def _coefficients(self, params: np.ndarray) -> list[np.ndarray]:
        """The coefficients, link by link."""
        ends = np.cumsum([len(part.columns) for part in self.effects], dtype=int)[:-1]
        return np.split(params[len(self.parameter_names) :], ends) if self.effects else []

    def _value_and_score(self, params: np.ndarray) -> tuple[float, np.ndarray]:
        common = dict(zip(self.parameter_names, params, strict=False))
        rows, effects = self._spread(params, [part.matrix for part in self.effects])
        value, slopes = self._by_row(*rows.values())
        if not self.effects:
            return value @ self.weights, np.array([slope @ self.weights for slope in slopes])
        by_name, of_effects = dict(zip(self.parameter_names, slopes, strict=True)), []
        for part, effect in zip(self.effects, effects, strict=True):
            by_name, slope = part.link.gather(by_name, common, rows, effect)
            of_effects.append((slope * self.weights) @ part.matrix)
        of_common = [slope @ self.weights for slope in by_name.values()]
        return value @ self.weights, np.concatenate([of_common, *of_effects])

    def parameters_of(self, params: np.ndarray, table: pd.DataFrame) -> dict[str, Any]:
        """Return the model's parameters for each row of a table with the covariates."""
        matrices = [numeric_columns(table, list(part.columns)).to_numpy() for part in self.effects]
        return self._spread(params, matrices)[0]

    def _spread(
        self, params: np.ndarray, matrices: list[np.ndarray]
    ) -> tuple[dict[str, Any], list[np.ndarray]]:
        """Give each row its own parameters by its covariates; also return the effects."""
        rows, effects = dict(zip(self.parameter_names, params, strict=False)), []
        coefficients = self._coefficients(params)
        for part, matrix, own in zip(self.effects, matrices, coefficients, strict=True):
            effects.append(matrix @ own)
            rows = part.link.spread(rows, effects[-1])
        return rows, effects

    # The search --------------------------------------------------------------------------------

    @property
    def _effect_sizes(self) -> np.ndarray:
        return np.concatenate([np.zeros(0), *(part.matrix.std(axis=0) for part in self.effects)])

    def _to_search(self, params: np.ndarray) -> np.ndarray:
        size = len(self.parameter_names)
        return np.concatenate([np.log(params[:size]), params[size:] * self._effect_sizes])

    def _to_params(self, place: np.ndarray) -> np.ndarray:
        if not self.effects:
            return np.exp(place)
        size = len(self.parameter_names)
        return np.concatenate([np.exp(place[:size]), place[size:] / self._effect_sizes])

    def _steps(self, params: np.ndarray) -> np.ndarray:
        """How a parameter moves with its search coordinate."""
        if not self.effects:
            return params.copy()
        return np.concatenate([params[: len(self.parameter_names)], 1 / self._effect_sizes])

    def _bounds(self, start: np.ndarray, around: bool) -> np.ndarray:
        """Lowest and highest search coordinates; a scale parameter's lie around its start."""
        wide = np.log([SMALLEST, LARGEST])
        rows = [
            value + wide if around or name in self.scale_parameters else wide
            for name, value in zip(self.parameter_names, start, strict=False)
        ]
        rows += [np.array([-STRONGEST_EFFECT, STRONGEST_EFFECT])] * self._effects_number
        return np.array(rows)

    def _search(self, start: np.ndarray, held: dict[str, float]) -> Maximum:
        """Maximise over the parameters that are not held; the place found has all of them."""
        free = np.array([name not in held for name in self.names])
        memory: dict[bytes, tuple[float, np.ndarray]] = {}

        def full(place: np.ndarray) -> np.ndarray:
            everything = start.copy()
            everything[free] = place
            return everything

        def objective(place: np.ndarray) -> tuple[float, np.ndarray]:
            if place.tobytes() not in memory:
                memory.clear()
                params = self._to_params(full(place))
                value, score = self._value_and_score(params)
                memory[place.tobytes()] = -value, -(score * self._steps(params))[free]
            return memory[place.tobytes()]

        def curvature(place: np.ndarray) -> np.ndarray:
            params = self._to_params(full(place))
            _value, gradient = objective(place)
            second = self._second_derivatives(*params) * np.outer(params, params)
            return np.diag(gradient) - second[np.ix_(free, free)]

        exact = curvature if self._second_derivatives and not self.effects else None
        bounds = self._bounds(start, around=bool(held))[free]
        if not free.any():
            return Maximum(start, self._value_and_score(self._to_params(start))[0], None, True)
        found = maximise(objective, start[free], bounds, self.nobs, exact)
        return Maximum(full(found.place), found.value, found.covariance, found.converged)

    def _follow_edges(self, found: Maximum) -> tuple[Maximum, dict[str, float], list[Edge]]:
        """Where a limiting model is as likely as the optimum found, take it instead."""
        held: dict[str, float] = {}
        taken: list[Edge] = []
        for edge in self.edges:
            params = self._named(self._to_params(found.place))
            if held.keys() & set(edge.held) or not edge.near(params):
                continue
            if edge.inside:
                found = self._better_from(params | edge.inside(params), held, found)
                params = self._named(self._to_params(found.place))
                if not edge.near(params):
                    continue
            moved = params | edge.at_edge(params)
            now_held = held | {name: moved[name] for name in edge.held}
            limit = self._search(self._to_search(np.array(list(moved.values()))), now_held)
            if limit.value >= found.value - AS_LIKELY:
                found, held = limit, now_held
                taken.append(edge)
        return found, held, taken

    def _better_from(
        self, params: dict[str, float], held: dict[str, float], found: Maximum
    ) -> Maximum:
        """Search again from other parameters; keep what is more likely."""
        again = self._search(self._to_search(np.array(list(params.values()))), held)
        return again if again.value > found.value else found

    def _edge_warnings(self, edges: list[Edge], found: Maximum) -> Iterator[FitWarning]:
        params = self._named(self._to_params(found.place))
        for edge in edges:
            ratio = edge.ratio[1](params) if edge.ratio else np.nan
            text = _(edge.text).format(ratio=ratio)
            limit = _("The limiting model is {model}, log-likelihood {llf:,.2f}.").format(
                model=_(edge.model), llf=found.value
            )
            yield FitWarning(edge.code, f"{text} {limit}")

    def _reweighted(self, weights: np.ndarray) -> "Model":
        """Return the same model with other weights of its distinct rows."""
        other = copy.copy(self)
        other.weights, other.nobs = weights, float(weights.sum())
        return other


def _names_of(edges: list[Edge]) -> str:
    return ", ".join(_(edge.model) for edge in edges)


def _embedded(covariance: np.ndarray | None, free: list[bool]) -> np.ndarray:
    """Put the covariance of the free parameters among all; NaN for the others."""
    full = np.full((len(free), len(free)), np.nan)
    if covariance is not None:
        full[np.ix_(free, free)] = covariance
    return full


def _flat_warning() -> FitWarning:
    return FitWarning(
        "flat",
        _(
            "The data do not settle all parameters: the likelihood is flat in some direction, so "
            "there are no standard errors. Predictions close to the observed period can still be "
            "used; single parameters cannot be interpreted."
        ),
    )


def _not_converged_warning() -> FitWarning:
    return FitWarning(
        "not_converged",
        _(
            "The search stopped before it was sure to have found the maximum. Treat the "
            "parameters as approximate, and check the table for extreme customers."
        ),
    )


__all__ = ["FitError", "FitWarning", "Model", "Result"]
