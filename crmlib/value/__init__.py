"""What a customer is worth today: profit, its concentration, its cost, its length (notebook 02)."""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["theory", "costs", "tenure", "plots", "widgets", "questions"],
    submod_attrs={
        "theory": [
            "customer_pnl",
            "gini",
            "lorenz",
            "pareto_interval",
            "pareto_share",
            "whale_curve",
            "whale_peak",
        ],
        "costs": [
            "cost_by_group",
            "rescale_service",
            "service_hogs",
            "share_cost",
            "two_sided",
        ],
        "tenure": [
            "correlation",
            "floor_sensitivity",
            "per_active_year",
            "profit_by_tenure",
            "quadrant_table",
            "quadrants",
            "relations",
        ],
    },
)
