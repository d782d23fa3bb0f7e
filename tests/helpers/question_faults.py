"""What can be wrong with a question, found by answering it through `check` and `reveal`."""

import math
import re
from dataclasses import fields, is_dataclass, replace

from crmlib.learning import check
from crmlib.learning.questions import ChoiceQuestion, NumberQuestion, OpenQuestion

NUMBER = re.compile(r"(?<![\w.])\d[\d,]*(?:\.\d+)?")
# Said of every share, and counted with every hint: no secret of a single question.
COMMON = re.compile(r"a number between 0 and 1|Hint \d of 3:")
WORD = re.compile(r"[^\W\d_]{2}")
NOT_TEXT = {"id", "key", "answer", "unit"}
UNITS_OF_CRMLIB = {
    *("share", "percent", "points", "days", "weeks", "months", "years"),
    *("customers", "purchases", ""),
}


def faults(question) -> list[str]:
    """Everything wrong with a question; predictions have nothing to be answered."""
    if isinstance(question, NumberQuestion):
        return number_faults(question)
    if isinstance(question, ChoiceQuestion):
        return choice_faults(question)
    if isinstance(question, OpenQuestion):
        return open_faults(question)
    return []


def number_faults(question: NumberQuestion) -> list[str]:
    reference = float(question.answer())
    if not math.isfinite(reference):
        return [f"the reference answer is {reference}"]
    found = []
    if answered(question, reference).kind != "right":
        found.append(f"the reference answer {reference} is not accepted")
    slips = [(float(wrong.value()), wrong.says) for wrong in question.known_wrong]
    if question.unit == "share":
        slips.append((100 * reference, "percentage"))
    replies = []
    for value, says in slips:
        reply = answered(question, value)
        replies.append(reply)
        if reply.kind == "right":
            found.append(f"the wrong answer {value} is accepted")
        elif says not in repr(reply):
            found.append(f"the wrong answer {value} gets {reply!r}, not {says!r}")
    hints = [answered(question, value) for value in unrecognised(question, reference, slips)]
    for number, (reply, hint) in enumerate(zip(hints, question.hints, strict=True), start=1):
        if f"Hint {number} of 3: {hint}" not in repr(reply):
            found.append(f"hint {number} is {reply!r}")
    if len(set(question.hints)) < 3:
        found.append("two hints are the same")
    replies += [
        *hints,
        answered(question, "text"),
        answered(question, [1, 2]),
        check_open(question),
    ]
    return found + [
        f"{number} gives the answer away: {reply!r}"
        for reply in replies
        for number in leaked_numbers(question, reference, reply)
    ]


def choice_faults(question: ChoiceQuestion) -> list[str]:
    found = []
    right = next(option for option in question.options if option.key == question.answer)
    for option in question.options:
        reply = answered(question, option.key)
        if (reply.kind == "right") != (option is right):
            found.append(f"option {option.key} is {reply.kind}")
        if option.says not in repr(reply):
            found.append(f"option {option.key} gets {reply!r}")
        if option is not right and (right.text in repr(reply) or right.says in repr(reply)):
            found.append(f"option {option.key} gives the answer away: {reply!r}")
    for reply in (check_open(question), answered(question, "no such option")):
        if any(option.says in shown(reply) for option in question.options):
            found.append(f"an explanation is shown before a choice: {reply!r}")
    return found


def open_faults(question: OpenQuestion) -> list[str]:
    found = []
    for reply in (check_open(question), answered(question, "x"), answered(question, 1)):
        if reply_kind(reply) == "right" or first_line(question.model_answer) in shown(reply):
            found.append(f"the model answer is shown too early: {reply!r}")
    if first_line(question.model_answer) not in repr(answered(question, "My own words. " * 9)):
        found.append("the model answer is not shown")
    return found


def untranslatable(question, catalogue: set[str]) -> list[str]:
    """Texts of a question that the translation catalogue lacks; letters alone need none."""
    return [text for text in texts(question) if WORD.search(text) and text not in catalogue]


def computed_once(question):
    """The same question with its reference answers computed now: some take seconds."""
    if not isinstance(question, NumberQuestion):
        return question

    def held(compute):
        value = float(compute())
        return lambda: value

    slips = tuple(replace(wrong, value=held(wrong.value)) for wrong in question.known_wrong)
    return replace(question, answer=held(question.answer), known_wrong=slips)


def texts(part) -> list[str]:
    """Every text of a question that a learner may read."""
    if isinstance(part, str):
        return [part]
    if isinstance(part, tuple):
        return [text for each in part for text in texts(each)]
    if not is_dataclass(part):
        return []
    found = [
        text
        for field in fields(part)
        if field.name not in NOT_TEXT
        for text in texts(getattr(part, field.name))
    ]
    unit = getattr(part, "unit", "")
    return found if unit in UNITS_OF_CRMLIB else [*found, unit]


def leaked_numbers(question: NumberQuestion, reference: float, reply) -> list[str]:
    """Numbers in a reply that would be accepted, or would be as a percentage."""
    given = {number for text in NUMBER.findall(question.prompt) for number in [as_number(text)]}
    scales = (1, 100) if question.unit in ("share", "percent", "points") else (1,)
    return [
        text
        for text in NUMBER.findall(COMMON.sub("", repr(reply)))
        if as_number(text) not in given
        and any(question.accepts(as_number(text) / scale, reference) for scale in scales)
    ]


def unrecognised(question: NumberQuestion, reference: float, slips) -> list[float]:
    """Three wrong numbers that no known slip explains."""
    taken = [reference, reference / 100, *(value for value, _says in slips)]
    far = 1000 * (1 + max(abs(value) for value in taken if math.isfinite(value)))
    return [far + question.absolute_tolerance * 10, 2 * far, 4 * far]


def answered(question, value):
    return check(question.id, value, questions=[question])


def check_open(question):
    return check(question.id, questions=[question])


def reply_kind(reply) -> str:
    return getattr(reply, "kind", "note")


def shown(reply) -> str:
    """A reply as text and as HTML."""
    message = getattr(reply, "message", reply)
    return repr(reply) + message._repr_html_()


def first_line(text: str) -> str:
    return text.splitlines()[0]


def as_number(text: str) -> float:
    return float(text.replace(",", ""))
