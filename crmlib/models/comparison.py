"""Which of two models the data prefer.

Two models of the same table can be compared by their log-likelihoods. Akaike's criterion (AIC)
charges each one for its parameters. Where one model contains the other, the likelihood ratio says
besides how easily chance alone would have made the richer one look so much better.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import ngettext
from crmlib.models.checks import FitError, numeric_columns
from crmlib.models.distinct import rows_apart
from crmlib.models.fit import Model
from crmlib.models.result import Result, _escape

# Differences in AIC: below the first the data do not decide, from the second on they are clear.
UNDECIDED, CLEAR = 2.0, 10.0
# Log-likelihoods nearer than this are equal, up to where a search stops.
EQUAL = 0.01
# The law of the likelihood ratio where the simpler model is true: shares of χ² with so many
# degrees of freedom. None where there is no standard law.
REGULAR = ((1.0, 0),)
NESTED: dict[tuple[str, str], tuple[tuple[float, int], ...] | None] = {
    ("NBD", "BGNBD"): None,
    ("NBD", "MBGNBD"): None,
    ("NBD", "ParetoNBD"): None,
    ("Geometric", "SBG"): ((0.5, 0), (0.5, 1)),
    ("SBG", "BdW"): ((1.0, 1),),
    ("Geometric", "BdW"): ((0.5, 1), (0.5, 2)),
}


@dataclass(frozen=True, repr=False, eq=False)
class Comparison:
    """Two fitted models side by side.

    Attributes
    ----------
    table : DataFrame
        One row per model: ``parameters`` (their number), ``llf``, ``aic``, ``difference`` (of the
        AIC from the better one's) and ``bic``.
    likelihood_ratio, p_value : float or None
        Twice the difference of the log-likelihoods and the chance of one as large if the simpler
        model is true, where one model contains the other; else None.
    sentences : tuple of str
        What it means.
    """

    table: pd.DataFrame
    likelihood_ratio: float | None
    p_value: float | None
    sentences: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What it means, in one text."""
        return " ".join(self.sentences)

    def __repr__(self) -> str:
        return f"{self.table.round(2).to_string()}\n{self.sentence}"

    def _repr_html_(self) -> str:
        return f"{self.table.round(2).to_html(border=0)}<p>{_escape(self.sentence)}</p>"


def compare(a: Result, b: Result) -> Comparison:
    r"""Compare two models fitted to the same table.

    Comparable are NBD, BG/NBD, MBG/NBD and Pareto/NBD with each other; sBG, BdW and Geometric with
    each other; and each of them with and without covariates.

    Parameters
    ----------
    a, b : Result
        What ``fit()`` returned.

    Returns
    -------
    Comparison
        A table, the likelihood ratio where it makes sense, and the result in words.

    Raises
    ------
    FitError
        When the two were not fitted to the same customers, unit or kind of data.

    Notes
    -----
    The likelihood ratio :math:`2(\ell_{rich}-\ell_{simple})` has a χ² distribution only where the
    simpler model lies *inside* the richer one: covariates with coefficient 0, or BdW with c = 1.
    Geometric lies at the edge of sBG (no difference between customers), where the law is a mixture
    of χ² in equal shares (Self & Liang 1987). NBD lies at the edge of BG/NBD, MBG/NBD and
    Pareto/NBD, and there another parameter loses its meaning (if nobody leaves, nothing can differ
    in leaving), so that no standard law holds (Davies 1987); p is then taken from χ² with as many
    degrees of freedom as there are further parameters, which is cautious.

    References
    ----------
    Self & Liang (1987), Journal of the American Statistical Association 82(398), 605-610. Davies
    (1987), Biometrika 74(1), 33-43. Burnham & Anderson (2002), Model selection and multimodel
    inference, 2nd ed., section 2.6: differences in AIC below 2 decide little, over 10 much.

    Examples
    --------
    >>> from crmlib.models import BGNBD, NBD, bgnbd
    >>> shop = bgnbd.simulate(4000, seed=1, T=52.0, r=0.5, alpha=6.0, a=0.9, b=3.0).summary
    >>> found = compare(BGNBD(shop).fit(), NBD(shop).fit())
    >>> found.table.round(1)
            parameters      llf      aic  difference      bic
    model
    BG/NBD           4 -33038.3  66084.5         0.0  66109.7
    NBD              2 -34165.6  68335.1      2250.6  68347.7
    >>> found.sentences[0]
    'BG/NBD is better by 2,250.6 in AIC than NBD: the data speak clearly for it.'
    """
    _refuse_incomparable(a, b)
    labels = [_label(fit.model) for fit in (a, b)]
    if labels[0] == labels[1]:
        text = _("Both fits are {model}: there is nothing to compare.")
        raise FitError(text.format(model=labels[0]))
    table = pd.DataFrame(
        {
            "parameters": [len(fit.params) for fit in (a, b)],
            "llf": [a.llf, b.llf],
            "aic": [a.aic, b.aic],
        },
        index=pd.Index(labels, name="model"),
    )
    table["difference"] = table["aic"] - table["aic"].min()
    table["bic"] = [a.bic, b.bic]
    for simple, rich in ((a, b), (b, a)):
        if _contains(rich.model, simple.model):
            return _nested(table, simple, rich)
    return Comparison(table, None, None, tuple(_same(a, b) or _by_aic(table)))


def _nested(table: pd.DataFrame, simple: Result, rich: Result) -> Comparison:
    ratio = 2 * (rich.llf - simple.llf)
    names = {"simple": _label(simple.model), "rich": _label(rich.model)}
    if ratio < -2 * EQUAL:
        text = _(
            "{rich} contains {simple} and cannot be less likely, but it is, by {gap:,.2f} in the "
            "log-likelihood: its search did not find the maximum. Do not use it."
        ).format(gap=-ratio / 2, **names)
        return Comparison(table, ratio, None, (text,))
    further = len(rich.params) - len(simple.params)
    classes = type(simple.model).__name__, type(rich.model).__name__
    law = REGULAR if classes[0] == classes[1] else NESTED[classes]
    # free coefficients of covariates come to the degrees of freedom of the rest
    covariates = rich.model._effects_number - simple.model._effects_number
    shares = ((1.0, further),) if law is None else tuple((w, k + covariates) for w, k in law)
    p_value = _tail(max(ratio, 0.0), shares)
    if same := _same(simple, rich):
        return Comparison(table, ratio, p_value, same)
    texts = [*_by_aic(table), _ratio_in_words(ratio, further, p_value)]
    if law is None:
        texts.append(
            _(
                "({simple} lies at the edge of {rich}, where no standard law holds: p is taken "
                "from χ² with {further} degrees of freedom and is rather too large than too small.)"
            ).format(further=further, **names)
        )
    elif len(law) > 1:
        texts.append(
            _(
                "({simple} lies at the edge of {rich}: p is taken from the mixture of χ² that "
                "holds there.)"
            ).format(**names)
        )
    return Comparison(table, ratio, p_value, tuple(texts))


def _by_aic(table: pd.DataFrame) -> list[str]:
    better, worse = table["aic"].sort_values(kind="stable").index
    gap = table.loc[worse, "difference"]
    if gap < UNDECIDED:
        text = _(
            "{better} and {worse} differ by {gap:.1f} in AIC, less than 2: the data do not decide."
        )
    elif gap < CLEAR:
        text = _("{better} is better by {gap:.1f} in AIC than {worse}: the data speak for it.")
    else:
        text = _(
            "{better} is better by {gap:,.1f} in AIC than {worse}: the data speak clearly for it."
        )
    return [text.format(better=better, worse=worse, gap=gap)]


def _same(a: Result, b: Result) -> tuple[str, ...]:
    """Say so if one of the two has become the other, or both have become a third."""
    at_edge = [fit for fit in (a, b) if fit.limit]
    contained = _contains(b.model, a.model) or _contains(a.model, b.model)
    if abs(a.llf - b.llf) > EQUAL or not at_edge or (len(at_edge) < 2 and not contained):
        return ()
    edge = at_edge[-1]
    simpler, other = sorted((a, b), key=lambda fit: len(fit.params))
    text = _(
        "The two are the same model here: the best {model} lies at its edge ({limit}), and the "
        "log-likelihoods are equal. The difference in AIC only counts parameters that no longer "
        "matter."
    ).format(model=_label(edge.model), limit=edge.limit.model)
    if len(simpler.params) < len(other.params):
        text += " " + _("Use {model}.").format(model=_label(simpler.model))
    return (text,)


def _ratio_in_words(ratio: float, further: int, p_value: float) -> str:
    p = _("p below 0.001") if p_value < 0.001 else f"p = {p_value:.3f}"
    text = ngettext(
        "Likelihood ratio {ratio:,.2f} for {further} further parameter, {p}.",
        "Likelihood ratio {ratio:,.2f} for {further} further parameters, {p}.",
        further,
    )
    return text.format(ratio=ratio, further=further, p=p)


def _tail(ratio: float, shares: tuple[tuple[float, int], ...]) -> float:
    """Chance of a likelihood ratio this large, under shares of χ² (0 degrees: always 0)."""
    if ratio == 0:
        return 1.0
    return float(sum(share * special.chdtrc(k, ratio) for share, k in shares if k > 0))


def _contains(rich: Model, simple: Model) -> bool:
    """Whether ``rich`` becomes ``simple`` for some values of its parameters."""
    covariates = [
        {(part.kind, column) for part in model.effects for column in part.columns}
        for model in (simple, rich)
    ]
    classes = type(simple).__name__, type(rich).__name__
    if classes[0] == classes[1]:
        return covariates[0] < covariates[1]
    return classes in NESTED and covariates[0] <= covariates[1]


def _label(model: Model) -> str:
    """Name of a model with its covariates, such as "BG/NBD (buying: club)"."""
    parts = [f"{part.kind}: {', '.join(part.columns)}" for part in model.effects]
    return f"{model.title} ({'; '.join(parts)})" if parts else model.title


def _refuse_incomparable(a: Result, b: Result) -> None:
    for fit in (a, b):
        if not isinstance(fit, Result):
            raise FitError(
                _("compare takes two fitted models, got {kind}. Give the results of fit().").format(
                    kind=type(fit).__name__
                )
            )
    labels = {"a": _label(a.model), "b": _label(b.model)}
    if a.model.columns != b.model.columns:
        raise FitError(
            _(
                "{a} explains the columns {of_a}, {b} explains {of_b}: log-likelihoods of "
                "different data cannot be compared."
            ).format(of_a=", ".join(a.model.columns), of_b=", ".join(b.model.columns), **labels)
        )
    units = [fit.model.summary.attrs.get("unit") for fit in (a, b)]
    if None not in units and units[0] != units[1]:
        raise FitError(
            _(
                "{a} was fitted in the unit of time {of_a!r}, {b} in {of_b!r}. Fit both to one "
                "table."
            ).format(of_a=units[0], of_b=units[1], **labels)
        )
    if a.nobs != b.nobs:
        raise FitError(
            _(
                "{a} was fitted to {of_a:,.0f} customers, {b} to {of_b:,.0f}. Fit both to one "
                "table."
            ).format(of_a=a.nobs, of_b=b.nobs, **labels)
        )
    columns = list(a.model.columns)
    tables = [numeric_columns(fit.model.summary, columns).to_numpy().T for fit in (a, b)]
    apart = rows_apart(*tables, *(_weights(fit.model) for fit in (a, b)))
    if max(apart) > 0.5:
        raise FitError(
            _(
                "{a} and {b} were fitted to different tables: {number:,.0f} customers have other "
                "values of {columns}. Fit both to one table."
            ).format(number=max(apart), columns=", ".join(columns), **labels)
        )


def _weights(model: Model) -> np.ndarray:
    table = model.summary
    return table[model.count].to_numpy(float) if model.count else np.ones(len(table))
