"""Customer relationship management, taught and tried on data whose truth is known.

One sentence holds the library together: records in, a table with a schema, a theory, a number
with its uncertainty, a figure, a slider, a question answered.

- ``crmlib.data``      tables with a schema: load them, list them, check your own
- ``crmlib.rfm``       purchases in, one row per customer out: frequency, recency, T, spend
- ``crmlib.models``    models of customer behaviour: fit, standard errors, forecasts
- ``crmlib.learning``  what a learner touches: predict, reveal, check, say
- ``crmlib.core``      the ground: settings, language, figures, sliders
- one room per theme of the course, named like its notebook: ``crmlib.alive`` belongs to
  ``notebooks/05_alive.ipynb``

The subtle point: a room is loaded when its name is first used. ``import crmlib`` alone loads no
pandas and no matplotlib, so it is quick, and it works on a server without a display.
"""

import lazy_loader as lazy

__version__ = "0.1.0"

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["alive", "core", "data", "learning", "models", "rfm"],
)
