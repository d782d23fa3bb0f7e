"""Write the data card, `datasets/README.md`, from the schemas: ``python -m tools.card``.

The card is always English, like the schemas: it is read beside the files, not in a notebook.
"""

import json
import re
from pathlib import Path

from crmlib.data.schema import Column, Table
from crmlib.data.tables import LATENT, TABLES, find_latent

CARD = Path(__file__).parents[1] / "datasets" / "README.md"
PLANTED = CARD.parent / "truth" / "truth.json"
HEAD = """\
<!-- Generated from crmlib/data/tables*.py by `python -m tools.card`. Change it there. -->

# The data card

What every table holds, where it comes from, and what misleads a hasty reader.

```python
from crmlib import data

data.catalogue()  # the tables
purchases = data.load("cdnow")  # one of them, checked, with the right types
data.validate(frame, "cdnow")  # does a table of your own keep to the same rules?
```

The files are comma-separated text in UTF-8 (`.gz`: compressed with gzip). The first line holds
the column names, days are written year-month-day, and an empty cell means that there is no value.

A table is *real* (recorded by others), *synthetic* or *reference* (words, written for the course).
The synthetic ones belong to Luxi, a fictional company that sells tea and coffee; each says where
its [truth](#the-truth-about-the-company) is. Months are counted from 2021-01: months 1 to 36 are
observed, months 37 to 60 hold outcomes. What acts on what is drawn in
[the world of Luxi](../docs/world.md).

In the lists of columns, *values* says what is legal; what occurs can lie within narrower bounds.
A number without a unit is a count, a share, a code or a place in an order, as its meaning says.
Points are those of a scale, of which the values are the ends. *Notebooks* are those that load the
table.

"""
TRAPS = (
    "Satisfaction: over all markets the satisfied stay less often, in every market more often.",
    "The app: over all markets its users stay less often, in every market more often.",
    "Selection: who answers, consents, joins or is contacted is not like the others.",
    "Survivors: customers of long standing are those who did not leave early.",
    "Sorting: the retention of a cohort rises although nobody becomes more loyal.",
    "Long is not profitable: some who buy year after year lose the firm money.",
    "Risk is not response: those most likely to leave are not those whom an offer keeps.",
    "Regression to the mean: the best of one period fall back in the next by themselves.",
    "Drift: a model fails when what drives customers changes.",
    "Cross-selling: cross-buyers are good customers anyway, and with some of them it loses money.",
    "Average and next: keeping is cheap on average, one more customer kept is dear.",
    "Saying and doing: where competition is strong, more say that they will stay than stay.",
)
# The latent tables behind a table, where there are any.
HIDDEN = {
    "customers": ("customers",),
    "transactions": ("customers", "purchases"),
    "costs_to_serve": ("costs",),
    "tier_panel": ("costs",),
    "subscriptions": ("subscriptions",),
    "survey_invited": ("customers", "complaints"),
    "survey_sat": ("survey_sat", "customers"),
    "survey_kano": ("survey_kano",),
    "survey_servqual": ("survey_servqual", "customers"),
    "complaints": ("complaints", "customers"),
    "churn_panel": ("churn_panel",),
    "retention_rct": ("retention_rct",),
    "winback_rct": ("winback_rct",),
    "loyalty_cards": ("loyalty_cards",),
    "club_panel": ("club_panel",),
    "hostage_panel": ("customers",),
    "crm_raw": ("crm_raw",),
    "state_panel": ("state_panel",),
    "leads": ("leads",),
    "quotes": ("quotes",),
    "crosssell_obs": ("crosssell",),
    "crosssell_rct": ("crosssell",),
    "referrals": ("customers",),
    "b2b_accounts": ("b2b_accounts", "b2b_relations"),
    "b2b_quarters": ("b2b_accounts", "b2b_relations"),
    "b2b_trust": ("b2b_relations",),
}
TRUTH = """
# The truth about the company

The tables of the kind *synthetic* belong to Luxi, a company that does not exist. What is true of it
was planted: `truth/truth.json` holds every number with its meaning, its unit and the table that it
belongs to, and the tables below hold what no firm sees of its customers. No analysis may use them;
they are there to check it afterwards. What is found again was put there: that is no evidence about
real firms.

A number that acts on several tables stands with one of them: those of loyalty and staying with
`customers` (they are seen in `survey_sat`), those of cross-selling mostly with `crosssell_rct`.

```python
numbers = data.truth()  # every planted number
numbers[numbers["table"] == "transactions"]  # those of one table
data.truth("purchases.r")  # one of them
data.truth_table("customers")  # what no firm sees, customer by customer
```
"""


