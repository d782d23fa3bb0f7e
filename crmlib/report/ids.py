"""Customers' ids: which are missing, which look like one customer twice, and pseudonyms for all.

A pseudonym is the keyed hash HMAC-SHA256 of the id. Without the key nobody can compute it, not
even by trying all ids; with the same key the same customer has the same pseudonym in every report,
so that reports can be compared.
"""

import hashlib
import hmac
from pathlib import Path

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report.problems import fault
from crmlib.report.texts import distinct

MISSING = ("", "na", "n/a", "nan", "none", "null", "<na>", "nat", "-", "#n/a", "?")
SHORTEST_KEY = 16
PSEUDONYM_LENGTH = 32  # half of the hash: two of a billion customers still never meet


def read_ids(raw: pd.Series) -> tuple[pd.Series, tuple[str, ...]]:
    """Return the ids as texts without blanks at their ends, "" where missing, and remarks.

    Examples
    --------
    >>> read_ids(pd.Series(["17850.0", " 13047.0", "", "NaN"]))[0].to_list()
    ['17850', '13047', '', '']
    """
    notes: tuple[str, ...] = ()
    if pd.api.types.is_float_dtype(raw) and (raw.dropna() % 1 == 0).all():
        raw = raw.astype("Int64")
    codes, ids = distinct(raw)
    ids = ids.where(~ids.str.lower().isin(MISSING), "")
    there = ids[ids != ""]
    if len(there) and there.str.fullmatch(r"\d+\.0").all():
        ids = ids.str.removesuffix(".0")
        notes = (_("All ids end in “.0”, which a spreadsheet or pandas has added: taken off."),)
    return pd.Series(ids.to_numpy()[codes], index=raw.index, dtype="str"), notes


def look_alike(ids: pd.Series) -> pd.Series:
    """Which rows have an id that differs from another one by capitals or inner blanks only."""
    distinct = pd.Series(ids.unique(), dtype="str")
    plain = distinct.str.casefold().str.replace(r"\s+", "", regex=True)
    twins = distinct[plain.duplicated(keep=False) & (distinct != "")]
    return ids.isin(twins)


def read_key(path: Path) -> bytes:
    """Read the secret key of the pseudonyms; blanks and line ends around it do not count."""
    try:
        key = Path(path).read_bytes().strip()
    except OSError as error:
        raise fault(
            _("The key file {file} cannot be read: {reason}.").format(
                file=path, reason=error.strerror
            ),
            todo=_("check the path after --pseudonymise."),
        ) from None
    if len(key) < SHORTEST_KEY:
        raise fault(
            _("The key file {file} holds {number} characters.").format(file=path, number=len(key)),
            expected=_("at least {number} characters by chance, kept secret").format(
                number=SHORTEST_KEY
            ),
            todo=_(
                'make one: python -c "import secrets; print(secrets.token_hex(32))" > my_key.txt'
            ),
        )
    return key


def pseudonyms(ids: pd.Series, key: bytes) -> pd.Series:
    """Return HMAC-SHA256 of each id (its first 32 hexadecimal digits); "" stays "".

    Examples
    --------
    >>> pseudonyms(pd.Series(["Anna", ""]), b"a key of 16 bytes")[0]
    '9142e325726e0b4bb05cb35abbc4bcc5'
    """
    codes, texts = pd.factorize(ids)
    hashed = [_hashed(text, key) for text in texts]
    return pd.Series(pd.array(hashed, dtype="str")[codes], index=ids.index, name=ids.name)


def _hashed(text: str, key: bytes) -> str:
    if not text:
        return ""
    return hmac.new(key, str(text).encode(), hashlib.sha256).hexdigest()[:PSEUDONYM_LENGTH]
