"""What a report says is true of its data: old shops, costs, surveys, models that were off."""

import html
import re
from contextlib import closing

import numpy as np
import pandas as pd
import pytest

from crmlib.report import making, reading, settings, side_files
from crmlib.report.doubts import doubts
from crmlib.report.html import headline
from crmlib.report.problems import ReportError
from crmlib.report.sections.concentration import concentration
from crmlib.report.sections.decisions import decisions
from crmlib.report.sections.decisions import groups as groups_to_test
from crmlib.report.sections.forecasts import Trial
from crmlib.report.sections.overview import overview
from crmlib.report.sections.profit import profit
from crmlib.report.sections.satisfied import satisfied
from crmlib.report.sections.segments import segments
from crmlib.report.sections.worth import Worth, worth
from crmlib.report.study import Study

DAYS = 760
START = pd.Timestamp("2022-10-03")


def shop(customers: int, old: float, slower_from: int = DAYS, wait: float = 60) -> pd.DataFrame:
    """Lines of orders; a part of the customers came before the file begins.

    From some day on everybody buys a third as often: no model can know.
    """
    draw = np.random.default_rng(5)
    came = np.where(
        draw.random(customers) < old,
        draw.integers(-500, 0, customers),
        draw.integers(0, DAYS, customers),
    )
    pace, stay = draw.gamma(1.5, 1 / wait, customers), draw.exponential(700, customers)
    rows = []
    for number, first in enumerate(came):
        day = float(first)
        while day < min(DAYS, first + stay[number]):
            if day >= 0:
                when = START + pd.Timedelta(days=int(day))
                country = "DE" if number % 4 else "CH"
                rows += [(f"c{number}", when, country, draw.lognormal(3, 0.6)) for _line in "ab"]
            day += 1 + draw.exponential((1 if day < slower_from else 3) / pace[number])
    table = pd.DataFrame(rows, columns=["customer", "date", "country", "amount"])
    return table.assign(amount=table["amount"].round(2))


def study_of(table: pd.DataFrame, folder, **options) -> Study:
    table.to_csv(folder / "purchases.csv", index=False)
    return Study(reading.read(folder / "purchases.csv", settings.read(**options)))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("shop")


@pytest.fixture(scope="module")
def lines() -> pd.DataFrame:
    return shop(900, old=0.4)


@pytest.fixture(scope="module")
def study(lines, folder) -> Study:
    return study_of(lines, folder)


def test_a_shop_whose_old_customers_appear_over_months_is_told_from_a_new_one(tmp_path):
    study = study_of(shop(900, old=0.4, wait=250), tmp_path)
    said = " ".join(doubts(study))
    firsts = study.customers["first"].dt.to_period("M").value_counts().sort_index()
    assert f"In the first 3 months of the file {firsts.iloc[:3].sum():,} customers" in said
    assert "older than the file" not in " ".join(
        doubts(study_of(shop(900, old=0.0, wait=250), tmp_path))
    )


def test_purchases_at_the_top_are_days_not_lines(study, lines):
    days = len(lines.drop_duplicates(["customer", "date"]))
    assert dict(headline(study))["purchase days"] == f"{days:,}"
    assert days < len(lines)


def test_returns_that_still_count_are_named_first(study, lines, tmp_path):
    assert overview(study).warnings == ()
    back = lines.iloc[::25].assign(amount=lambda table: -table["amount"])
    table = pd.concat([lines, back])
    said = overview(study_of(table, tmp_path)).warnings
    assert f"Returns of {-back['amount'].sum():,.2f}" in said[0]
    taken = study_of(table, tmp_path, rules__returns="take off")
    assert overview(taken).warnings == ()


@pytest.mark.parametrize("given", ["file", "query"])
def test_a_day_that_was_exported_twice_is_named(given, lines, tmp_path):
    day = lines["date"].value_counts().index[0]
    twice = lines[lines["date"] == day]
    table = pd.concat([lines, twice])
    study = study_of(table, tmp_path) if given == "file" else study_of_query(table, tmp_path)
    with closing(study.book):
        (said,) = [one.words for one in study.book.findings if one.code == "identical_rows"]
    assert f"exported twice: {day:%Y-%m-%d} ({len(twice)} of {2 * len(twice)} rows)" in said


def study_of_query(table: pd.DataFrame, folder) -> Study:
    table.to_parquet(folder / "purchases.parquet", index=False)
    query = f"SELECT * FROM '{(folder / 'purchases.parquet').as_posix()}'"
    return Study(reading.read(query, settings.read()))


def test_what_lately_and_often_mean_is_said_in_days(study, lines):
    days = (
        lines.drop_duplicates(["customer", "date"]).groupby("customer")["date"].agg(["max", "size"])
    )
    section = segments(study)
    last, least = re.search(r"at most (\d+) days.*on (\d+) days", section.points[0]).groups()
    silence = (lines["date"].max() - days["max"]).dt.days
    regulars = (silence <= int(last)) & (days["size"] >= int(least))
    assert f"{regulars.sum():,} regulars who were seen lately" in section.says


