"""From purchases to three numbers a customer: how often, how recently, observed how long.

Who is still a customer? In a shop without contracts nobody says goodbye, so all we have is the
record of purchases. Four columns keep what the models need of it:

- ``frequency``: repeat purchase *occasions*. A day on which somebody bought is one occasion,
  however many receipts it has, and the first occasion is not counted: who bought on one day only
  has frequency 0.
- ``recency``: the time from the first purchase to the *last*. (Not from the last purchase to
  today, as in RFM scoring: a recency near T means that the customer was seen lately.)
- ``T``: the time from the first purchase to the end of observation, the customer's age.
- ``monetary_value``: mean amount per *repeat* occasion; 0 where there is none. The first purchase
  is left out, because it is often a special one.

The one subtle difference to a count of orders: times are real numbers in days or weeks from the
customer's own first purchase, so that customers who came in different months can be compared.

- `rfm.summarize(purchases)`: these four columns, one row per customer.
- `rfm.split(purchases, day)`: the same up to a day, and beside it what each customer did later.
- `rfm.compress(summary)`: distinct histories with their number of customers, a small table that
  every model fits by ``count="count"``.
- `rfm.to_pandas(summary)`: a summary that an engine made, as pandas.

Purchases may be a table of pandas, Polars, PyArrow, DuckDB or PySpark. The work is done where the
table is: a table larger than memory, or on a cluster, stays there. ``docs/scale.md`` shows how.
"""

import lazy_loader as lazy

# No module here has the name of a function: importing it would put it in the function's place.

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submod_attrs={
        "compression": ["compress", "to_pandas"],
        "faults": ["PurchasesError"],
        "summaries": ["split", "summarize"],
    },
)
