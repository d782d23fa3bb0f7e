"""Lifecycle and states: where customers stand, where they go, what that is worth (notebook 04)."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["theory", "plots", "widgets", "questions"],
    submod_attrs={
        "forecasts": ["forecast", "forecast_intervals", "simulate", "steady_state"],
        "labels": ["compare_rules", "label_states"],
        "memory": ["chance_by_duration", "markov_test", "split_by_duration"],
        "policies": ["Policy", "compare_policies", "policy_intervals"],
        "survival": ["contract_months", "kaplan_meier", "ended_only"],
        "theory": [
            "STATES",
            "count_transitions",
            "directions",
            "fewest_steps",
            "state_name",
            "state_shares",
            "transition_intervals",
            "transition_matrix",
        ],
        "values": [
            "absorbing",
            "expected_time_to",
            "expected_visits",
            "state_values",
            "value_intervals",
        ],
    },
)
