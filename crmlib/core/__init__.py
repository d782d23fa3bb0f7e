"""The ground that every other room stands on.

- ``settings``  which language, where the tables lie, where a learner's answers are kept
- ``i18n``      a text in the learner's language
- ``figures``   one look for every figure, in English and in Chinese
- ``controls``  sliders and choices that redraw a figure and the sentence that reads it
- ``environment``  what the course needs on this computer, and what is missing

The subtle point: ``settings`` and ``i18n`` load the standard library only, so that a room can
speak to the learner without loading matplotlib or ipywidgets.
"""

import lazy_loader as lazy

__getattr__, __dir__, __all__ = lazy.attach(
    __name__,
    submodules=["controls", "environment", "figures", "i18n", "settings"],
)
