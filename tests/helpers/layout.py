"""How a notebook is built: title, sections, minutes, cells, concepts, terms, links."""

import csv
import re
from functools import cache
from itertools import pairwise
from urllib.parse import unquote

from tests.helpers.notebooks import (
    MINUTES,
    ROOT,
    asked,
    cells_of,
    crm,
    has_image,
    is_checked,
    is_explorer,
    markdown_text,
    tags,
)

HANZI = re.compile(r"[\u3400-\u9fff]")
SECTION = re.compile(r"^## (?P<title>.+?) · (?P<minutes>\d+) min(?P<optional> · optional)?$")
BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
TERM = re.compile(r"[A-Za-z][\w’'/-]*\*{0,2} ?[(（][^()（）]*[\u3400-\u9fff][^()（）]*[)）]")
LONGEST_WITHOUT_LEARNER = 15


def title(notebook: dict, name: str) -> list[str]:
    """Faults of the first cell: title, question, objectives."""
    first = notebook["cells"][0]
    if first["cell_type"] != "markdown" or not re.match(r"# \S", first["source"]):
        return ["cell 1 must be markdown and begin with '# ' and the title"]
    problems = []
    _, _, objectives = first["source"].partition("ou will be able to")
    count = len(re.findall(r"^[-*] \S", objectives, re.MULTILINE))
    if not 2 <= count <= 4:
        problems.append(f"cell 1: 'You will be able to' and 2-4 list items, found {count}")
    if "?" not in first["source"]:
        problems.append("cell 1 must state the business question")
    return problems


def sections(notebook: dict, name: str) -> list[str]:
    """Faults of section headings, their minutes and their sum."""
    problems, sums = [], {"core": 0, "optional": 0}
    for number, cell in cells_of(notebook, "markdown"):
        headings = re.findall(r"^#{2,6} .*$", cell["source"], re.MULTILINE)
        main = [heading for heading in headings if heading.startswith("## ")]
        for heading in headings:
            if not heading.startswith("## ") and re.search(r"· \d+ min", heading):
                problems.append(f"cell {number}: minutes belong to ## headings only: {heading}")
        if not main:
            if "part" in crm(cell):
                problems.append(f"cell {number}: crm.part without a ## heading")
            continue
        if len(main) > 1 or not cell["source"].startswith("## "):
            problems.append(f"cell {number}: one ## heading a cell, on its first line")
            continue
        problems += [f"cell {number}: {fault}" for fault in heading_faults(cell, main[0])]
        if crm(cell).get("part") in sums:
            sums[crm(cell)["part"]] += crm(cell).get("minutes", 0)
    return problems + sum_faults(crm(notebook), sums, MINUTES.get(name))


def heading_faults(cell: dict, heading: str) -> list[str]:
    """What is wrong between a heading and its cell's metadata."""
    match = SECTION.match(heading)
    if not match:
        return [f"write '## Title · 8 min' or '## Title · 8 min · optional', not {heading!r}"]
    faults = []
    if crm(cell).get("minutes") != int(match["minutes"]) or int(match["minutes"]) < 1:
        faults.append(f"the heading says {match['minutes']} min, crm.minutes says otherwise")
    if crm(cell).get("part") != ("optional" if match["optional"] else "core"):
        faults.append("crm.part must be core or optional, as the heading says")
    return faults


def sum_faults(metadata: dict, sums: dict[str, int], curriculum: int | None) -> list[str]:
    """What is wrong between the sections' minutes, the notebook's and the curriculum's."""
    total, core = sums["core"] + sums["optional"], sums["core"]
    if curriculum is None and "total_minutes" not in metadata:
        return []
    expected = curriculum or total
    faults = []
    if total != metadata.get("total_minutes") or total != expected:
        faults.append(
            f"the sections add up to {total} min, crm.total_minutes is "
            f"{metadata.get('total_minutes')}, the curriculum gives {expected}"
        )
    if core != metadata.get("core_minutes"):
        faults.append(f"the core is {core} min, crm.core_minutes is {metadata.get('core_minutes')}")
    return faults


def warm_up(notebook: dict, name: str) -> list[str]:
    """From notebook 01 on, three questions on the one before, each answer folded."""
    if name.startswith("00"):
        return []
    text = markdown_text(notebook)
    section = re.search(r"^## Warm-up.*?(?=^## |\Z)", text, re.MULTILINE | re.DOTALL)
    folded = section[0].count("<details") if section else 0
    return [] if folded == 3 else [f"## Warm-up needs three <details> with answers, has {folded}"]


def size(notebook: dict, name: str) -> list[str]:
    count = len(notebook["cells"])
    return [] if 30 <= count <= 55 else [f"{count} cells; 30 to 55 are wanted"]


def code_length(notebook: dict) -> list[str]:
    """Code cells that are too long or too wide to be read from the last row."""
    problems = []
    for number, cell in cells_of(notebook, "code"):
        lines = [line.strip() for line in cell["source"].splitlines()]
        code = [line for line in lines if line and not line.startswith("#")]
        if not code:
            problems.append(f"cell {number} is empty")
        if len(code) > 6 and "lesson" not in tags(cell):
            problems.append(f"cell {number}: {len(code)} lines of code, at most 6 without 'lesson'")
        if any(len(line) > 100 for line in cell["source"].splitlines()):
            problems.append(f"cell {number}: a line is longer than 100 characters")
    return problems


