"""Audit cases of the raw records, the five states and the contacts."""

from functools import lru_cache

import numpy as np
import pandas as pd
import statsmodels.api as sm

from crmlib.world import World
from crmlib.world.records import SILOS
from crmlib.world.states import QUARTERS, STATES
from crmlib.world.touchpoints import TOPICS
from tests.helpers import estimators
from tests.helpers.audit import Estimate, Numbers, Recovery, Trap

FEW_MISTAKES = 2


def silos(world: World) -> dict[str, Estimate]:
    p, records = world.parameters, world.table("crm_raw")
    owner = world.table("truth/crm_raw")["customer_id"]
    app = owner.map(world.table("customers").set_index("customer_id")["app_user"])
    used = pd.crosstab(owner, records["silo"]).astype(bool)
    is_user, count = app.groupby(owner).first(), used.sum(axis=1)
    shares = p["crm_raw.silo_count_shares"]
    found = estimators.shares(count, dict(zip((1, 2, 3), shares, strict=True)), "silos")
    named = {
        "service first": (used["service"][~is_user & (count == 1)], "service_first"),
        "second at shop": (used["shop"][is_user & (count == 2)], "second_at_shop"),
        "second of others": (~used["app"][~is_user & (count == 2)], "second_at_shop_or_service"),
    }
    for name, (values, parameter) in named.items():
        found |= estimators.shares(values, {True: p[f"crm_raw.{parameter}"]}, name)
    return found


def keys(world: World) -> dict[str, Estimate]:
    """Typos from pairs of one person's records that do not agree: both could be wrong."""
    p = world.parameters
    records = world.table("crm_raw").assign(owner=world.table("truth/crm_raw")["customer_id"])
    found = {}
    for key in ("name", "phone"):
        known = records.dropna(subset=f"{key}_key").sort_values("owner", kind="stable")
        place = known.groupby("owner").cumcount()
        first, second = (known[place == i].set_index("owner")[f"{key}_key"] for i in (0, 1))
        pairs = first[second.index]
        differ = (pairs != second).mean()
        typo = 1 - np.sqrt(1 - differ)
        error = np.sqrt(differ * (1 - differ) / len(pairs)) / (2 * (1 - typo))
        found[f"{key} typos"] = Estimate(typo, error, p["crm_raw.typo_rate"][key])
    for silo in SILOS:
        held = records[records["silo"] == silo]
        columns = ("name_key", "phone_key", "birth_year")
        for column, truth in zip(columns, p["crm_raw.missing"][silo], strict=True):
            found |= estimators.shares(held[column].isna(), {True: truth}, f"{silo} {column}")
    home = records["owner"].map(world.table("customers").set_index("customer_id")["district"])
    old = {True: p["crm_raw.old_district"]}
    return found | estimators.shares(home != records["district"], old, "old district")


@lru_cache(maxsize=3)
def linked(world: World) -> int:
    """Count persons: records of two silos are one person's if several keys agree."""
    records = world.table("crm_raw")
    pairs = pd.concat(
        [
            records.merge(records, on=key, suffixes=("", "_2")).assign(
                **{f"{key}_2": lambda both, key=key: both[key]}
            )
            for key in ("phone_key", "name_key")
        ]
    )
    pairs = pairs[pairs["silo"] < pairs["silo_2"]].drop_duplicates(["record_id", "record_id_2"])
    names = [
        pd.isna(one) or pd.isna(other) or _near(one, other)
        for one, other in zip(pairs["name_key"], pairs["name_key_2"], strict=True)
    ]
    born_apart = (pairs["birth_year"] != pairs["birth_year_2"]).fillna(False).astype(bool)
    same_phone = pairs["phone_key"].eq(pairs["phone_key_2"]) & np.array(names) & ~born_apart
    phones = [
        pd.isna(one) or pd.isna(other) or _near(one, other)
        for one, other in zip(pairs["phone_key"], pairs["phone_key_2"], strict=True)
    ]
    same_home = pairs["district"].eq(pairs["district_2"])
    same_name = pairs["name_key"].eq(pairs["name_key_2"]) & np.array(phones)
    same = same_phone | (same_name & same_home & ~born_apart)
    parent = {record: record for record in records["record_id"]}

    def root(record: int) -> int:
        while parent[record] != record:
            record = parent[record]
        return record

    both = pairs.loc[same, ["record_id", "record_id_2"]].itertuples(index=False)
    for one, other in both:
        parent[root(one)] = root(other)
    return sum(parent[record] == record for record in parent)


