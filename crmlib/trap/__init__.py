"""The satisfaction-loyalty trap: satisfied, and gone (notebook 09)."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["theory", "contrasts", "kano", "shape", "plots", "widgets", "questions"],
    submod_attrs={
        "theory": [
            "correlation",
            "explained",
            "intent_vs_behaviour",
            "loyalty_curve",
            "prepare",
            "quadrants",
            "retained_by",
        ],
        "contrasts": ["penalty_reward", "reliability", "remedies", "true_terms"],
        "kano": ["better_worse", "kano_change", "kano_classify", "kano_summary"],
        "shape": [
            "answers_needed",
            "curvature",
            "line_or_hinge",
            "market_model",
            "market_shares",
            "staying",
        ],
    },
)
