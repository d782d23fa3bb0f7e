"""A fitted model of buying, judged on data that it has not seen, beside rules that need no model.

``report.py`` is the report; what it reads (``cases``), its tables (``tables``, ``tracking``), who
wins (``contests``), the measures behind them (``measures``) and its sentences (``words``) have a
file each.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__, submod_attrs={"report": ["HoldoutReport", "holdout_report"]}
)
