"""Collect the texts that a learner sees and compile their translations: python -m tools.catalogue.

1. Every text in ``_("…")``, ``gettext``, ``ngettext``, ``N_`` or ``mark`` in crmlib, and in
   ``say("…")`` and ``verdict(…)`` in the notebooks and the solutions of the exercises, goes into
   ``crmlib.pot``.
2. ``zh/LC_MESSAGES/crmlib.po`` gets the new texts, untranslated, and keeps its translations. A
   text that is gone moves to the end of the file, as a comment; ``--tidy`` drops those.
3. ``crmlib.mo``, which crmlib reads, is compiled from it.

The script lists the texts that still lack a translation: write them into the ``.po`` file, with a
translator's editor or by hand, and run the script once more.

The subtle point: nothing in the three files depends on the clock, on line numbers or on the
version of Babel, so they change only when a text or a translation does.
"""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).parents[1]
LOCALE = Path("crmlib/core/locale")
POT = LOCALE / "crmlib.pot"
PO = LOCALE / "zh/LC_MESSAGES/crmlib.po"
MO = LOCALE / "zh/LC_MESSAGES/crmlib.mo"

IN_MODULES = {"_": None, "gettext": None, "ngettext": (1, 2), "N_": None, "mark": None}
IN_NOTEBOOKS = ({"say": None}, {"verdict": (3,)}, {"verdict": (4,)})
STABLE_HEADERS = (
    "Project-Id-Version",
    "Language",
    "Plural-Forms",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
)
HEADER_COMMENT = "# crmlib: the texts that a learner sees, written by python -m tools.catalogue."

Text = str | tuple[str, ...]


class Catalogue(Catalog):
    """A catalogue whose header names no date and no person."""

    def _stable_headers(self) -> list[tuple[str, str]]:
        headers = [(n, v) for n, v in Catalog.mime_headers.fget(self) if n in STABLE_HEADERS]
        name, value = headers[-1]
        return [*headers[:-1], (name, f"{value.rstrip()}\n")]

    mime_headers = property(_stable_headers, Catalog.mime_headers.fset)


def sources(root: Path) -> list[Path]:
    """Return the files whose texts a learner sees, in order."""
    found = [*root.glob("crmlib/**/*.py"), *root.glob("notebooks/*.ipynb")]
    return sorted([*found, *root.glob("exercises/solutions/*.ipynb")])


def texts(path: Path) -> Iterator[Text]:
    """Yield the texts of one module or notebook; a text with a plural is a pair."""
    if path.suffix == ".py":
        yield from _texts_of_code(path.read_bytes(), IN_MODULES)
        return
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        if cell["cell_type"] == "code":
            for keywords in IN_NOTEBOOKS:
                yield from _texts_of_code("".join(cell["source"]).encode(), keywords)


def template(root: Path = ROOT) -> Catalogue:
    """Return the catalogue of all texts, without translations, in order of file and text."""
    places: dict[Text, list[str]] = {}
    for path in sources(root):
        for text in sorted(set(texts(path)), key=_english):
            places.setdefault(text, []).append(path.relative_to(root).as_posix())
    catalogue = Catalogue(project="crmlib", version="1", header_comment=HEADER_COMMENT)
    for text, files in places.items():
        catalogue.add(text, locations=[(file, 1) for file in files])
    return _with_plain_flags(catalogue)


def updated(old: Catalog, pot: Catalog, *, tidy: bool = False) -> Catalogue:
    """Return the texts of the template with the translations of an older catalogue.

    A translation that no text uses any more is kept as obsolete, and comes back with its text.
    """
    known = {_english(m.id): m for m in [*old.obsolete.values(), *_texts_in(old)] if _complete(m)}
    new = Catalogue(
        project="crmlib", version="1", locale="zh", header_comment=HEADER_COMMENT, fuzzy=False
    )
    for message in _texts_in(pot):
        before = known.pop(_english(message.id), None)
        fits = before is not None and isinstance(before.string, str) == isinstance(message.id, str)
        new.add(
            message.id,
            before.string if fits else "",
            locations=message.locations,
            flags=["fuzzy"] if fits and before.fuzzy else [],
            user_comments=before.user_comments if fits else [],
        )
    if not tidy:
        for name in sorted(known):
            new.obsolete[name] = Message(known[name].id, known[name].string)
    return _with_plain_flags(new)


def read(po: bytes) -> Catalog:
    """Read a ``.po`` file's content."""
    return read_po(io.BytesIO(po), locale="zh", charset="utf-8")


def written(catalogue: Catalog) -> bytes:
    """Return the content of a ``.po`` or ``.pot`` file."""
    buffer = io.BytesIO()
    write_po(buffer, catalogue, width=0, include_lineno=False)
    return buffer.getvalue().rstrip(b"\n") + b"\n"


def compiled(catalogue: Catalog) -> bytes:
    """Return the content of a ``.mo`` file."""
    buffer = io.BytesIO()
    write_mo(buffer, catalogue)
    return buffer.getvalue()


def untranslated(catalogue: Catalog) -> list[str]:
    """Return the English of every text that lacks a translation, or has an uncertain one."""
    return [_english(m.id) for m in _texts_in(catalogue) if m.fuzzy or not _complete(m)]


def main() -> None:
    """Write the three files and say what is left to translate."""
    pot = template()
    old = (ROOT / PO).read_bytes() if (ROOT / PO).exists() else b""
    po = updated(read(old), pot, tidy="--tidy" in sys.argv[1:])
    for path, content in ((POT, written(pot)), (PO, written(po)), (MO, compiled(po))):
        (ROOT / path).parent.mkdir(parents=True, exist_ok=True)
        (ROOT / path).write_bytes(content)
    left = untranslated(po)
    print(f"{len(pot)} texts, {len(left)} without a Chinese translation, in {PO}")
    for text in left:
        print(f"- {text}")


def _texts_of_code(code: bytes, keywords: dict[str, tuple[int, ...] | None]) -> Iterator[Text]:
    found = extract("python", io.BytesIO(code), keywords, options={"encoding": "utf-8"})
    return (text for _line, text, _comments, _context in found if text)


def _english(text: Text) -> str:
    return text if isinstance(text, str) else text[0]


def _texts_in(catalogue: Catalog) -> list[Message]:
    return [message for message in catalogue if message.id]


def _complete(message: Message) -> bool:
    if isinstance(message.string, str):
        return bool(message.string)
    return bool(message.string) and all(message.string)


def _with_plain_flags(catalogue: Catalogue) -> Catalogue:
    # Babel guesses flags from the text, another guess in each version ("15% of" counts as a
    # placeholder of the old kind). Only a translator's "fuzzy" is meant.
    for message in _texts_in(catalogue):
        message.flags &= {"fuzzy"}
    return catalogue


if __name__ == "__main__":
    main()