def _near(one: str, other: str) -> bool:
    """Are two keys of one length the same but for two signs? (one typo, or two neighbours)"""
    differ = sum(a != b for a, b in zip(one, other, strict=False))
    return len(one) == len(other) and differ <= FEW_MISTAKES


def people(world: World) -> Numbers:
    """Customers counted, as a share of the true number: by exact name and phone, and by linking."""
    records = world.table("crm_raw")
    exact = len(records[["name_key", "phone_key"]].drop_duplicates())
    return Numbers(exact / world.customers, linked(world) / world.customers, 1.0)


def namesakes(world: World) -> Numbers:
    """The same, counted by different names."""
    records = world.table("crm_raw")
    names = records["name_key"].nunique()
    return Numbers(names / world.customers, linked(world) / world.customers, 1.0)


def passages(world: World) -> pd.DataFrame:
    """One row a person and quarter but the last: state, next state, quarters in it so far."""
    panel = world.table("state_panel").merge(world.table("truth/state_panel"))
    panel["following"] = panel["state"].shift(-1)
    same = panel["state"].eq(panel["state"].shift()) & (panel["quarter"] != QUARTERS[0])
    panel["lasted"] = panel.groupby((~same).cumsum()).cumcount() + 1
    return panel[panel["quarter"] != QUARTERS[-1]]


def chain(world: World) -> dict[str, Estimate]:
    p, steps = world.parameters, passages(world)
    found = {}
    for state in STATES:
        row = dict(zip(STATES, p["states.transition"][state], strict=True))
        from_here = steps[(steps["state"] == state) & ~steps["duration_dependent"]]
        found |= estimators.shares(from_here["following"], row, f"from {state}")
    panel = world.table("state_panel")
    first = panel.loc[panel["quarter"] == QUARTERS[0], "state"]
    return found | estimators.shares(first, p["states.start_shares"], "start")


def duration(world: World) -> dict[str, Estimate]:
    p, steps = world.parameters, passages(world)
    who = world.table("truth/state_panel")["duration_dependent"]
    found = estimators.shares(who, {True: p["states.duration_dependent_share"]}, "who")
    of_these = steps[steps["duration_dependent"] & (steps["state"] == "actual")]
    new = of_these["lasted"] <= p["states.new_quarters"]
    for name, group in (("new", of_these[new]), ("later", of_these[~new])):
        truth = {"lost": p["states.loss_by_duration"][name]}
        found |= estimators.shares(group["following"], truth, name)
    return found


@lru_cache(maxsize=3)
def contacts(world: World) -> pd.DataFrame:
    """One row a person and quarter: state, numbers of contacts; outcomes where there are rows."""
    rows = world.table("touchpoints")
    keys = ["person_id", "quarter"]
    count = pd.crosstab([rows["person_id"], rows["quarter"]], rows["direction"]).reset_index()
    outcomes = rows.groupby(keys)[["responded", "opted_out"]].first().reset_index()
    return (
        world.table("state_panel")
        .merge(count, how="left", on=keys)
        .merge(outcomes, how="left", on=keys)
    )


def response(world: World) -> dict[str, Estimate]:
    p, seen = world.parameters, contacts(world).dropna(subset="responded")
    away = -((seen["outbound"] - p["touchpoints.best_count"]) ** 2)
    states = pd.get_dummies(seen["state"], dtype=float)
    fit = sm.Logit(seen["responded"].astype(float), states.assign(away=away)).fit(disp=0)
    truth = {**p["touchpoints.response"], "away": p["touchpoints.wear_out"]}
    found = {
        f"response: {name}": Estimate(fit.params[name], fit.bse[name], true)
        for name, true in truth.items()
    }
    best, error = _best_count(seen, states)
    return found | {"best count": Estimate(best, error, p["touchpoints.best_count"])}