@pytest.fixture(scope="module")
def costs(lines, folder):
    each = pd.DataFrame({"customer": [*lines["customer"].unique(), "stranger"], "cost": 5})
    each.to_csv(folder / "costs.csv", index=False)
    return side_files.read_costs(folder / "costs.csv", settings.read(), None)


def test_costs_of_customers_who_were_not_chosen_are_no_losses(study, lines, costs, tmp_path):
    (tmp_path / "report.toml").write_text('[only]\ncountry = ["DE"]\n', encoding="utf-8")
    lines.to_csv(tmp_path / "all.csv", index=False)
    options = settings.read(tmp_path / "report.toml")
    chosen = Study(reading.read(tmp_path / "all.csv", options))
    section = profit(chosen, costs)
    own = lines.loc[lines["country"] == "DE", "customer"].nunique()
    tables = {table.name: table.frame for table in section.tables}
    assert len(tables["profit_by_customer"]) == len(tables["costs"]) == own
    assert f"of the {own:,} customers" in section.says
    out = len(costs) - own
    assert f"{out:,} rows of costs ({5 * out:,.2f}) are left out" in " ".join(section.warnings)
    # with all customers chosen, costs without a purchase are a loss
    everybody = profit(study, costs)
    assert "1 rows of costs belong to customers without a purchase" in " ".join(everybody.warnings)
    assert f"of the {study.book.customers + 1:,} customers" in everybody.says


@pytest.mark.parametrize("column", ["Markt", "Farbe"])
def test_a_survey_is_told_by_group_or_says_that_there_is_none(column, tmp_path):
    draw = np.random.default_rng(1)
    table = pd.DataFrame(
        {
            column: draw.choice(["a", "b"], 300),
            "Zufriedenheit": draw.integers(1, 8, 300),
            "noch Kunde": draw.choice(["ja", "nein"], 300),
        }
    )
    table.to_csv(tmp_path / "survey.csv", index=False)
    says = satisfied(side_files.read_survey(tmp_path / "survey.csv", settings.read(), None)).says
    assert "nan" not in says
    assert ("within the 2 groups" in says) == (column == "Markt")
    assert ("survey.market" in says) == (column == "Farbe")


def test_a_column_that_is_named_and_not_there_is_no_column_to_do_without(tmp_path):
    (tmp_path / "s.csv").write_text("market,sat,stayed\nA,3,yes\n", encoding="utf-8")
    with pytest.raises(ReportError, match=r'no column "markets" for survey.market') as told:
        side_files.read_survey(tmp_path / "s.csv", settings.read(survey__market="markets"), None)
    assert 'set survey.market = "market"' in str(told.value)


def test_values_carry_the_error_of_the_trial(quick_pictures, tmp_path):
    table = shop(900, old=0.0, slower_from=500)
    slower = study_of(table, tmp_path)
    trial = Trial(slower)
    bias = trial.reports[trial.first].totals.loc["model", "bias"]
    assert bias > 0.1
    said = " ".join(worth(slower, Worth(slower), trial).warnings)
    assert f"expected {bias:.0%} more repeat purchases than came" in said
    assert "The intervals do not hold this error: the values may be too high" in said
    # and the report hands the trial on to the section of values
    making.make(tmp_path / "purchases.csv", tmp_path / "report")
    assert html.escape(trial.miss()) in (tmp_path / "report" / "report.html").read_text("utf-8")


def test_no_price_of_a_customer_is_advised_without_a_margin(study, lines, tmp_path):
    said = " ".join(decisions(study, Worth(study)).points)
    assert "once the margin is known" in said
    assert "at most" not in said
    known = study_of(lines, tmp_path, model__margin=0.4)
    assert "at a margin of 40%" in " ".join(decisions(known, Worth(known)).points)


def test_customers_for_a_test_are_those_of_today(study, lines):
    days = (
        lines.drop_duplicates(["customer", "date"]).groupby("customer")["date"].agg(["max", "size"])
    )
    silence = (lines["date"].max() - days["max"]).dt.days
    found = {group.what: group.customers for group in groups_to_test(study)}
    assert found["an offer to win back the lost"] == (silence > 52 * 7).sum()
    once = (days["size"] == 1) & (silence <= 13 * 7)
    assert found["an invitation to a second purchase"] == once.sum()


def test_the_interval_of_concentration_does_not_depend_on_names(study, lines, tmp_path):
    other = {name: f"x{hash_of(name):07d}" for name in lines["customer"].unique()}
    renamed = study_of(lines.assign(customer=lines["customer"].map(other)), tmp_path)
    assert concentration(renamed).says == concentration(study).says


def hash_of(name: str) -> int:
    return int(name[1:]) * 7919 % 9_999_991
