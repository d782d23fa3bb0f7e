"""Models of buying, spending and staying, fitted by maximum likelihood, with statsmodels' manners.

``BGNBD(summary).fit()`` says who is still a customer and how often they will buy;
``BGBB(summary).fit()`` says the same where buying has its occasions;
``GammaGamma(summary).fit()`` says how much they will spend per purchase;
``SBG(lifetimes).fit()`` says how long customers under contract will stay.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=[
        "bdw",
        "bgbb",
        "bgnbd",
        "comparison",
        "contract",
        "fit",
        "gamma_gamma",
        "geometric",
        "holdout",
        "mbgnbd",
        "nbd",
        "pareto_nbd",
        "sbg",
    ],
    submod_attrs={
        "bdw": ["BdW"],
        "bgbb": ["BGBB"],
        "bgnbd": ["BGNBD"],
        "checks": ["FitError"],
        "comparison": ["compare"],
        "geometric": ["Geometric"],
        "holdout": ["holdout_report"],
        "mbgnbd": ["MBGNBD"],
        "nbd": ["NBD"],
        "pareto_nbd": ["ParetoNBD"],
        "result": ["FitWarning", "Result"],
        "gamma_gamma": ["GammaGamma"],
        "sbg": ["SBG"],
    },
)
