"""The report as one HTML page: figures inside, no script, nothing from the network."""

import base64
import math
from importlib import metadata
from pathlib import Path
from typing import Any

import jinja2
import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.core.i18n import language, ngettext
from crmlib.report.book import Book
from crmlib.report.pages import Column, Picture, Section, Table, three_digits
from crmlib.report.study import Study

TEMPLATE = "report.html.j2"
LONGEST_TEXT = 400
MINUS = str.maketrans("-", "−")


def page(study: Study, sections: list[Section]) -> str:
    """Return the whole page.

    Everything that comes from the analyst's file is escaped: names of columns, ids, cells.
    """
    book = study.book
    title = study.settings["report.title"] or _("Customers: a report on {name}").format(
        name=book.name
    )
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(TEMPLATE).render(
        words=_words(),
        language=language(),
        title=title,
        under=_under(book),
        facts=headline(study),
        sections=[_shown(section) for section in sections],
        warnings=[(s.name, s.title, len(s.warnings)) for s in sections if s.warnings],
        made=_("Made with crmlib {version}.").format(version=metadata.version("crmlib")),
    )


def _words() -> dict[str, str]:
    """Return the words of the template, from here, where those who translate find them."""
    return {
        "contents": _("Contents"),
        "read_with_care": _("Read with care"),
        "warnings_in": _("Warnings stand in:"),
        "says": _("What it says."),
        "cannot": _("What it cannot say."),
        "take_care": _("Take care"),
        "files": _(
            "Tables: folder tables. Rows that were set aside or flagged: folders set_aside and "
            "flagged. To go on working: report.ipynb. The same file and settings give the same "
            "report."
        ),
    }


def _under(book: Book) -> str:
    text = _("Purchases up to {day}. Every number comes from the files that were given.").format(
        day=f"{book.last:%Y-%m-%d}"
    )
    hidden = _("Customers have pseudonyms.")
    return f"{text} {hidden}" if book.pseudonymous else text


def headline(study: Study) -> list[tuple[str, str]]:
    """Return the few numbers at the top: name and value."""
    book = study.book
    repeaters = float((study.summary["frequency"] > 0).mean())
    return [
        (_("customers"), f"{book.customers:,}"),
        (_("purchase days"), f"{study.purchase_days:,}"),
        (_("revenue used"), book.money(book.cents)),
        (_("bought on more than one day"), f"{repeaters:.0%}"),
        (_("first and last day"), f"{book.first:%Y-%m-%d} – {book.last:%Y-%m-%d}"),
    ]


def written(value: Any, kind: str) -> str:
    """Write a cell for people.

    Examples
    --------
    >>> written(0.1234, "share"), written(1234.5, "money"), written(float("nan"), "number")
    ('12.3%', '1,234.50', '–')
    >>> written(17062.99, "about"), written(-0.001, "number")
    ('17,100', '0.00')
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return "–"
    if kind in ("text", "code"):
        text = str(value)
        return text if len(text) <= LONGEST_TEXT else text[:LONGEST_TEXT] + "…"
    if kind == "day":
        return f"{pd.Timestamp(value):%Y-%m-%d}"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if kind == "about":
        return three_digits(value).translate(MINUS)
    form = {"whole": ",.0f", "money": ",.2f", "number": ",.2f", "share": ".1%"}.get(kind)
    if form is None:
        # a parameter: three digits that tell
        form = ",.0f" if abs(value) >= 100 else ".3g"
    text = format(value, form)
    # nothing is below 0 by less than can be seen
    return text.translate(MINUS) if any(digit in text for digit in "123456789") else text.strip("-")


def _shown(section: Section) -> dict[str, Any]:
    blocks = [_block(one) for one in section.shown]
    return {
        "name": section.name,
        "title": section.title,
        "says": section.says,
        "cannot": section.cannot,
        "warnings": section.warnings,
        "points": section.points,
        "blocks": [block for block in blocks if block],
    }


def _block(one: Table | Picture) -> dict[str, Any] | None:
    if isinstance(one, Picture):
        data = base64.b64encode(one.png).decode("ascii")
        # PNG says its size in two numbers after its first 16 bytes
        width, height = (int.from_bytes(one.png[k : k + 4]) for k in (16, 20))
        return {
            "kind": "picture", "caption": one.caption, "alt": one.alt, "data": data,
            "width": width, "height": height,
        }  # fmt: skip
    if not one.columns:
        return None
    rows = one.frame.head(one.most_rows) if one.most_rows else one.frame.head(0)
    cells = [
        [written(row[name], column.kind) for name, column in one.columns.items()]
        for row in rows.to_dict("records")
    ]
    return {
        "kind": "table",
        "caption": one.caption,
        "file": f"tables/{one.name}.csv",
        "headings": [_heading(column) for column in one.columns.values()],
        "rows": cells,
        "more": _more(len(one.frame) - len(rows), one.name),
    }


def _more(number: int, name: str) -> str:
    if not number:
        return ""
    return ngettext(
        "{number} further row is in {file}.", "{number:,} further rows are in {file}.", number
    ).format(number=number, file=f"tables/{name}.csv")


def _heading(column: Column) -> tuple[str, str]:
    return column.heading, column.kind if column.kind in ("text", "day", "code") else "n"
