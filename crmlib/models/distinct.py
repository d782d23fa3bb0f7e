"""Rows, each counted once: what makes a fit of a million customers a matter of a second.

Customers share their numbers. A million of them have a few thousand different histories, in which
a few dozen values of x and a few hundred of T occur. So equal rows are counted once, and a gamma
function or a logarithm is computed once per value.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Column:
    """A column whose values repeat: the distinct values, and for each row the place of its own.

    Examples
    --------
    >>> column = distinct_column(np.array([3.0, 1.0, 3.0]))
    >>> column.distinct, column.place
    (array([3., 1.]), array([0, 1, 0]))
    >>> column.map(np.square)
    array([9., 1., 9.])
    """

    distinct: np.ndarray
    place: np.ndarray

    @cached_property
    def rows(self) -> np.ndarray:
        """The column itself, one entry per row."""
        return self.distinct[self.place]

    def map(self, function: Callable, *params: np.ndarray) -> np.ndarray:
        """Return ``function(*params, column)``, computed once per distinct value where it can be.

        That is where every parameter is one number; with one per row (as covariates make them)
        every row is computed.
        """
        if all(np.ndim(value) == 0 for value in params):
            return function(*params, self.distinct)[self.place]
        return function(*params, self.rows)


def distinct_column(values: np.ndarray) -> Column:
    """Find the distinct values of a column, in the order of their first appearance."""
    place, distinct = pd.factorize(values)
    return Column(distinct, place)


def distinct_rows(columns: list[np.ndarray]) -> tuple[np.ndarray, np.ndarray]:
    """Number the distinct rows of several columns.

    Parameters
    ----------
    columns : list of ndarray
        Columns of one length.

    Returns
    -------
    number : ndarray
        For each row, the number of its kind; equal rows have one number.
    first : ndarray
        For each kind, the first row that is of it.

    Examples
    --------
    >>> number, first = distinct_rows([np.array([2, 0, 2]), np.array([5.0, 0.0, 5.0])])
    >>> number, first
    (array([0, 1, 0]), array([0, 1]))
    """
    number, kinds = np.zeros(len(columns[0]), dtype="int64"), 1
    for column in columns:
        place, values = pd.factorize(column)
        # column by column, so that the combined key stays small
        number, pairs = pd.factorize(number * len(values) + place)
        kinds = len(pairs)
    first = np.empty(kinds, dtype="int64")
    first[number[::-1]] = np.arange(len(number))[::-1]
    return number, first


def rows_apart(
    first: list[np.ndarray],
    second: list[np.ndarray],
    first_weights: np.ndarray,
    second_weights: np.ndarray,
) -> tuple[float, float]:
    """How many customers of the first table have no equal in the second, and the reverse.

    Order does not matter, and a row may stand for several customers. Values that differ by less
    than a millionth are equal.

    Examples
    --------
    >>> one = np.ones(2)
    >>> rows_apart([np.array([1.0, 5.0])], [np.array([5.0, 7.0])], one, one)
    (1.0, 1.0)
    """
    together = [np.round(np.concatenate(pair), 6) for pair in zip(first, second, strict=True)]
    number, _first = distinct_rows(together)
    surplus = np.bincount(number, np.concatenate([first_weights, -second_weights]))
    return float(surplus[surplus > 0].sum()), float(-surplus[surplus < 0].sum())
