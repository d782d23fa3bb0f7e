"""Kano's classes: what is expected, what is wanted, and what is a surprise.

kano_classify  two answers of a customer on a feature → one letter
kano_summary   the classes of each feature, with the uncertainty of the verdict
better_worse   how much a feature can please, and how much its absence can hurt
kano_change    the same features some time later

The letters: M must-be, O one-dimensional, A attractive, I indifferent, R reverse, Q questionable
(the two answers contradict each other).

The subtle point: customers are asked how they would *feel*, not whether they would come back. That
is why the classes can be found before anybody looks at loyalty.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy import stats
from statsmodels.stats.proportion import multinomial_proportions_confint, proportion_confint

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.trap.tables import need

CLASSES = ("M", "O", "A", "I", "R", "Q")
CLASS_NAMES = {
    "M": N_("must-be"),
    "O": N_("one-dimensional"),
    "A": N_("attractive"),
    "I": N_("indifferent"),
    "R": N_("reverse"),
    "Q": N_("questionable"),
}
# Rows: the answer if the feature is there, columns: if it is not; 1 I like it, 2 it must be so,
# 3 I do not care, 4 I can live with it, 5 I dislike it. The usual table (Berger et al. 1993).
EVALUATION = np.array(
    [
        list("QAAAO"),
        list("RIIIM"),
        list("RIIIM"),
        list("RIIIM"),
        list("RRRRQ"),
    ]
)


def kano_classify(functional: Sequence[int], dysfunctional: Sequence[int]) -> pd.Series:
    """Class of each pair of answers by the 5 × 5 table.

    Parameters
    ----------
    functional, dysfunctional : sequence of int
        Answers from 1 (I like it) to 5 (I dislike it): if the feature is there, and if it is not.

    Returns
    -------
    Series of str
        The letters M, O, A, I, R, Q; the index is that of ``functional`` if it is a Series.

    Examples
    --------
    >>> kano_classify([1, 1, 3, 3, 5, 1], [5, 3, 5, 3, 1, 1]).to_list()
    ['O', 'A', 'M', 'I', 'R', 'Q']
    """
    one, other = np.asarray(functional), np.asarray(dysfunctional)
    if one.shape != other.shape:
        raise ValueError(
            _("There are {one} answers to the first question and {other} to the second.").format(
                one=one.size, other=other.size
            )
        )
    for name, answers in (("functional", one), ("dysfunctional", other)):
        wrong = ~np.isin(answers, (1, 2, 3, 4, 5))
        if wrong.any():
            raise ValueError(
                _(
                    "{name} holds {value}, at place {place}; expected whole numbers from 1 (I like "
                    "it) to 5 (I dislike it)."
                ).format(name=name, value=answers[wrong][0], place=int(np.flatnonzero(wrong)[0]))
            )
    index = functional.index if isinstance(functional, pd.Series) else None
    letters = EVALUATION[one.astype(int) - 1, other.astype(int) - 1]
    return pd.Series(letters, index=index, name="kano_class", dtype=str)


def kano_summary(table: pd.DataFrame, by: str = "feature", level: float = 0.95) -> pd.DataFrame:
    r"""Class of each feature by the most frequent letter, and how sure that is.

    The lead of the first letter over the second has the standard error
    :math:`\sqrt{(p_1 + p_2 - (p_1 - p_2)^2)/n}`; if the interval of the lead holds 0, the class is
    open. It takes customers as independent: one row a customer and feature.

    Parameters
    ----------
    table : DataFrame
        One row per customer and feature: ``by``, ``functional`` and ``dysfunctional``.
    by : str
        Column of the features.
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        Index: the features, in the order in which they come; ``answers``, the shares ``M`` to
        ``Q``, ``kano_class`` (the most frequent), ``share`` of it with ``lower`` and ``upper``
        (Goodman's intervals for several shares at once), ``second``, ``lead`` (share of the first
        minus share of the second) with ``lead_lower``, and ``clear`` (whether that is above 0).

    Examples
    --------
    >>> table = pd.DataFrame({"feature": ["tea fresh"] * 5, "functional": [3, 3, 2, 1, 3],
    ...                       "dysfunctional": [5, 5, 5, 5, 3]})
    >>> kano_summary(table)[["answers", "kano_class", "share", "clear"]]
               answers kano_class  share  clear
    feature
    tea fresh        5          M    0.6  False
    """
    need(table, by, "functional", "dysfunctional")
    letter = kano_classify(table["functional"], table["dysfunctional"])
    counts = pd.crosstab(table[by], letter).reindex(columns=list(CLASSES), fill_value=0)
    counts = counts.loc[table[by].unique()]
    answers = counts.sum(axis=1)
    shares = counts.div(answers, axis=0)
    order = np.argsort(-shares.to_numpy(), axis=1, kind="stable")
    rows = np.arange(len(shares))
    first, second = shares.to_numpy()[rows, order[:, 0]], shares.to_numpy()[rows, order[:, 1]]
    lead = first - second
    error = np.sqrt((first + second - lead**2) / answers)
    limits = [multinomial_proportions_confint(row, 1 - level) for row in counts.to_numpy()]
    ends = np.array([limit[place] for limit, place in zip(limits, order[:, 0], strict=True)])
    lead_lower = lead - stats.norm.ppf((1 + level) / 2) * error
    summary = shares.assign(
        kano_class=np.array(CLASSES)[order[:, 0]],
        share=first,
        lower=ends[:, 0],
        upper=ends[:, 1],
        second=np.array(CLASSES)[order[:, 1]],
        lead=lead,
        lead_lower=lead_lower,
        clear=lead_lower > 0,
    )
    summary.insert(0, "answers", answers)
    return summary.rename_axis(index=by, columns=None)


def better_worse(table: pd.DataFrame, by: str = "feature", level: float = 0.95) -> pd.DataFrame:
    r"""How much a feature pleases when it is there, and hurts when it is not.

    .. math:: \text{better} = \frac{A + O}{A + O + M + I}, \qquad
              \text{worse} = -\frac{O + M}{A + O + M + I}

    Parameters
    ----------
    table : DataFrame
        One row per customer and feature: ``by``, ``functional`` and ``dysfunctional``.
    by : str
        Column of the features.
    level : float
        Confidence level of the Wilson intervals.

    Returns
    -------
    DataFrame
        Index: the features; ``better`` (0 to 1) and ``worse`` (-1 to 0) with ``better_lower`` …
        ``worse_upper``, ``counted`` (answers A, O, M, I; NaN results where there are none), and
        ``kano_class``, the most frequent letter.

    Examples
    --------
    >>> table = pd.DataFrame({"feature": ["sample"] * 4, "functional": [1, 1, 1, 3],
    ...                       "dysfunctional": [3, 4, 5, 5]})
    >>> better_worse(table)[["better", "worse"]].values.tolist()
    [[0.75, -0.5]]
    """
    summary = kano_summary(table, by, level)
    counts = (summary[list(CLASSES)].mul(summary["answers"], axis=0)).round()
    counted = counts[["A", "O", "M", "I"]].sum(axis=1)
    found = pd.DataFrame({"counted": counted.astype(int)})
    for name, letters, sign in (("better", ["A", "O"], 1), ("worse", ["O", "M"], -1)):
        hits = counts[letters].sum(axis=1)
        lower, upper = proportion_confint(hits, counted.clip(lower=1), 1 - level, method="wilson")
        there = counted > 0
        found[name] = (sign * hits / counted.where(there)).to_numpy()
        ends = (lower, upper) if sign > 0 else (-upper, -lower)
        for side, end in zip(("lower", "upper"), ends, strict=True):
            found[f"{name}_{side}"] = pd.Series(end, index=found.index).where(there)
    return found.assign(kano_class=summary["kano_class"])


def kano_change(
    table: pd.DataFrame, by: str = "feature", wave: str = "wave", level: float = 0.95
) -> pd.DataFrame:
    """Class of each feature in the first and in the last wave, and how much it moved.

    Parameters
    ----------
    table : DataFrame
        One row per customer, feature and wave, other customers in each wave.
    by, wave : str
        Columns of the features, and of the waves in rising order.
    level : float
        Confidence level, for all features together (Bonferroni).

    Returns
    -------
    DataFrame
        Index: the features; ``before``, ``after`` (letters), ``surprised`` (change of the share
        of A, -1 to 1) with ``lower`` and ``upper``, and ``changed``: another letter, and an
        interval without 0.
    """
    need(table, by, wave)
    waves = sorted(table[wave].unique())
    if len(waves) < 2:
        raise ValueError(
            _("Column {wave} holds one wave only. A change needs two.").format(wave=wave)
        )
    old, new = (kano_summary(table[table[wave] == one], by) for one in (waves[0], waves[-1]))
    new = new.reindex(old.index)
    change = new["A"] - old["A"]
    variance = sum(one["A"] * (1 - one["A"]) / one["answers"] for one in (old, new))
    half = stats.norm.ppf(1 - (1 - level) / 2 / len(old)) * np.sqrt(variance)
    moved = pd.DataFrame(
        {
            "before": old["kano_class"],
            "after": new["kano_class"],
            "surprised": change,
            "lower": change - half,
            "upper": change + half,
        }
    )
    other = moved["before"] != moved["after"]
    return moved.assign(changed=other & ((moved["lower"] > 0) | (moved["upper"] < 0)))
