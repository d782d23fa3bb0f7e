"""The reference tables: written by hand, about words rather than customers."""

from crmlib.core.i18n import mark as N_
from crmlib.data.schema import Column, Table

THEMES = tuple(f"{number:02}" for number in range(14))
LICENCE = "Text of this course: CC BY 4.0."


def _explained(words: tuple[tuple[str, str], ...]) -> str:
    return "; ".join(f"{word} ({meaning})" for word, meaning in words) + "."


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

# What kind of sentence a claim is, and what the literature says of it. Both lists are closed.
CLAIM_TYPES = (
    (N_("definition"), N_("says what a word means, or where a line is drawn")),
    (N_("empirical"), N_("says that something is so")),
    (N_("causal"), N_("says that one thing brings about another")),
    (N_("norm"), N_("says what a firm should do")),
    (N_("case"), N_("tells what one firm did, and what followed")),
    (N_("history"), N_("says what happened when")),
)
CLAIM_STATUSES = (
    (N_("supported"), N_("studies agree with it")),
    (
        N_("supported with conditions"),
        N_("true on average or in some settings, and the settings are known"),
    ),
    (N_("varies"), N_("differs with the firm, the period or the measure")),
    (N_("arithmetic"), N_("follows by calculation, from assumptions that the claim does not name")),
    (
        N_("selection-prone"),
        N_("what is seen can come from who is compared with whom, without any effect"),
    ),
    (N_("not supported"), N_("studies or data do not show it, or it does not follow")),
    (N_("no source"), N_("a figure that is repeated, and no study behind it can be traced")),
    (N_("sources conflict"), N_("the sources contradict one another, or leave it open")),
    (N_("no counterfactual"), N_("nothing shows what would have happened otherwise")),
    (N_("untested"), N_("we know of no study that tries it as it is said")),
    (N_("definition"), N_("it can be useful or not, but not true or false")),
    (N_("norm"), N_("its reasons can be tried, but not the advice itself")),
)

CLAIMS = Table(
    name="claims",
    file="claims.csv",
    origin="reference",
    row_is=N_("one claim of the textbooks, and the notebook that tries it"),
    rows=65,
    columns=(
        Column("id", "text", N_("C and number of the claim")),
        Column("concepts", "text", N_("ids of the concepts that it is about, spaces between")),
        Column("source", "text", N_("where it is said: source (S) and line (L)")),
        Column("zh", "text", N_("the claim in Chinese")),
        Column("en", "text", N_("the claim in English")),
        Column(
            "type",
            "text",
            N_("what kind of claim it is"),
            allowed=tuple(name for name, _meaning in CLAIM_TYPES),
        ),
        Column(
            "status",
            "text",
            N_("what the literature says about it, in a word"),
            allowed=tuple(name for name, _meaning in CLAIM_STATUSES),
        ),
        Column("literature", "text", N_("what the literature or data say about it")),
        Column("notebook", "text", N_("number of the notebook that tries it"), allowed=THEMES),
        Column("test", "text", N_("what would speak against it"), nullable=True),
    ),
    key=("id",),
    notebooks=(),
    source=(
        "Claims of the five Chinese texts (see concepts), in our own words. The works that "
        "literature names are in docs/bibliography.md."
    ),
    licence=LICENCE,
    made="Written by hand.",
    traps=(
        "The status is what the literature says. It is not the verdict of the notebook that tries "
        "the claim on data, and not a law for every firm.",
        "A claim about a well-known firm is what a text tells, not what we know of the firm.",
        "Where literature names this course's own company, the finding was planted: it is no "
        "evidence about real firms.",
    ),
    simplifications=(
        "One word stands for the kind of a claim: " + _explained(CLAIM_TYPES),
        "One word stands for a whole literature: " + _explained(CLAIM_STATUSES),
    ),
)

VERDICTS = Table(
    name="verdicts",
    file="verdicts.csv",
    origin="reference",
    row_is=N_("what one notebook found about one claim"),
    rows=28,
    columns=(
        Column("claim", "text", N_("id of the claim")),
        Column("notebook", "text", N_("number of the notebook"), allowed=THEMES),
        Column("verdict", "text", N_("the verdict in a few words")),
        Column("number", "text", N_("the number, or numbers, that decided")),
        Column("conditions", "text", N_("when the verdict holds, and what it does not say")),
    ),
    key=("claim", "notebook"),
    notebooks=(),
    source="The notebooks of this course, which compute every number.",
    licence=LICENCE,
    made="Collected from the stored outputs of the notebooks.",
    traps=(
        "A verdict is about the data of one notebook. Where these are the data of this course's "
        "own company, the finding was planted: it is no evidence about real firms.",
    ),
)

TABLES = (CONCEPTS, GLOSSARY, CLAIMS, VERDICTS)
