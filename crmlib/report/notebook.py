"""The notebook beside the report: the same numbers, section by section, to be edited further."""

import json

from crmlib.core.i18n import gettext as _
from crmlib.report.pages import Section
from crmlib.report.study import Study

LOAD = {
    ".parquet": """from pathlib import Path
import pandas as pd
from crmlib import alive, lifecycle, models, rfm, tiers, value
purchases = pd.read_parquet(Path("tables") / "purchases.parquet")
purchases["date"] = pd.to_datetime(purchases["date"])
purchases["customer_id"] = purchases["customer_id"].astype("str")
purchases.describe(include="all")""",
    ".csv.gz": """from pathlib import Path
import pandas as pd
from crmlib import alive, lifecycle, models, rfm, tiers, value
purchases = pd.read_csv(Path("tables") / "purchases.csv.gz", dtype={"customer_id": "str"},
                        parse_dates=["date"], keep_default_na=False)
purchases.describe(include="all")""",
}


def notebook(study: Study, sections: list[Section], ending: str) -> str:
    """Return the notebook as JSON.

    Parameters
    ----------
    study : Study
    sections : list of Section
        Their ``code`` becomes cells, their two sentences the text above.
    ending : str
        Of the file with the purchases: ".parquet" or ".csv.gz".
    """
    title = _("Report on {name}: the notebook").format(name=_plain(study.book.name))
    intro = _(
        "These cells make the numbers of report.html again, from the purchases in tables/. Change "
        "them as you like: the report itself stays as it is. Texts quote the report; code "
        "computes anew."
    )
    cells = [_text(f"# {title}\n\n{intro}"), _code(LOAD[ending])]
    for section in sections:
        if section.code:
            cells.append(
                _text(f"## {section.title}\n\n{_plain(section.says)}\n\n{_plain(section.cannot)}")
            )
            cells += [_code(cell) for cell in section.code]
    for number, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{number:02d}"
    whole = {
        "cells": cells,
        "metadata": {
            "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"},
        },
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def _plain(text: str) -> str:
    """Take the signs out of a text that Markdown or HTML would act upon."""
    for sign in "\\`*_{}[]<>#|$&":
        text = text.replace(sign, " ")
    return text


def _text(source: str) -> dict:
    return {"cell_type": "markdown", "metadata": {}, "source": source}


def _code(source: str) -> dict:
    return {
        "cell_type": "code", "execution_count": None, "metadata": {}, "outputs": [],
        "source": source,
    }  # fmt: skip