def no_chinese_in_code(notebook: dict) -> list[str]:
    """Code cells are the same in every language."""
    return [
        f"cell {number}: Chinese characters in code"
        for number, cell in cells_of(notebook, "code")
        if HANZI.search(cell["source"])
    ]


def pictures_in_words(notebook: dict) -> list[str]:
    """Every figure is followed by its text summary."""
    problems = []
    for number, cell in cells_of(notebook, "code"):
        after = notebook["cells"][number : number + 1]
        text = after[0] if after else {"cell_type": "", "source": ""}
        said = re.match(r"\*\*In words\.\*\* \S.{40,}", text["source"], re.DOTALL)
        if has_image(cell) and not (text["cell_type"] == "markdown" and said):
            problems.append(f"cell {number}: a figure; '**In words.**' and a summary must follow")
    return problems


def explorers(notebook: dict) -> list[str]:
    """A slider stands beside its static figure and its questions."""
    problems, before = [], {}
    cells = notebook["cells"]
    for number, cell in cells_of(notebook, "code"):
        if is_explorer(cell):
            beside = [*cells[max(0, number - 2) : number - 1], *cells[number : number + 1]]
            marks = sum(near["source"].count("?") for near in beside if is_markdown(near))
            if not has_image(before):
                problems.append(f"cell {number}: the code cell before must draw the static figure")
            if marks < 2:
                problems.append(f"cell {number}: two or three questions must stand beside it")
        before = cell
    return problems


def is_markdown(cell: dict) -> bool:
    return cell["cell_type"] == "markdown"


def rhythm(notebook: dict, name: str) -> list[str]:
    """The learner predicts first, is checked, and is never left reading for long."""
    acts, checks, first_result = [], 0, None
    for number, cell in cells_of(notebook, "code"):
        if any(asked(cell, tool) for tool in ("predict", "reveal", "check")) or is_explorer(cell):
            acts.append(number)
        checks += len(asked(cell, "check"))
        if is_checked(cell) and first_result is None:
            first_result = number
    predicts = [number for number, cell in cells_of(notebook, "code") if asked(cell, "predict")]
    problems = [] if checks >= 2 else [f"{checks} checks; at least 2 are wanted"]
    if not predicts or (first_result is not None and predicts[0] > first_result):
        problems.append("the first predict must stand before the first checked result")
    for last, following in pairwise(acts):
        if following - last - 1 > LONGEST_WITHOUT_LEARNER:
            problems.append(f"cells {last + 1} to {following - 1}: the learner has nothing to do")
    return problems


@cache
def concepts() -> tuple[dict, ...]:
    with (ROOT / "datasets" / "concepts.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def main_terms(chinese: str) -> list[str]:
    """The parts of a concept's Chinese name, one of which the notebook must say.

    Brackets are left out; where nothing remains, what stands in them counts.
    """
    outside = BRACKETS.sub("", chinese)
    kept = outside if HANZI.search(outside) else chinese
    parts = re.split(r"[;；、/／:：,，→()（）\s]+", kept)
    return [part.strip('"“”') for part in parts if len(HANZI.findall(part)) > 1]


def same_numerals(text: str) -> str:
    return text.translate(str.maketrans("一二三四五六七八九", "123456789"))


def covers_concepts(notebook: dict, name: str) -> list[str]:
    """The concepts are those of the map, and each one's Chinese term is in the text."""
    wanted = {row["id"]: row["zh"] for row in concepts() if row["notebook"] == name[:2]}
    given, text = crm(notebook).get("concepts", []), same_numerals(markdown_text(notebook))
    problems = []
    if given != sorted(wanted):
        problems.append(f"crm.concepts is {given}; concepts.csv gives {sorted(wanted)}")
    for concept, chinese in wanted.items():
        if not any(same_numerals(part) in text for part in main_terms(chinese)):
            problems.append(f"{concept}: the text never says {chinese}")
    return problems


def bilingual_terms(notebook: dict, name: str) -> list[str]:
    """Key terms carry their Chinese in brackets."""
    count = len({match[0] for match in TERM.finditer(markdown_text(notebook))})
    return [] if count >= 5 else [f"{count} terms with their Chinese in brackets; 5 are wanted"]


def links(notebook: dict, folder) -> list[str]:
    """Links to files that are not there, and to headings that are not there."""
    problems = []
    headings = re.findall(r"^#+ (.+?)\s*$", markdown_text(notebook), re.MULTILINE)
    anchors = {heading.replace(" ", "-") for heading in headings}
    for number, cell in cells_of(notebook, "markdown"):
        prose = re.sub(r"`[^`\n]+`", "", re.sub(r"(?ms)^```.*?^```", "", cell["source"]))
        for target in re.findall(r"\]\(([^)\s]+)[^)]*\)", prose):
            file, _, anchor = unquote(target).partition("#")
            if re.match(r"[a-z]+:", file):
                continue
            if file and not (folder / file).exists():
                problems.append(f"cell {number}: {file} is not there")
            if not file and anchor not in anchors:
                problems.append(f"cell {number}: no heading for #{anchor}")
    return problems
