"""Cells as texts: every distinct one once, since a column repeats the same few texts."""

import numpy as np
import pandas as pd


def distinct(raw: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Return the distinct texts of a column, without blanks at their ends, and where each stands.

    Parameters
    ----------
    raw : Series
        Cells of any kind; a missing one is the text "".

    Returns
    -------
    codes : ndarray
        For each cell, the place of its text.
    texts : Series of str
        Two of them may be equal, where the cells differed by blanks.

    Examples
    --------
    >>> codes, texts = distinct(pd.Series(["b ", None, "a", "b "]))
    >>> texts.iloc[codes].to_list()
    ['b', '', 'a', 'b']
    """
    # a missing cell would get the code -1, which is the place of the last text
    codes, texts = pd.factorize(raw.astype("str"), use_na_sentinel=False)
    texts = pd.Series(pd.array(np.asarray(texts, dtype=object), dtype="str"))
    return codes, texts.fillna("").str.strip()
