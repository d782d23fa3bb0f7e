"""A file of purchases as shops really export them: ugly, but with a known account.

Ids are texts, some missing, some hostile; dates come in four ways; amounts are quantity times
price, some negative (cancellations), some unreadable; rows repeat; there are several countries; the
last month is not whole; one date is mistyped.
"""

import csv
import io
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    '=HYPERLINK("https://example.org","x")',
    "@SUM(1+1)",
    "-2+3",
    "Mei 梅 & Söhne",
    "{{ 7*7 }}",
)
HEADER = (
    "InvoiceNo", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country",
)  # fmt: skip
FIRST, LAST = pd.Timestamp("2022-01-03"), pd.Timestamp("2023-08-12")


@dataclass(frozen=True)
class Ugly:
    """The text of the file, and what is known about it: rows of each kind, exact sums."""

    text: str
    rows: dict[str, int]
    cents: dict[str, int]


def ugly(customers: int = 320, seed: int = 7) -> Ugly:
    """Make the file."""
    random = np.random.default_rng(seed)
    lines, kinds = [], []
    for number in range(customers):
        name = HOSTILE[number] if number < len(HOSTILE) else f"C-{number:04d}"
        for day in _days(random):
            lines.append(_line(random, name, day))
            kinds.append("used")
    _spoil(random, lines, kinds)
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(HEADER)
    writer.writerows(lines)
    rows: dict[str, int] = {}
    cents: dict[str, int] = {}
    for line, kind in zip(lines, kinds, strict=True):
        rows[kind] = rows.get(kind, 0) + 1
        cents[kind] = cents.get(kind, 0) + exact_cents(line)
    return Ugly(buffer.getvalue(), rows, cents)


def exact_cents(line: list[str]) -> int:
    """The row's amount in cents, by exact arithmetic; 0 where it is no number."""
    try:
        return int(Decimal(line[2]) * Decimal(line[4]) * 100)
    except ArithmeticError:
        return 0


def _days(random: np.random.Generator) -> list[pd.Timestamp]:
    """Purchase days of one customer: a rate of one's own, and a chance to leave."""
    day = FIRST + pd.Timedelta(days=int(random.integers(0, 480)))
    rate, days = random.gamma(0.8, 0.045) + 1e-4, []
    while day <= LAST:
        days.append(day)
        if random.random() < 0.12:
            break
        day += pd.Timedelta(days=1 + int(min(2000, random.exponential(1 / rate))))
    return days


def _line(random: np.random.Generator, name: str, day: pd.Timestamp) -> list[str]:
    price = f"{random.gamma(4, 4) + 0.5:.2f}"
    country = random.choice(["United Kingdom", "France", "EIRE"], p=[0.8, 0.15, 0.05])
    written = (f"{day:%Y-%m-%d}", f"{day:%d/%m/%Y} 8:26", f"{day.day} {day:%b %Y}", f"{day:%Y%m%d}")
    return [
        str(536365 + int(random.integers(0, 9999))), "MUG; white, 2 pcs",
        str(int(random.integers(1, 6))), written[int(random.integers(0, 4))], price, name, country,
    ]  # fmt: skip


def _spoil(random: np.random.Generator, lines: list[list[str]], kinds: list[str]) -> None:
    """Spoil some rows, each in one way, and add repeated ones."""
    places = random.permutation(len(lines))[:160]
    for count, place in enumerate(places):
        line = lines[place]
        if count < 60:
            line[5], kinds[place] = ("", " ", "NULL")[count % 3], "missing_ids"
        elif count < 110:
            line[0], line[2], kinds[place] = f"C{line[0]}", f"-{line[2]}", "returns"
        elif count < 130:
            line[3], kinds[place] = ("", "yesterday", "31/02/2023")[count % 3], "unreadable_dates"
        elif count < 145:
            line[4], kinds[place] = ("free", "")[count % 2], "unreadable_amounts"
        elif count < 146:
            line[3], kinds[place] = "2032-05-01", "stray_dates"
        elif kinds[place] == "used":
            lines.append(list(line))
            kinds.append("used")