def _best_count(seen: pd.DataFrame, states: pd.DataFrame) -> tuple[float, float]:
    """Return where the parabola of a logit on the number of contacts is highest."""
    n = seen["outbound"].astype(float)
    fit = sm.Logit(seen["responded"].astype(float), states.assign(n=n, square=n**2)).fit(disp=0)
    linear, square = fit.params["n"], fit.params["square"]
    slopes = np.array([-1 / (2 * square), linear / (2 * square**2)])
    covariance = fit.cov_params().loc[["n", "square"], ["n", "square"]].to_numpy()
    return -linear / (2 * square), np.sqrt(slopes @ covariance @ slopes)


def best_number(world: World) -> Numbers:
    seen = contacts(world).dropna(subset="responded")
    everybody = pd.DataFrame({"const": np.ones(len(seen))}, index=seen.index)
    return Numbers(
        naive=_best_count(seen, everybody)[0],
        right=_best_count(seen, pd.get_dummies(seen["state"], dtype=float))[0],
        truth=world.parameters["touchpoints.best_count"],
    )


def volume(world: World) -> dict[str, Estimate]:
    """Rates of contacts by state; the firm's only as long as nobody has opted out."""
    p, everybody = world.parameters, contacts(world).copy()
    everybody[["outbound", "inbound"]] = everybody[["outbound", "inbound"]].fillna(0)
    out = everybody["opted_out"].fillna(False).astype(int)
    gone = (out.groupby(everybody["person_id"]).cumsum() - out) > 0
    found = {}
    for state in STATES:
        here = everybody["state"] == state
        mean = p["touchpoints.outbound_rate"][state]
        found |= estimators.mean(everybody["outbound"][here & ~gone], mean, f"outbound, {state}")
        mean = p["touchpoints.inbound_rate"][state]
        found |= estimators.mean(everybody["inbound"][here], mean, f"inbound, {state}")
    many = everybody["outbound"] > p["touchpoints.too_many_above"]
    few = (everybody["outbound"] > 0) & ~many
    for name, group in (("up to it", few), ("above it", many)):
        truth = {True: p["touchpoints.opt_out"][name]}
        found |= estimators.shares(everybody["opted_out"][group].astype(bool), truth, name)
    return found | _spread(world, everybody[~gone])


def _spread(world: World, frame: pd.DataFrame) -> dict[str, Estimate]:
    """The variance of the numbers beyond Poisson is mean squared over shape."""
    p = world.parameters
    actual = frame.loc[frame["state"] == "actual", "outbound"].to_numpy(float)
    mean = p["touchpoints.outbound_rate"]["actual"]
    extra = (actual * (actual - 1)) / mean**2 - 1
    truth = 1 / p["touchpoints.outbound_shape"]
    return estimators.mean(extra, truth, "1 / shape of the firm's rates")


def rows(world: World) -> dict[str, Estimate]:
    p, table = world.parameters, world.table("touchpoints")
    found = {}
    for direction, group in table.groupby("direction"):
        for column, names in (
            ("channel", list(p["touchpoints.minutes"])),
            ("topic", TOPICS[direction]),
        ):
            truth = dict(zip(names, p[f"touchpoints.{column}_shares"][direction], strict=True))
            found |= estimators.shares(group[column], truth, f"{direction} {column}")
    for channel in ("email", "phone", "shop", "service desk"):
        minutes = table.loc[table["channel"] == channel, "minutes"]
        truth = p["touchpoints.minutes"][channel]
        found |= estimators.mean(minutes, truth, f"minutes, {channel}")
    return found


CASES = (
    Recovery("records: who is in which silo", silos),
    Recovery("records: typos, empty and old keys", keys),
    Trap("records: equal keys count people twice", people, 0.05, 0.015, +1),
    Trap("records: equal names make strangers one", namesakes, 0.1, 0.015, -1),
    Recovery("states: passages of those who follow the chain", chain),
    Recovery("states: losses of the others by duration", duration),
    Recovery("contacts: response by state and number", response),
    Recovery("contacts: numbers and opt-out", volume),
    Recovery("contacts: channels, topics, minutes", rows),
    Trap("T3 who is contacted most responds anyway", best_number, 0.5, 0.45, +1),
)
