"""Records: every table of the course, with its schema.

- `data.load("cdnow")`: a table, checked, with the right types.
- `data.catalogue()`: which tables there are, and what a row of each is.
- `data.validate(frame, "cdnow")`: does my table keep to this schema? If not, `data.TableError`
  says which column, which rows, what was expected and what to do.

What the numbers mean and where they come from is in the data card, `datasets/README.md`.
"""

import lazy_loader as lazy

# No module here has the name of a function: importing it would put it in the function's place.

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={"loading": ["load", "catalogue"], "validation": ["validate", "TableError"]},
)
