"""The synthetic company Luxi: every table, and every truth planted in it.

- `world.generate(seed=2026, customers=8000)`: the tables that a firm would see.
- `world.World(seed, customers)`: the same, a table at a time, with what no firm sees beside it
  (`company.table("truth/customers")`).
- `world.collect("luxury")`: the planted parameters, or another company's (a scenario).

One file a group of tables. A file holds its planted parameters, the functions that make its
tables, and what follows from the parameters. `groups` lists the files.

The subtle point: every table has random numbers of its own (`streams`), so that a new table, or a
table left out, changes no other.
"""

import lazy_loader as lazy

# No module here has the name of a function: importing it would put it in the function's place.

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "company": ["World", "generate"],
        "parameters": ["Parameter", "ParameterError", "Parameters", "collect"],
    },
)
