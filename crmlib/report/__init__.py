"""An analyst's own purchases in, a report out: the data first, then what they say, then decisions.

- ``report.make(given, out)``   the whole folder: HTML, tables, set-aside rows, a notebook
- ``report.read(given)``        only the first step: purchases, and everything that was decided
- ``python -m crmlib report``   the same as ``make``, on the command line

The subtle point: nothing is dropped silently. Every row of the file is either used or lies in a
file of set-aside rows, and the sums of both are equal to the sum of the whole, to the cent.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "making": ["make"],
        "reading": ["read"],
        "problems": ["ReportError"],
    },
)
