"""The reference tables: written by hand, about words rather than customers."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table

THEMES = tuple(f"{number:02}" for number in range(14))
LICENCE = "Text of this course: CC BY 4.0."

CONCEPTS = Table(
    name="concepts",
    file="concepts.csv",
    origin="reference",
    row_is=N_("one concept of the field, and the notebook that teaches it"),
    rows=273,
    columns=(
        Column("id", "text", N_("letter and number of the concept")),
        Column("theme", "text", N_("part of the field that the concept belongs to")),
        Column("zh", "text", N_("Chinese term")),
        Column("en", "text", N_("English term")),
        Column("source", "text", N_("where it is said: source (S) and line (L)")),
        Column("says", "text", N_("what the source says about it, in short")),
        Column("notebook", "text", N_("number of the notebook"), allowed=THEMES),
    ),
    key=("id",),
    notebooks=(),
    source=(
        "Collected for this course from the five Chinese texts that it teaches: "
        "S0 客户关系价值最大化, "
        "S1 客户关系管理理论, S2 客户维护策略, S3 高价值客户管理, S4 构建客户关系管理理论体系. "
        "L is the line in the text."
    ),
    licence=LICENCE,
    made="Written by hand.",
    traps=("A concept is what a text says, not what is true. The notebooks put it to the test.",),
)

GLOSSARY = Table(
    name="glossary",
    file="glossary.csv",
    origin="reference",
    row_is=N_("one term in English and Chinese"),
    rows=105,
    columns=(
        Column("en", "text", N_("English term")),
        Column("zh", "text", N_("Chinese term")),
        Column("note", "text", N_("what to watch when translating"), nullable=True),
    ),
    key=("en",),
    notebooks=(),
    source="Collected for this course.",
    licence=LICENCE,
    made="Written by hand.",
)

TABLES = (CONCEPTS, GLOSSARY)
