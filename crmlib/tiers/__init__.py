"""Tiers and the pyramid: who is at the top, who stays there, and what follows (notebook 07)."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["theory", "noise", "decisions", "plots", "widgets", "questions"],
    submod_attrs={
        "theory": ["TIERS", "assign", "lifetime_value", "migration", "profile", "staying", "table"],
        "noise": ["deal", "noise_pyramid", "noise_top_share", "years_without_leaving"],
        "decisions": ["allocate", "drop_bottom", "response", "spiral"],
    },
)
