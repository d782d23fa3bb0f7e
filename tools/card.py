"""Write the data card, `datasets/README.md`, from the schemas: ``python -m tools.card``.

The card is always English, like the schemas: it is read beside the files, not in a notebook.
"""

from pathlib import Path

from crmlib.data.schema import Column, Table
from crmlib.data.tables import LATENT, TABLES

CARD = Path(__file__).parents[1] / "datasets" / "README.md"
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

"""
TRUTH = """
# The truth about the company

The tables of the kind *synthetic* belong to Luxi, a company that does not exist. What is true of it
was planted: `truth/truth.json` holds every number with its meaning, its unit and the table in
which it can be seen, and the tables below hold what no firm sees of its customers. No analysis
may use them; they are there to check it afterwards. What is found again was put there: that is no
evidence about real firms.

```python
data.truth()  # every planted number
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
    return HEAD + overview + "".join(section(table) for table in tables) + truth


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
        parts.append(f"{_number(column.low)} or more")
    elif column.high is not None:
        parts.append(f"{_number(column.high)} or less")
    if column.nullable:
        parts.append("may be empty")
    return ", ".join(parts)


def main() -> None:
    """Write the card beside the tables."""
    CARD.write_text(card(TABLES, LATENT), encoding="utf-8", newline="\n")


def _number(bound: float | str) -> str:
    return bound if isinstance(bound, str) else f"{bound:,}"


def _bullets(title: str, texts: tuple[str, ...]) -> str:
    return f"\n{title}\n\n" + "".join(f"- {text}\n" for text in texts) if texts else ""


def _grid(names: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [names, ("---",) * len(names), *rows]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


if __name__ == "__main__":
    main()
