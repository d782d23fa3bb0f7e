"""Alive or gone? Buying without a contract (notebook 05)."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["theory", "plots", "widgets", "questions"],
    submod_attrs={
        "theory": [
            "alive_over_time",
            "alive_surface",
            "calibration",
            "contest",
            "expected_by_frequency",
            "k_rule",
            "repeat_probability",
            "return_by_silence",
            "track_weeks",
        ],
    },
)
