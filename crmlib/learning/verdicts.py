"""What a notebook concludes about a claim of the sources: the course's ledger is made of these."""

import re
from typing import Any

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import mark as N_
from crmlib.learning.sentences import filled, require_same

# The words of the ledger. "holds" is the loudest that one notebook may be.
WORDS = {
    "holds": N_("holds in the data of this notebook"),
    "conditional": N_("holds under conditions"),
    "fails": N_("does not hold in the data of this notebook"),
    "definition": N_("a definition: it cannot be true or false"),
    "arithmetic": N_("arithmetic: it follows from assumptions, not from data"),
    "varies": N_("varies from case to case"),
    "selection": N_("looks true because of who is compared with whom"),
    "undecided": N_("cannot be decided with these data"),
}
CLAIM = re.compile(r"C\d\d")


def verdict(claim: str, word: str, number: str, conditions: str, /, **values: Any) -> None:
    """Say what a notebook found about a claim: verdict, the number that decided, and when it holds.

    A notebook only *says* its verdicts, in a checked cell; ``make verdicts`` collects them in
    ``datasets/verdicts.csv``.

    Parameters
    ----------
    claim : str
        The id of the claim in ``data.load("claims")``, such as ``"C16"``.
    word : str
        The verdict: "holds", "conditional", "fails", "definition", "arithmetic", "varies",
        "selection" or "undecided".
    number : str
        A sentence with the number, or numbers, that decided, with places for values as in
        :func:`say`.
    conditions : str
        Under which conditions the verdict holds, and what it does not say.
    **values
        A value for each place in the sentences.

    Raises
    ------
    ValueError
        In plain words: the claim's id or the word is unknown, a sentence is empty, or a value
        is missing or left over.

    Examples
    --------
    >>> verdict("C23", "definition", "The largest step, at purchase two, is {step:.0f} points.",
    ...         "one shop; purchases from us only", step=23.2)
    Claim C23: a definition: it cannot be true or false.
    Number: The largest step, at purchase two, is 23 points.
    Conditions: one shop; purchases from us only.
    """
    _require_claim(claim)
    _require_word(word)
    for name, text in (("number", number), ("conditions", conditions)):
        if not text.strip():
            raise ValueError(
                _("The verdict on {claim} needs a text for: {name}.").format(claim=claim, name=name)
            )
    require_same((number, conditions), list(values))
    said, when = (_with_full_stop(filled(text, values)) for text in (number, conditions))
    print(_("Claim {claim}: {verdict}.").format(claim=claim, verdict=_(WORDS[word])))
    print(_("Number: {text}").format(text=said))
    print(_("Conditions: {text}").format(text=when))


def _require_claim(claim: str) -> None:
    if not isinstance(claim, str) or not CLAIM.fullmatch(claim):
        raise ValueError(
            _(
                'A claim has an id such as "C16"; this one is {claim!r}. The ids are in {table}.'
            ).format(claim=claim, table='data.load("claims")')
        )


def _require_word(word: str) -> None:
    if word not in WORDS:
        raise ValueError(
            _("{word!r} is no verdict. The verdicts are: {words}.").format(
                word=word, words=", ".join(WORDS)
            )
        )


def _with_full_stop(text: str) -> str:
    return text if text.endswith((".", "。", "!", "?")) else text + _(".")