def card(tables: tuple[Table, ...], latent: tuple[Table, ...] = ()) -> str:
    """Return the text of the data card, with the latent tables at its end.

    Examples
    --------
    >>> from crmlib.data.tables import find
    >>> print(card((find("donations"),)).splitlines()[2])
    # The data card
    """
    overview = _grid(
        ("table", "one row is", "rows", "kind", "notebooks"),
        [
            (
                f"[{table.name}](#{table.name})",
                table.row_is,
                f"{table.rows:,}",
                table.origin,
                ", ".join(table.notebooks) or "none yet",
            )
            for table in tables
        ],
    )
    truth = TRUTH + "".join(section(table) for table in latent) if latent else ""
    return HEAD + overview + traps(tables) + "".join(section(table) for table in tables) + truth


def traps(tables: tuple[Table, ...]) -> str:
    """Return the list of the numbered traps, each with the tables that warn of it.

    Examples
    --------
    >>> from crmlib.data.tables import find
    >>> traps((find("tier_panel"),)).splitlines()[-5].endswith("by themselves. | tier_panel |")
    True
    """
    warned = {table.name: set(re.findall(r"\bT\d+\b", " ".join(table.traps))) for table in tables}
    rows = [
        (f"T{number}", text, ", ".join(name for name in warned if f"T{number}" in warned[name]))
        for number, text in enumerate(TRAPS, 1)
    ]
    return "\n## The twelve traps\n\n" + _grid(("trap", "what misleads", "tables"), rows)


def planted(table: Table) -> str:
    """Say where the truth behind a table is; nothing where there is none.

    Examples
    --------
    >>> from crmlib.data.tables import find
    >>> planted(find("products"))
    '`data.truth`: `products.margin`'
    """
    numbers = json.loads(PLANTED.read_text(encoding="utf-8"))["values"]
    names = [f"`{one['name']}`" for one in numbers if one["table"] == table.name]
    latent = [find_latent(f"truth/{name}").name for name in HIDDEN.get(table.name, ())]
    parts = [f"[{name}](#{name.replace('/', '')})" for name in latent]
    if names:
        parts.append("`data.truth`: " + ", ".join(names))
    return "; ".join(parts)


def section(table: Table) -> str:
    """Return the part of the card about one table.

    Examples
    --------
    >>> from crmlib.data.tables import find
    >>> section(find("donations")).splitlines()[1]
    '## donations'
    """
    facts = (
        ("One row is", table.row_is),
        ("Rows", f"{table.rows:,}"),
        ("One row only for each", ", ".join(table.key)),
        ("File", f"`{table.file}`"),
        ("Who is in it", table.population),
        ("Time", table.clock),
        ("Source", table.source),
        ("Licence", table.licence),
        ("How it was made", table.made),
        ("Truth", planted(table)),
        ("Notebooks", ", ".join(table.notebooks) or "none yet"),
    )
    parts = [
        f"\n## {table.name}\n\n",
        "".join(f"- **{label}:** {text}\n" for label, text in facts if text),
        "\n",
        _grid(
            ("column", "kind", "meaning", "unit", "values"),
            [
                (f"`{column.name}`", column.kind, column.meaning, column.unit, values(column))
                for column in table.columns
            ],
        ),
        _bullets("Traps", table.traps),
        _bullets("Simpler than the world", table.simplifications),
    ]
    return "".join(parts)


def values(column: Column) -> str:
    """Say which values a column may hold.

    Examples
    --------
    >>> values(Column("customer_id", "integer", "number of the customer", low=1, high=23_570))
    '1 to 23,570'
    >>> values(Column("note", "text", "what was said", nullable=True))
    'may be empty'
    """
    parts = [str(value) for value in column.allowed]
    if column.low is not None and column.low == column.high:
        parts.append(_number(column.low))
    elif column.low is not None and column.high is not None:
        parts.append(f"{_number(column.low)} to {_number(column.high)}")
    elif column.low is not None:
        parts.append(f"{_number(column.low)} or {'later' if column.kind == 'date' else 'more'}")
    elif column.high is not None:
        parts.append(f"{_number(column.high)} or {'earlier' if column.kind == 'date' else 'less'}")
    if column.nullable:
        parts.append("may be empty")
    return ", ".join(parts)


def main() -> None:
    """Write the card beside the tables."""
    CARD.write_text(card(TABLES, LATENT), encoding="utf-8", newline="\n")


def _number(bound: float | str) -> str:
    if isinstance(bound, str):
        return bound
    # a whole number of four digits is a year
    return str(bound) if isinstance(bound, int) and bound < 10_000 else f"{bound:,}"


def _bullets(title: str, texts: tuple[str, ...]) -> str:
    return f"\n{title}\n\n" + "".join(f"- {text}\n" for text in texts) if texts else ""


def _grid(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [names, ("---",) * len(names), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    main()
