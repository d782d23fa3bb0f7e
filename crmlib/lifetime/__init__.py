"""Lifetime value and the 5% claim (notebook 03)."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["theory", "five_points", "cohorts", "balance", "plots", "widgets", "questions"],
    submod_attrs={
        "theory": [
            "clv",
            "clv_table",
            "margin_multiple",
            "retention_elasticity",
            "retention_to_earn_back",
            "tornado",
        ],
        "five_points": [
            "five_point_gain",
            "five_point_table",
            "four_choices",
            "retention_for_gain",
        ],
        "cohorts": [
            "all_alike",
            "contract_lifetimes",
            "mixed_cohort",
            "project",
            "remaining_churn",
            "retention_by_renewal",
        ],
        "balance": [
            "best_budgets",
            "cost_of_one_more",
            "customer_equity",
            "marginal_cost",
            "response",
            "response_speed",
        ],
    },
)
