"""What a learner touches: predictions, checks, and sentences that state results.

predict   commit to a number or a choice before the computation
reveal    the prediction and the result, side by side
check     an answer at once: right, a known slip, or the next hint
say       a result as one sentence, in the learner's language
verdict   what a notebook found about a claim of the sources
reset     start afresh; what was recorded is kept in a numbered file

For the trainer there is ``classroom.vote``: what a whole class predicted, beside the result.

A *prediction* has no right or wrong, so it never gets hints. A *question* does.
Both are written down in the theme's ``questions.py`` with the plain classes of
`crmlib.learning.questions`; the first two digits of an id name the theme.

The modules are named after things and the functions after actions: a module
`check` would hide the function `check` as soon as somebody imports it.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["classroom", "questions"],
    submod_attrs={
        "checks": ["check"],
        "forgetting": ["reset"],
        "predictions": ["predict", "reveal"],
        "sentences": ["say"],
        "verdicts": ["verdict"],
    },
)
