"""What the generator says to a wrong table, parameter, scenario, seed or folder."""

import pytest

from crmlib import data
from crmlib.world import ParameterError, World, collect, generate
from crmlib.world.parameters import Parameter, Parameters


def test_an_unknown_table_is_told_the_names():
    with pytest.raises(ValueError, match=r'no table "transaction". Allowed: transactions'):
        generate(customers=200, tables=["transaction"])


def test_an_unknown_table_is_found_before_any_is_made():
    with pytest.raises(ValueError, match="no table"):
        generate(customers=10**9, tables=["customers", "customer"])


@pytest.mark.parametrize("seed", [-1, 1.5, "1", True, None])
def test_a_seed_is_a_whole_number(seed):
    with pytest.raises(ValueError, match=r"seed is .*whole number, 0 or more"):
        World(seed=seed)


@pytest.mark.parametrize("customers", [0, 199, 8000.0, "8000"])
def test_customers_are_a_whole_number_and_enough(customers):
    with pytest.raises(ValueError, match=r"customers is .*whole number, 200 or more"):
        generate(customers=customers)


@pytest.mark.parametrize(
    ("scenario", "text"),
    [
        ({"purchases.rr": 1}, 'no parameter "purchases.rr". Allowed: .*purchases.r'),
        ({"purchase": {"alpha": 1}}, 'no parameter "purchase.alpha". Allowed: .*purchases.alpha'),
        ({"nothing": {"here": 1}}, "Allowed: .*purchases.…"),
        ({"purchases.r": -1}, "purchases.r is -1; allowed: 0.05 to 20. It is: shape"),
        ({"purchases.r": "much"}, "purchases.r is 'much'; expected: a number"),
        ({"purchases.r": float("nan")}, "expected: a number"),
        ({"purchases.r": True}, "expected: a number"),
        ({"customers.first_week": 40.5}, "expected: a whole number"),
        ({"loyalty.app_share": {"E": 0.5}}, "expected: entries: A, B, C, D"),
        ({"loyalty.app_share": 0.5}, "expected: entries: A, B, C, D"),
        ({"loyalty.app_share": {"A": 2}}, "loyalty.app_share is 2; allowed: 0.0 to 1.0"),
        ({"loyalty.market_shares": {"A": 0.5}}, "add up to 1.25; they must add up to 1"),
        ({"purchases.discount_shares": [1, 0]}, "expected: a list of 4 entries"),
        ({"customers.city_tier_shares": {"A": [0.5, 0.5, 0.5]}}, "add up to 1.5"),
    ],
)
def test_a_wrong_parameter_is_told_which_and_why(scenario, text):
    with pytest.raises(ParameterError, match=text):
        collect(scenario)


def test_an_unknown_scenario_is_told_the_names():
    with pytest.raises(ValueError, match=r'no scenario "luxurious". Allowed: luxury, telecom'):
        collect("luxurious")


def test_a_scenario_has_sections(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("r = 0.3", encoding="utf-8")
    with pytest.raises(ValueError, match=r"has sections.*r = 0.3"):
        collect(file)


def test_a_scenario_that_is_no_toml_is_named(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[purchases", encoding="utf-8")
    with pytest.raises(ValueError, match=r"mine\.toml cannot be read"):
        collect(str(file))


def test_a_scenario_file_of_ones_own_is_read(tmp_path):
    file = tmp_path / "mine.toml"
    file.write_text("[purchases]\nr = 0.3\n[loyalty]\napp_share = { A = 0.5 }", encoding="utf-8")
    found = collect(file)
    assert found["purchases.r"] == 0.3
    assert found["loyalty.app_share"] == {"A": 0.5, "B": 0.3, "C": 0.7, "D": 0.9}


def test_parameters_cannot_be_changed():
    found = collect()
    with pytest.raises(TypeError):
        found["purchases.r"] = 1
    with pytest.raises(KeyError, match=r"purchases.r"):
        found["purchases.rr"]


def test_two_parameters_of_one_name_are_refused():
    one = Parameter("a.b", 1, "something", "", "customers", 0, 2)
    with pytest.raises(ParameterError, match=r"a.b"):
        Parameters((one, one))


def test_an_unknown_truth_is_told_the_nearest():
    with pytest.raises(ValueError, match=r'no truth "purchase.r". Did you mean: .*purchases.r'):
        data.truth("purchase.r")


def test_an_unknown_latent_table_is_told_the_nearest():
    with pytest.raises(ValueError, match="truth/customers"):
        data.truth_table("customer")


def test_another_company_has_its_own_truth(tmp_path, monkeypatch):
    monkeypatch.setenv("CRMLIB_DATA", str(tmp_path))
    with pytest.raises(FileNotFoundError, match=r"truth\.json"):
        data.truth("purchases.r")
    with pytest.raises(FileNotFoundError, match="customers"):
        data.truth_table("customers")
