"""Make the Chinese font of the figures: python -m tools.fonts [PATH OF NotoSansCJK-Regular.ttc].

The font is a part of Noto Sans SC: the everyday characters (level 1 of GB 2312), Chinese
punctuation and symbols, and every character that the course's concepts, glossary and translated
texts use. Debian's package fonts-noto-cjk has the whole font; its licence, the SIL Open Font
License, lies beside the part as OFL.txt.

The subtle point: a new translation may use a character that the part lacks. A test says so, and
this script, run once more, adds it.
"""

import sys
from io import BytesIO
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
SOURCE = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc")
TARGET = ROOT / "crmlib/core/fonts/NotoSansSC-Subset.otf"
TEXTS = (
    ROOT / "datasets/concepts.csv",
    ROOT / "datasets/glossary.csv",
    ROOT / "crmlib/core/locale/zh/LC_MESSAGES/crmlib.po",
)
SIMPLIFIED_CHINESE_FACE = "Noto Sans CJK SC"
FAMILY = "Noto Sans SC"


def gb2312(first_row: int, last_row: int) -> set[str]:
    """Return the characters of some rows of the GB 2312 table.

    Examples
    --------
    >>> len(gb2312(16, 55))
    3755
    >>> "客" in gb2312(16, 55), "阱" in gb2312(16, 55)
    (True, False)
    """
    cells = (
        bytes((row + 160, cell + 160))
        for row in range(first_row, last_row + 1)
        for cell in range(1, 95)
    )
    return set("".join(cell.decode("gb2312", errors="ignore") for cell in cells))


def everyday() -> set[str]:
    """Return the everyday characters: level 1, the symbols, full-width letters and ASCII."""
    symbols = gb2312(1, 3) - gb2312(2, 2)
    ascii_ = {chr(code) for code in range(0x20, 0x7F)}
    return gb2312(16, 55) | symbols | ascii_ | set("—…·‘’“”¥￥−")


def used(texts: tuple[Path, ...] = TEXTS) -> set[str]:
    """Return every character that the given files use."""
    together = "".join(path.read_text(encoding="utf-8") for path in texts if path.exists())
    return {character for character in together if character.isprintable()}


def simplified_chinese(source: Path) -> TTFont:
    """Open the simplified Chinese face of a collection, or a font file of its own."""
    if source.suffix != ".ttc":
        return TTFont(source, recalcTimestamp=False)
    for number in range(100):
        font = TTFont(source, fontNumber=number, recalcTimestamp=False)
        if font["name"].getDebugName(1) == SIMPLIFIED_CHINESE_FACE:
            return font
    raise SystemExit(f"{source} has no face {SIMPLIFIED_CHINESE_FACE}.")


def part(font: TTFont, characters: set[str]) -> bytes:
    """Return a font file with these characters only, under the family name of the figures."""
    options = subset.Options(
        layout_features=[],
        hinting=False,
        name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14],
        name_languages=[0x409],
        notdef_outline=True,
        recalc_timestamp=False,
        desubroutinize=False,
        drop_tables=["vhea", "vmtx", "VORG", "BASE"],
    )
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in characters])
    subsetter.subset(font)
    postscript = FAMILY.replace(" ", "") + "-Regular"
    for number, text in {1: FAMILY, 3: f"crmlib;{postscript}", 4: FAMILY, 6: postscript}.items():
        font["name"].setName(text, number, 3, 1, 0x409)
    if "CFF " in font:
        font["CFF "].cff.fontNames = [postscript]
        font["CFF "].cff.topDictIndex[0].FullName = FAMILY
        font["CFF "].cff.topDictIndex[0].FamilyName = FAMILY
    buffer = BytesIO()
    font.save(buffer)
    return buffer.getvalue()


def main() -> None:
    """Write the font."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else SOURCE
    if not source.exists():
        raise SystemExit(
            f"{source} is not there. Install Debian's package fonts-noto-cjk, or give the path of "
            "NotoSansCJK-Regular.ttc: python -m tools.fonts PATH"
        )
    font = simplified_chinese(source)
    wanted = everyday() | used()
    lacking = wanted - {chr(code) for code in font.getBestCmap()}
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    TARGET.write_bytes(part(font, wanted))
    size = TARGET.stat().st_size / 1e6
    print(f"{TARGET.relative_to(ROOT)}: {len(wanted - lacking)} characters, {size:.2f} MB")
    if lacking:
        print(f"Not in the source font, left to other fonts: {' '.join(sorted(lacking))}")


if __name__ == "__main__":
    main()
