"""First the data: what was read, what was set aside and why, what was only flagged."""

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.report.checks import is_partial
from crmlib.report.findings import table_of
from crmlib.report.pages import Column, Section, Table
from crmlib.report.pictures import by_month, picture
from crmlib.report.settings import TAKE_OFF
from crmlib.report.study import Study

CODE = (
    """pd.read_csv("tables/reconciliation.csv")""",
    """pd.read_csv("tables/data_checks.csv")""",
    """purchases.groupby(purchases["date"].dt.to_period("M"))["amount"].sum()""",
)
NO_TRIFLE = 0.005  # part of the revenue
PARTS = ("customer", "date", "amount", "quantity", "currency", "country", "returned")


def overview(study: Study) -> Section:
    """Return the section; it is always there."""
    book = study.book
    aside = [one for one in book.findings if one.kind == "set aside"]
    flagged = [one for one in book.findings if one.kind == "flagged"]
    rows = sum(one.rows for one in aside)
    months = study.months
    figure = picture(
        "months",
        _("Money by month; a month that is not whole is pale"),
        _("Bars of the money of each month from {first} to {last}.").format(
            first=months.index[0], last=months.index[-1]
        ),
        by_month(months, is_partial(book.last)),
    )
    text = _(
        "{name} has {read:,} rows: {used:,} are used and {aside:,} were set aside; matters that "
        "were only flagged: {number}. What is used adds up to {money}, from {customers:,} "
        "customers and from {first} to {last}."
    )
    return Section(
        name="data",
        title=_("First the data: what was read, and what was done to it"),
        says=text.format(
            read=book.rows_read, name=book.name, used=book.rows, aside=rows, number=len(flagged),
            money=book.money(book.cents), customers=book.customers,
            first=f"{book.first:%Y-%m-%d}", last=f"{book.last:%Y-%m-%d}",
        ),
        cannot=_(
            "It cannot say what the file does not hold: purchases by cash without a name, other "
            "channels, customers who were deleted. Every rule can be changed in report.toml; the "
            "name of the setting stands beside it."
        ),
        shown=(_columns(study), _reconciliation(study), _checks(study), figure),
        warnings=(
            *(one.words for one in flagged if one.code == "currencies"),
            *_before_returns(study),
        ),
        points=book.notes,
        code=CODE,
    )  # fmt: skip


def _before_returns(study: Study) -> list[str]:
    """Say that money which went back to customers still counts, where it is not a trifle."""
    book = study.book
    back = sum(-one.cents for one in book.findings if one.code == "returns")
    if book.settings["rules.returns"] == TAKE_OFF or back < NO_TRIFLE * book.cents:
        return []
    return [
        _(
            "Returns of {money} ({share:.1%} of the revenue) were set aside and not taken off: all "
            'sums below are before returns. To take them off, set rules.returns = "take off".'
        ).format(money=book.money(back), share=back / book.cents)
    ]


def _columns(study: Study) -> Table:
    columns = study.book.columns
    what = {
        "customer": _("customer's id"), "date": _("day of purchase"), "amount": _("amount"),
        "quantity": _("number of pieces"), "currency": _("currency"), "country": _("country"),
        "returned": _("marked as returned"),
    }  # fmt: skip
    rows = []
    for part in PARTS:
        taken = getattr(columns, part)
        taken = " × ".join(taken) if isinstance(taken, tuple) else taken
        if taken:
            rows.append((what[part], taken, columns.why.get(part, ""), f"columns.{part}"))
    return Table(
        "columns",
        _("The columns that were taken, and why"),
        pd.DataFrame(rows, columns=["part", "column", "why", "setting"]),
        {
            "part": Column(_("what"), "text"),
            "column": Column(_("column"), "code"),
            "why": Column(_("why"), "text"),
            "setting": Column(_("setting"), "code"),
        },
    )


def _reconciliation(study: Study) -> Table:
    frame = study.book.reconciliation()
    frame = frame.assign(amount=frame["cents"] / 100).drop(columns="cents")
    return Table(
        "reconciliation",
        _("From the whole file to what is used: it adds up to the cent"),
        frame,
        {
            "step": Column(_("step"), "text"),
            "rows": Column(_("rows"), "whole"),
            "amount": Column(_("amount"), "money"),
        },
    )


def _checks(study: Study) -> Table:
    frame = table_of(study.book.findings)
    kinds = {
        "set aside": _("set aside"), "taken off": _("taken off"), "flagged": _("only flagged"),
    }  # fmt: skip
    return Table(
        "data_checks",
        _("What was found, what was done, and which setting changes it")
        if len(frame)
        else _("Nothing was set aside, and nothing was flagged"),
        frame.assign(done=frame["kind"].map(kinds)),
        {
            "what": Column(_("what"), "text"),
            "done": Column(_("done"), "text"),
            "rows": Column(_("rows"), "whole"),
            "amount": Column(_("amount"), "money"),
            "setting": Column(_("setting"), "code"),
            "value": Column(_("is now"), "text"),
            "file": Column(_("rows kept in"), "code"),
        },
    )
