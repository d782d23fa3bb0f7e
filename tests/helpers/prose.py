"""The numbers that prose quotes, and the numbers that checked cells print.

A quoted number counts as backed when the same digits are printed: 14.6 by 14.6, not by 14.61.
Thousands commas and signs are left aside. What is not a quoted result is taken out first.
"""

import re

from tests.helpers.notebooks import cells_of, crm, is_checked, printed

NUMBER = re.compile(r"(?<![\w.])(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?")
MONTH = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
)
YEAR = r"(?:19|20)\d\d"
# Words that begin a sentence or stand before a year without naming an author.
NO_AUTHOR = r"(?:In|Since|By|From|Until|To|Before|After|Between|During|And|About|Of|The|Year|All)"
FORMULA = re.compile(r"(?<!\\)\$(?:(?!\n\n)[^$])+?(?<!\\)\$")  # within a paragraph

NOT_QUOTED = tuple(
    re.compile(pattern, re.MULTILINE)
    for pattern in (
        r"(?s)^```.*?^```",  # fenced code
        r"(?s)<!--.*?-->",
        r"(?s)\$\$.*?\$\$",
        FORMULA.pattern,
        r"`[^`\n]+`",
        r"(?<=\])\([^)\s]*(?: \"[^\"]*\")?\)",  # the target of a link, not its text
        r"https?://\S+",
        r"\b10\.\d{4,}/\S+",  # a DOI
        r"</?[A-Za-z][^>]*>",  # an HTML tag
        r"&#?\w+;",
        r"· \d+ min\b",  # the minutes of a heading
        r"^[ >]*(?:#{1,6} +)?\d+[.)] ",  # numbering of lists and headings
        r"^# [^\d\n]*\d\d\b",  # the notebook's number in its title
        r"\b\d\d\.[pcx]\d+\b",
        r"\b\d\d_[a-z]+\b",
        r"\b(?:[Nn]otebooks?|[Cc]laims?) \d\d?\b(?:(?:, | and | to | or |–|-)\d\d?\b)*",
        rf"\b(?:\d{{1,2}} {MONTH}|{MONTH} \d{{1,2}},?)(?: {YEAR})?\b",
        rf"\b{MONTH} {YEAR}\b",
        rf"\b{YEAR}-\d\d-\d\d\b",
        rf"\b(?!{NO_AUTHOR}\b)[A-Z][\w'’-]+(?: et al\.)?,? \(?{YEAR}[a-z]?(?:, {YEAR}[a-z]?)*\b",
    )
)


def bare(number: str) -> str:
    """The number without thousands commas and leading zeros."""
    return re.sub(r"^0+(?=\d)", "", number.replace(",", ""))


def without_exempt(markdown: str) -> str:
    """The prose without code, formulas, links, ids, dates and citations."""
    text = markdown
    for pattern in NOT_QUOTED:
        text = pattern.sub(" ", text)
    return text


def quoted_numbers(markdown: str, own_minutes: frozenset[int] = frozenset()) -> list[str]:
    """The numbers that this markdown quotes, without its own minutes."""
    text = without_exempt(markdown)
    for minutes in own_minutes:
        text = re.sub(rf"(?<![\w.]){minutes}[ -]min(?:utes?)?\b", " ", text)
    return [bare(match[0]) for match in NUMBER.finditer(text)]


def printed_numbers(notebook: dict) -> set[str]:
    """The numbers that nbval compares: printed by a checked cell."""
    return {
        bare(match[0])
        for _, cell in cells_of(notebook, "code")
        if is_checked(cell)
        for match in NUMBER.finditer(printed(cell))
    }


def own_minutes(notebook: dict) -> frozenset[int]:
    """The minutes that the notebook may state: of a section, an exercise, the core, the whole."""
    own = [crm(notebook).get("total_minutes"), crm(notebook).get("core_minutes")]
    for cell in notebook["cells"]:
        exercise = crm(cell).get("exercise")
        own.append(crm(cell).get("minutes"))
        own.append(exercise.get("minutes") if isinstance(exercise, dict) else None)
    return frozenset(minutes for minutes in own if minutes)


def is_sources(cell: dict) -> bool:
    return crm(cell).get("role") == "sources"


def numbers_in_prose(notebook: dict) -> list[str]:
    """Quoted numbers that no checked cell prints, and faults of the list of allowed numbers."""
    backed, given = printed_numbers(notebook), crm(notebook).get("allowed_numbers", {})
    allowed = {bare(number): reason for number, reason in given.items()}
    minutes, used, problems = own_minutes(notebook), set(), []
    for number, cell in cells_of(notebook, "markdown"):
        if is_sources(cell):
            continue
        for quoted in quoted_numbers(cell["source"], minutes):
            used.add(quoted)
            if quoted not in backed and quoted not in allowed:
                problems.append(f"cell {number}: no checked cell prints {quoted}")
    problems += [
        f"allowed_numbers: the prose never says {left}" for left in sorted({*allowed} - used)
    ]
    problems += [
        f"allowed_numbers: give the reason for {number} in a few words"
        for number, reason in allowed.items()
        if len(str(reason)) < 5
    ]
    if len(allowed) > 40:
        problems.append(f"allowed_numbers: {len(allowed)} entries, at most 40")
    return problems


def sources_cell(notebook: dict) -> list[str]:
    """Faults of the one cell whose numbers are not counted: the list of the literature."""
    cells = [(number, cell) for number, cell in cells_of(notebook, "markdown") if is_sources(cell)]
    problems = [f"cell {number}: a second cell with role sources" for number, _ in cells[1:]]
    for number, cell in cells:
        prose = [
            line for line in cell["source"].splitlines() if not re.match(r"#|[-*] |  |$", line)
        ]
        problems += [f"cell {number}: not a list item: {line}" for line in prose]
    return problems


def dollar_signs(notebook: dict) -> list[str]:
    r"""Money written without ``\$``: it would show as a formula, and hide its numbers from us."""
    problems = []
    for number, cell in cells_of(notebook, "markdown"):
        text = cell["source"]
        for pattern in (r"(?s)^```.*?^```", r"`[^`\n]+`", r"(?s)\$\$.*?\$\$"):
            text = re.sub(pattern, " ", text, flags=re.MULTILINE)
        for formula in FORMULA.findall(text):
            words = re.sub(r"\\(?:text|mathrm|operatorname)\*?\{[^}]*\}", " ", formula)
            if re.search(r"(?<![\\A-Za-z])[A-Za-z]{2,} +[a-z]{2,}\b", words):
                problems.append(f"cell {number}: is this money? Write \\$: {formula[:40]}")
    return problems
