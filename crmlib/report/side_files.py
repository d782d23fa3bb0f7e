"""The two further files that a report can use: a survey, and costs of serving customers."""

import difflib
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report import amounts, ids, sources
from crmlib.report.checks import RETURNED
from crmlib.report.columns import USUAL, guess
from crmlib.report.problems import fault, listing, some_rows
from crmlib.report.settings import Settings

MARKETS = ("market", "segment", "group", "region", "country", "市场", "markt", "gruppe", "land")
ANSWERS = ("satisfaction", "sat", "csat", "score", "rating", "满意度", "zufriedenheit")
STAYED = (
    *("laterretained", "retained", "stayed", "stays", "active", "renewed", "stillcustomer"),
    *("留存", "geblieben", "nochkunde"),
)
COSTS = ("total", "cost", "costs", "costtoserve", "servicecost", "amount", "成本", "kosten")
NO = ("false", "no", "n", "0", "0.0", "否", "nein")


def read_survey(path: Path, settings: Settings, key: bytes | None) -> pd.DataFrame:
    """Read a survey: ``market``, ``satisfaction`` and ``later_retained``, one row per answer.

    Items ``basic_1`` …, ``latent_1`` … are read as numbers where they are there. A customer's
    column becomes ``customer_id``.

    Raises
    ------
    ReportError
    """
    raw = _table(path, settings)
    names = list(raw.columns)
    customer = _optional(names, settings, "survey.customer", USUAL["customer"], path)
    market = _optional(names, settings, "survey.market", MARKETS, path)
    answer = _needed(names, settings, "survey.satisfaction", ANSWERS, path)
    stayed = _needed(names, settings, "survey.retained", STAYED, path)
    table = pd.DataFrame(
        {
            "market": raw[market].astype("str").fillna("") if market else _("all"),
            "satisfaction": _numbers(raw[answer], path),
            "later_retained": _yes_or_no(raw[stayed], path),
        }
    )
    if customer:
        table["customer_id"] = _ids(raw[customer], key)
    for name in names:
        if name.rsplit("_", 1)[0] in ("basic", "latent") and name.rsplit("_", 1)[-1].isdigit():
            table[name] = _numbers(raw[name], path)
    return table.dropna(subset=["satisfaction", "later_retained"]).reset_index(drop=True)


def read_costs(path: Path, settings: Settings, key: bytes | None) -> pd.DataFrame:
    """Read the costs of serving customers: ``customer_id`` and ``total``, any number of rows each.

    Raises
    ------
    ReportError
    """
    raw = _table(path, settings)
    names = list(raw.columns)
    customer = _needed(names, settings, "costs.customer", USUAL["customer"], path)
    cost = _needed(names, settings, "costs.cost", COSTS, path)
    read = amounts.read_amounts(raw[cost], settings["reading.decimal"])
    if not read.readable.all():
        raise fault(
            _('{file}, column "{column}": {number} rows hold no readable amount.').format(
                file=path.name, column=cost, number=int((~read.readable).sum())
            ),
            rows=some_rows(raw[cost][~read.readable]),
            expected=_("numbers such as 1234.50"),
            todo=_("correct these rows, or name another column with costs.cost."),
        )
    table = pd.DataFrame({"customer_id": _ids(raw[customer], key), "total": read.cents / 100})
    return table[table["customer_id"] != ""].reset_index(drop=True)


def _table(path: Path, settings: Settings) -> pd.DataFrame:
    source = sources.recognise(str(path))
    if source.kind == "query":
        raise fault(
            _("{path} is a query; here a file is needed.").format(path=path),
            expected=_("a CSV or Parquet file"),
            todo=_("save the result of the query as a file."),
        )
    return sources.read_table(source, settings).frame


def _ids(cells: pd.Series, key: bytes | None) -> pd.Series:
    found, _notes = ids.read_ids(cells)
    return found if key is None else ids.pseudonyms(found, key)


def _optional(
    names: list[str], settings: Settings, setting: str, usual: Sequence[str], path: Path
) -> str | None:
    """Return the column that is set, else one with a usual name, if there is one."""
    wanted = settings[setting]
    if not wanted:
        return guess(names, usual)
    if wanted in names:
        return wanted
    near = difflib.get_close_matches(wanted, names, n=1)
    raise fault(
        _('{file} has no column "{name}" for {setting}. Its columns are: {columns}.').format(
            file=path.name, name=wanted, setting=setting, columns=listing(names)
        ),
        expected=_("one of these columns"),
        todo=_to_set(setting, near[0] if near else "…"),
    )


def _needed(
    names: list[str], settings: Settings, setting: str, usual: Sequence[str], path: Path
) -> str:
    found = _optional(names, settings, setting, usual, path)
    if found:
        return found
    raise fault(
        _(
            "{file} has no column with a usual name for {setting}. Its columns are: {columns}."
        ).format(file=path.name, setting=setting, columns=listing(names)),
        expected=_("a column such as {usual}").format(usual=listing(usual[:3])),
        todo=_to_set(setting, "…"),
    )


def _to_set(setting: str, column: str) -> str:
    return _('set {setting} = "{near}" in report.toml.').format(setting=setting, near=column)


def _numbers(cells: pd.Series, path: Path) -> pd.Series:
    numbers = pd.to_numeric(cells, errors="coerce").astype("float64")
    if numbers.notna().sum() == 0:
        raise fault(
            _('{file}, column "{column}" holds no numbers.').format(
                file=path.name, column=cells.name
            ),
            rows=some_rows(cells),
            expected=_("answers such as 1 to 7"),
            todo=_("name another column in report.toml."),
        )
    return numbers


def _yes_or_no(cells: pd.Series, path: Path) -> pd.Series:
    text = cells.astype("str").fillna("").str.strip().str.lower()
    yes, no = text.isin([*RETURNED, "1.0", "ja"]), text.isin(NO)
    strange = ~(yes | no) & (text != "")
    if strange.any() or not (yes.any() and no.any()):
        raise fault(
            _('{file}, column "{column}" does not say yes and no.').format(
                file=path.name, column=cells.name
            ),
            rows=some_rows(cells[strange]),
            expected=_("true and false, yes and no, or 1 and 0, both of them"),
            todo=_("name another column with survey.retained."),
        )
    return yes.where(yes | no).astype("object").where(yes | no, None).map({True: 1.0, False: 0.0})
