"""The page that draws the world, docs/world.md, names every table, and nothing else."""

import re

from crmlib import cli
from crmlib.data.tables import TABLES
from crmlib.world import collect, scenarios
from tests.helpers.tree import ROOT

PAGE = (ROOT / "docs" / "world.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^python -m crmlib (.*)$", PAGE, re.M)
PICTURES = re.findall(r"^```mermaid\n(.*?)^```", PAGE, re.M | re.S)
SYNTHETIC = [table for table in TABLES if table.origin == "synthetic"]


def test_every_synthetic_table_has_its_population():
    part = PAGE.split("## The populations")[1].split("\n## ")[0]
    named = re.findall(r"`(\w+)`", part)
    assert sorted(named) == sorted(table.name for table in SYNTHETIC)


def test_a_table_stands_with_the_key_that_it_has():
    for line in PAGE.split("## The populations")[1].split("\n## ")[0].splitlines():
        key = re.search(r"\| (customer_id|contract_id|person_id|account_id) \|", line)
        for table in SYNTHETIC if key else ():
            if f"`{table.name}`" in line:
                columns = {column.name for column in table.columns}
                # crm_raw hides the customer's number: that is its point
                assert key[1] in columns or table.name == "crm_raw", table.name


def test_names_with_an_underscore_are_columns_or_tables():
    known = {column.name for table in SYNTHETIC for column in table.columns}
    known |= {table.name for table in SYNTHETIC} | {"data_card", "market_shares", "CRMLIB_DATA"}
    prose = re.sub(r"\]\(.*?\)", "", PAGE)
    assert set(re.findall(r"\b[A-Za-z]\w*_\w+\b", prose)) - known == set()


def test_every_arrow_joins_boxes_that_have_a_text():
    assert len(PICTURES) == 6
    for picture in PICTURES:
        lines = picture.splitlines()
        assert lines[0] == "flowchart LR"
        boxes = set(re.findall(r'(\w+)(?:\["|\(")', picture))
        for line in lines[1:]:
            ends = re.fullmatch(
                r'  (\w+)\S*?.*? --(?: "[^"]+" --)?> (\w+)(?:\["[^"]+"\]|\("[^"]+"\))?', line
            )
            assert ends, line
            assert set(ends.groups()) <= boxes, line


def test_the_commands_use_options_and_scenarios_that_exist():
    assert len(COMMANDS) == 4
    for line in COMMANDS:
        name, *words = line.split()
        options = cli.commands.commands[name].make_context(name, words).params
        assert options["scenario"] in {None, "other.toml", *scenarios.shipped()}
        assert set(options["tables"] or ()) <= {table.name for table in SYNTHETIC}


def test_the_scenario_of_the_page_is_one(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text(re.search(r"```toml\n(.*?)```", PAGE, re.S)[1], encoding="utf-8")
    assert collect(file)["purchases.a"] == 1.4
