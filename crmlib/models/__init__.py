"""Models of buying and spending, fitted by maximum likelihood, with statsmodels' manners.

``BGNBD(summary).fit()`` says who is still a customer and how often they will buy;
``GammaGamma(summary).fit()`` says how much they will spend per purchase.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["bgnbd", "buying", "distinct", "fit", "gamma_gamma"],
    submod_attrs={
        "bgnbd": ["BGNBD"],
        "fit": ["FitError", "FitWarning"],
        "gamma_gamma": ["GammaGamma"],
    },
)
