"""Records: every table of the course, with its schema.

- `data.load("cdnow")`: a table, checked, with the right types.
- `data.catalogue()`: which tables there are, and what a row of each is.
- `data.validate(frame, "cdnow")`: does my table keep to this schema? If not, `data.TableError`
  says which column, which rows, what was expected and what to do.
- `data.truth("purchases.r")`: what was planted in the synthetic company; `data.truth()`: all of it;
  `data.truth_table("customers")`: what no firm sees of each customer.

What the numbers mean and where they come from is in the data card, `datasets/README.md`.
"""

import lazy_loader as lazy

# No module here has the name of a function: importing it would put it in the function's place.

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "loading": ["load", "catalogue"],
        "planted": ["truth", "truth_table"],
        "validation": ["validate", "TableError"],
    },
)
