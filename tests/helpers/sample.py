"""A small notebook and a small solution that keep every rule: the guards are tried on them."""

import base64

NAME = "05_alive"
PIXEL = base64.b64encode(b"a picture").decode()


def markdown(source: str, **crm) -> dict:
    return {
        "cell_type": "markdown",
        "metadata": {"crm": crm} if crm else {},
        "source": source,
    }


def code(source: str, *outputs: dict, tags: tuple[str, ...] = (), **crm) -> dict:
    metadata = ({"tags": list(tags)} if tags else {}) | ({"crm": crm} if crm else {})
    return {
        "cell_type": "code",
        "metadata": metadata,
        "source": source,
        "outputs": list(outputs),
        "execution_count": None,
    }


def prints(text: str, name: str = "stdout") -> dict:
    return {"output_type": "stream", "name": name, "text": text}


def shows(text: str = "<Figure size 800x450 with 1 Axes>", **data: str) -> dict:
    data = {"text/plain": text} | {mime.replace("_", "/"): value for mime, value in data.items()}
    return {"output_type": "display_data", "metadata": {}, "data": data}


def whole(cells: list[dict], **crm) -> dict:
    """A notebook of these cells, numbered as after a run."""
    run = 0
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number}"
        if cell["cell_type"] == "code":
            run += 1
            cell["execution_count"] = run
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    metadata = {"kernelspec": kernel, "language_info": {"name": "python"}, "crm": crm}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def section(title: str, minutes: int, part: str = "core") -> dict:
    ending = "" if part == "core" else " · optional"
    heading = f"## {title} · {minutes} min{ending}\n\nText."
    return markdown(heading, minutes=minutes, part=part)


def result(sentence: str) -> dict:
    source = f"# NBVAL_CHECK_OUTPUT\nsay({sentence!r})"
    return code(source, prints(sentence + "\n"))


def notebook() -> dict:
    """A notebook that keeps every rule of the course."""
    folded = "<details><summary>Answer</summary>Yes.</details>\n\n" * 3
    cells = [
        markdown(
            "# 05 · Alive or gone?\n\nWho is still a customer? 75 minutes.\n\n"
            "You will be able to\n\n- read a history\n- fit a model"
        ),
        section("Warm-up", 5),
        markdown(folded),
        section("Predict", 10),
        code('predict("05.p1")', shows("How likely?")),
        markdown(
            "The repurchase rate (复购率), the current value (当前价值与增值潜力), customer "
            "intelligence (客户智能), Tucker's rule (连续购买三次), dispute (定义分歧)."
        ),
        section("Compute", 40),
        result("Of 1,234 customers 14.6% came back."),
        markdown(
            "14.6% of the 1,234 came back (Tucker 1964), `x = 99`, $p = 0.77$, see 05.p1, at\n"
            "least 52 weeks. On 30 September 1997 it ended. \n\n1. list"
        ),
        code("alive.plots.curve(history)", shows(image_png=PIXEL)),
        markdown("**In words.** The curve rises at once and then more and more slowly, no jump."),
        code("alive.widgets.timeline(history)", shows("The chance is one half.")),
        markdown("Where does it fall? Where does it rise?"),
        result("The second is 37.8."),
        result("The third is 54.7."),
        result("The fourth is 64.8."),
        result("The fifth is 71.1."),
        code('check("05.c1", 1)', shows("✔ Right.")),
        code('reveal("05.p1", 0.5)', shows("No prediction recorded")),
        code('check("05.c2", 1)', shows("✔ Right.")),
        section("On real data", 20, "optional"),
        markdown("### Sources\n\n- Tucker 1964. Journal 12(3), 45-67.", role="sources"),
    ]
    cells += [markdown(f"A word more about {word}.") for word in ["this"] + ["that"] * 9]
    return whole(
        cells,
        concepts=["D16", "G09", "J03", "J05", "L12"],
        total_minutes=75,
        core_minutes=55,
        allowed_numbers={"52": "weeks in a year"},
    )


def exercise(number: int, kind: str, level: str) -> list[dict]:
    """An exercise: heading, blank with its solution, check, model answer."""
    words = {"P": "Predict", "C": "Compute", "I": "Interpret", "E": "Extend"}
    name = f"05.x{number}"
    return [
        markdown(
            f"## Exercise {name} · {words[kind]} · {level} · 5 min\n\nCompute it.",
            exercise={"id": name, "kind": kind, "level": level, "minutes": 5},
        ),
        code(
            f"# Write the share of customers who came back, from 0 to 1.\n"
            f"share_{number} = ...\n"
            f"### BEGIN SOLUTION\n"
            f"share_{number} = returned_customers / {number + 10}\n"
            f"### END SOLUTION"
        ),
        code(
            f'# NBVAL_CHECK_OUTPUT\ncheck("{name}", share_{number})',
            shows("✔ Right. The share on the whole table."),
        ),
        markdown("The share falls because of regression to the mean.", solution=True),
    ]


TOOLS = """returned_customers = 3
def check(name, value):
    print("not answered yet" if value is ... else "✔ Right.")"""


def solution() -> dict:
    """A solution notebook that keeps every rule, with a check of its own."""
    cells = [markdown("# Exercises: alive or gone?"), code(TOOLS)]
    for number, (kind, level) in enumerate(
        [("P", "must"), ("C", "must"), ("I", "should"), ("E", "extra")], start=1
    ):
        cells += exercise(number, kind, level)
    return whole(cells, allowed_numbers={})
