"""Which columns hold the customer, the day and the amount: by option, or by a usual name."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass

from crmlib.core.i18n import gettext as _
from crmlib.report.problems import ReportError, fault, listing
from crmlib.report.settings import Settings

# Usual names, most telling first, without capitals, blanks and signs.
USUAL = {
    "customer": (
        *("customerid", "customer", "custid", "clientid", "client", "memberid", "userid", "user"),
        *("buyerid", "accountid", "shopperid", "contactid", "customernumber", "customerno"),
        *(
            "kundennummer",
            "kundennr",
            "kunde",
            "kundenid",
            "客户编号",
            "客户id",
            "客户",
            "会员编号",
        ),
        *("会员号", "会员id", "用户id", "用户编号", "顾客编号", "email"),
    ),
    "date": (
        *("date", "orderdate", "purchasedate", "invoicedate", "transactiondate", "day", "time"),
        *("datetime", "timestamp", "createdat", "orderedat", "saledate", "datum", "bestelldatum"),
        *("rechnungsdatum", "日期", "订单日期", "购买日期", "交易日期", "下单时间", "交易时间"),
    ),
    "amount": (
        *("amount", "total", "totalamount", "orderamount", "ordertotal", "revenue", "sales"),
        *("netamount", "grossamount", "value", "ordervalue", "turnover", "spend", "betrag"),
        *("umsatz", "summe", "金额", "订单金额", "销售额", "交易金额", "实付金额", "消费金额"),
    ),
    "quantity": ("quantity", "qty", "pieces", "units", "menge", "anzahl", "数量"),
    "price": ("unitprice", "price", "priceperunit", "einzelpreis", "preis", "单价"),
    "currency": ("currency", "currencycode", "währung", "币种", "货币"),
    "country": ("country", "countrycode", "land", "国家"),
    "returned": ("returned", "cancelled", "canceled", "refunded", "status", "orderstatus", "退货"),
}
NEEDED = ("customer", "date", "amount")
OPTIONAL = ("quantity", "currency", "country", "returned")


@dataclass(frozen=True)
class Columns:
    """The columns taken.

    Attributes
    ----------
    customer, date : str
    amount : tuple of str
        One column, or quantity and price: the amount is their product.
    quantity, currency, country, returned : str or None
    why : dict
        For each part, the reason in words.
    """

    customer: str
    date: str
    amount: tuple[str, ...]
    quantity: str | None
    currency: str | None
    country: str | None
    returned: str | None
    why: dict[str, str]

    def used(self) -> list[str]:
        """Return the names of all columns that the report looks at."""
        extra = [self.quantity, self.currency, self.country, self.returned]
        return list(dict.fromkeys([self.customer, self.date, *self.amount, *filter(None, extra)]))


def choose(names: Sequence[str], settings: Settings) -> Columns:
    """Choose the columns: what is set, else a usual name.

    Parameters
    ----------
    names : sequence of str
        The columns of the table.
    settings : Settings
        ``columns.…``.

    Returns
    -------
    Columns

    Raises
    ------
    ReportError
        When a column is not there, or none has a usual name.

    Examples
    --------
    >>> from crmlib.report import settings
    >>> found = choose(["InvoiceNo", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID"],
    ...                settings.read())
    >>> found.customer, found.date, found.amount
    ('CustomerID', 'InvoiceDate', ('Quantity', 'UnitPrice'))
    """
    names, why = list(names), {}
    found: dict[str, str | None] = {}
    for part in ("customer", "date", *OPTIONAL):
        found[part], why[part] = _one(part, names, settings)
    for part in ("customer", "date"):
        if found[part] is None:
            raise _not_found(part, names)
    amount, why["amount"] = _amount(names, settings, found["quantity"])
    taken = [found["customer"], found["date"], *amount]
    if len(set(taken)) < len(taken):
        raise fault(
            _("Two parts take the same column: {columns}.").format(columns=listing(taken)),
            expected=_("different columns for customer, date and amount"),
            todo=_("name the right ones with --customer, --date and --amount."),
        )
    return Columns(amount=amount, why={k: v for k, v in why.items() if v}, **found)


def guess(names: Sequence[str], usual: Sequence[str]) -> str | None:
    """Return the first column that has one of the usual names, the most telling first."""
    plain = {_plain(name): name for name in reversed(names)}
    return next((plain[name] for name in usual if name in plain), None)


def _one(part: str, names: list[str], settings: Settings) -> tuple[str | None, str]:
    wanted = settings[f"columns.{part}"]
    if wanted:
        return _there(wanted, names, part), _("you named it")
    found = guess(names, USUAL[part])
    return found, _("its name is usual for it") if found else ""


def _amount(
    names: list[str], settings: Settings, quantity: str | None
) -> tuple[tuple[str, ...], str]:
    wanted = settings["columns.amount"]
    if wanted and wanted not in names and "*" in wanted:
        parts = tuple(_there(part.strip(), names, "amount") for part in wanted.split("*"))
        if len(parts) != 2:
            raise fault(
                _("The amount is {wanted!r}.").format(wanted=wanted),
                expected=_("one column, or two: quantity * price"),
                todo=_("change --amount."),
            )
        return parts, _("you named both; their product is the amount")
    if wanted:
        return (_there(wanted, names, "amount"),), _("you named it")
    if found := guess(names, USUAL["amount"]):
        return (found,), _("its name is usual for it")
    price = guess(names, USUAL["price"])
    if price and quantity:
        return (quantity, price), _("no column of amounts: quantity times price per piece")
    raise _not_found("amount", names)


def _there(wanted: str, names: list[str], part: str) -> str:
    if wanted in names:
        return wanted
    near = difflib.get_close_matches(wanted, names, n=1, cutoff=0.6)
    hint = _(' Did you mean "{near}"?').format(near=near[0]) if near else ""
    raise fault(
        _('There is no column "{name}".').format(name=wanted) + hint,
        expected=_("one of {columns}").format(columns=listing(names)),
        todo=_("change --{part} (or columns.{part} in report.toml).").format(part=part),
    )


def _not_found(part: str, names: list[str]) -> ReportError:
    what = {
        "customer": _("No column has a usual name for the customer's id."),
        "date": _("No column has a usual name for the date of purchase."),
        "amount": _("No column has a usual name for the amount."),
    }[part]
    return fault(
        what + " " + _("The columns are: {columns}.").format(columns=listing(names)),
        expected=_(
            "a first line with the names of the columns, one of them such as {usual}"
        ).format(usual=listing(USUAL[part][:4])),
        todo=_("name the column: --{part} COLUMN.").format(part=part),
    )


def _plain(name: str) -> str:
    return re.sub(r"[\s_\-./#()]+", "", str(name)).lower()
