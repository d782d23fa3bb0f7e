"""Random numbers: a stream of its own for each table, so that no table disturbs another."""

import hashlib

import numpy as np


def stream(seed: int, name: str) -> np.random.Generator:
    """Return the random generator of one table of one company.

    Parameters
    ----------
    seed : int
        The company's seed, 0 or more.
    name : str
        The table's name; where a table needs several, "table/part".

    Returns
    -------
    numpy.random.Generator
        From its beginning: asked for twice, it gives the same numbers twice.

    Examples
    --------
    >>> one, same, other = stream(1, "products"), stream(1, "products"), stream(1, "customers")
    >>> number = one.random()
    >>> number == same.random(), number == other.random()
    (True, False)
    """
    # Python's own hash() differs from process to process.
    digest = hashlib.sha256(name.encode()).digest()
    words = np.frombuffer(digest[:16], dtype="<u4").tolist()
    return np.random.default_rng(np.random.SeedSequence([seed, *words]))
