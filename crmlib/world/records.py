"""The raw customer records: three silos that know the same people by different names.

The shop's cards, the app's accounts and the service desk's files were never joined. Most customers
are in one of them, some in two or three. Keys are misspelt, empty or old; names are shared by
strangers, phones within families.

The subtle point: equal keys do not mean one person, and different keys do not mean two. Only by
several keys together can the customers be counted.
"""

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from crmlib.core.i18n import mark as N_
from crmlib.world import clock
from crmlib.world.customers import AGE_BANDS, DISTRICTS_PER_MARKET
from crmlib.world.parameters import Derived, Parameter

if TYPE_CHECKING:
    from crmlib.world.company import World

SILOS = ("shop", "app", "service")
LETTERS = {"shop": "S", "app": "A", "service": "V"}
YOUNGEST = (18, 25, 35, 45, 55)  # of each age band, at the end of observation
OLDEST = (24, 34, 44, 54, 80)
SURNAMES = (
    *("wang", "li", "zhang", "liu", "chen", "yang", "huang", "zhao", "wu", "zhou", "xu"),
    *("sun", "ma", "zhu", "hu", "guo", "he", "gao", "lin", "luo", "zheng", "liang"),
    *("xie", "song", "tang", "deng", "han", "feng", "cao", "peng", "zeng", "xiao", "tian"),
    *("dong", "pan", "yuan", "cai", "jiang", "yu", "du"),
)
SYLLABLES = (
    *("wei", "fang", "na", "min", "jing", "xiu", "ying", "li", "qiang", "lei", "jun"),
    *("yan", "yong", "juan", "tao", "ming", "chao", "jie", "hua", "ping", "gang", "gui"),
    *("xin", "ling", "mei", "hong", "bo", "lan", "yun", "hai", "peng", "bin", "fei"),
    *("xue", "rui", "qing", "ning", "shan", "dan", "feng", "kai", "long", "ya", "wen"),
    *("jian", "guo", "zhi", "yi", "xiang", "cheng", "hao", "tian", "si", "yu", "zi"),
    *("han", "ze", "mo"),
)

PARAMETERS = (
    Parameter(
        "crm_raw.silo_count_shares",
        (0.79, 0.18, 0.03),
        N_("shares of the customers who are in one, two and three silos"),
        "",
        "crm_raw",
        0.0,
        1.0,
        total=1.0,
    ),
    Parameter(
        "crm_raw.service_first",
        0.15,
        N_("share in which the first record is at the service desk, of those without the app"),
        "",
        "crm_raw",
        0.01,
        0.99,
    ),
    Parameter(
        "crm_raw.second_at_shop_or_service",
        0.9,
        N_(
            "share in which the second record of a customer without the app, who has two, is at "
            "the shop or the service desk; the rest once opened an account in the app"
        ),
        "",
        "crm_raw",
        0.01,
        0.99,
    ),
    Parameter(
        "crm_raw.second_at_shop",
        0.7,
        N_("share in which the second record of an app user who has two is at the shop"),
        "",
        "crm_raw",
        0.01,
        0.99,
    ),
    Parameter(
        "crm_raw.typo_rate",
        {"name": 0.06, "phone": 0.06},
        N_("share of the records whose key is misspelt, of those that have it"),
        "",
        "crm_raw",
        0.0,
        0.5,
    ),
    Parameter(
        "crm_raw.missing",
        {"shop": (0.02, 0.06, 0.4), "app": (0.1, 0.0, 0.15), "service": (0.03, 0.02, 0.6)},
        N_("shares of the records of each silo that lack the name, the phone, the year of birth"),
        "",
        "crm_raw",
        0.0,
        0.95,
    ),
    Parameter(
        "crm_raw.old_district",
        0.05,
        N_("share of the records that hold a former district, in the same market"),
        "",
        "crm_raw",
        0.0,
        0.9,
    ),
    Parameter(
        "crm_raw.family_phone",
        0.03,
        N_("share of the customers who gave the phone of a relative, who is a customer too"),
        "",
        "crm_raw",
        0.0,
        0.5,
    ),
    Parameter(
        "crm_raw.updated_mean",
        400.0,
        N_("mean time since a record was last looked after, before it is cut at its first day"),
        N_("days"),
        "crm_raw",
        1,
        10_000,
    ),
)


def _people(world: "World") -> pd.DataFrame:
    """Return the true keys of every customer."""
    customers, n = world.table("customers"), world.customers

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"crm_raw/{part}")

    surname = _common_first(SURNAMES, 0.9, draw("surname"), n)
    first = _common_first(SYLLABLES, 0.5, draw("first syllable"), n)
    second = _common_first(SYLLABLES, 0.5, draw("second syllable"), n)
    second[draw("short name").random(n) < 0.15] = ""
    phone = draw("phone").integers(10**7, 10**8, n)
    # relatives are neighbours in the list when it is sorted by district
    order = np.argsort(customers["district"].to_numpy(), kind="stable")
    district = customers["district"].to_numpy()[order]
    shares = draw("family").random(n) < world.parameters["crm_raw.family_phone"]
    takes = np.flatnonzero(shares[1:] & (district[1:] == district[:-1])) + 1
    phone[order[takes]] = phone[order[takes - 1]]
    surname[order[takes]] = surname[order[takes - 1]]
    band = pd.Categorical(customers["age_band"], categories=AGE_BANDS).codes
    age = draw("age").integers(np.array(YOUNGEST)[band], np.array(OLDEST)[band], n, endpoint=True)
    return pd.DataFrame(
        {
            "customer_id": customers["customer_id"],
            "name_key": surname + " " + first + second,
            "phone_key": phone.astype(str).astype(object),
            "district": customers["district"],
            "birth_year": clock.YEARS[-1] - age,
        }
    )


def _common_first(
    words: tuple[str, ...], decline: float, random: np.random.Generator, n: int
) -> np.ndarray:
    share = np.arange(1, len(words) + 1) ** -decline
    return random.choice(np.array(words, dtype=object), n, p=share / share.sum())


def _places(world: "World") -> pd.DataFrame:
    """Return which customer is in which silo: one row a record, the customer's first one first."""
    p, n = world.parameters, world.customers
    app = world.table("customers")["app_user"].to_numpy()

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"crm_raw/{part}")

    count = 1 + draw("silos").choice(3, n, p=p["crm_raw.silo_count_shares"])
    at_desk = draw("first silo").random(n) < p["crm_raw.service_first"]
    first = np.where(app, "app", np.where(at_desk, "service", "shop"))
    chance = draw("second silo").random(n)
    in_house = np.where(at_desk, "shop", "service")
    second = np.where(
        app,
        np.where(chance < p["crm_raw.second_at_shop"], "shop", "service"),
        np.where(chance < p["crm_raw.second_at_shop_or_service"], in_house, "app"),
    )
    places = pd.DataFrame({"place": np.tile(np.arange(n), 2), "silo": np.r_[first, second]})
    places["order"] = np.repeat([0, 1], n)
    places = places[places["order"] < count[places["place"]]]
    used = pd.crosstab(places["place"], places["silo"]).reindex(columns=list(SILOS), fill_value=0)
    everywhere = used[count == 3]
    third = pd.DataFrame({"place": everywhere.index, "silo": everywhere.idxmin(axis=1), "order": 2})
    return pd.concat([places, third], ignore_index=True)


def _records(world: "World") -> pd.DataFrame:
    """Return every record with its customer, in the order of the silos' own numbers."""
    p, people, records = world.parameters, _people(world), _places(world)
    place, n = records["place"].to_numpy(), len(records)

    def draw(part: str) -> np.random.Generator:
        return world.stream(f"crm_raw/{part}")

    missing = np.array([p["crm_raw.missing"][silo] for silo in records["silo"]])
    for column in ("customer_id", "name_key", "phone_key", "district", "birth_year"):
        records[column] = people[column].to_numpy()[place]
    for key in ("name", "phone"):
        wrong = draw(f"{key} typo").random(n) < p["crm_raw.typo_rate"][key]
        records[f"{key}_key"] = _misspelt(records[f"{key}_key"], wrong, draw(f"{key} typos"))
        records[f"{key}_misspelt"] = wrong
    for number, column in enumerate(("name_key", "phone_key", "birth_year")):
        lacks = draw(f"{column} missing").random(n) < missing[:, number]
        records[column] = records[column].mask(lacks)
    moved = draw("moved").random(n) < p["crm_raw.old_district"]
    step = draw("old district").integers(1, DISTRICTS_PER_MARKET, n)
    start = (records["district"] - 101) // DISTRICTS_PER_MARKET * DISTRICTS_PER_MARKET + 101
    former = start + (records["district"] - start + step) % DISTRICTS_PER_MARKET
    records["district"] = records["district"].mask(moved, former)
    records["district_old"] = moved
    acquired = world.table("customers")["acq_date"].iloc[place].reset_index(drop=True)
    span = (clock.LAST_DAY - acquired).dt.days
    later = (draw("registered").random(n) * (span + 1)).astype(int).where(records["order"] > 0, 0)
    records["registered"] = acquired + pd.to_timedelta(later, unit="D")
    ago = np.rint(draw("updated").exponential(p["crm_raw.updated_mean"], n)).astype(int)
    updated = clock.LAST_DAY - pd.to_timedelta(np.minimum(ago, span), unit="D")
    records["updated"] = np.maximum(pd.Series(updated), records["registered"])
    records["tie"] = draw("order").random(n)
    return _numbered(records)


def _misspelt(keys: pd.Series, wrong: np.ndarray, random: np.random.Generator) -> pd.Series:
    """Let one sign of each wrong key be another one, or change places with the next one."""
    keys = keys.to_numpy(dtype=object).copy()
    rows = np.flatnonzero(wrong)
    where, other, swap = (
        random.random(len(rows)),
        random.random(len(rows)),
        random.random(len(rows)),
    )
    for row, share, sign, chance in zip(rows, where, other, swap, strict=True):
        text = keys[row]
        # the sign before the space and the space itself stay: a name keeps its two parts
        places = [place for place, old in enumerate(text) if old != " "]
        place = places[int(share * len(places))]
        after = text[place + 1 : place + 2]
        if chance < 1 / 3 and after.strip() and after != text[place]:
            keys[row] = text[:place] + after + text[place] + text[place + 2 :]
        else:
            signs = "0123456789" if text[place].isdigit() else "abcdefghijklmnopqrstuvwxyz"
            left = signs.replace(text[place], "")
            keys[row] = text[:place] + left[int(sign * len(left))] + text[place + 1 :]
    return pd.Series(keys, dtype=object)


def _numbered(records: pd.DataFrame) -> pd.DataFrame:
    """Number the records, silo by silo, by the day on which they were opened."""
    records["silo"] = pd.Categorical(records["silo"], categories=SILOS)
    records = records.sort_values(["silo", "registered", "tie"], ignore_index=True)
    number = records.groupby("silo", observed=True).cumcount() + 1
    letter = records["silo"].astype(str).map(LETTERS)
    return records.assign(
        record_id=np.arange(1, len(records) + 1),
        silo=records["silo"].astype(str),
        silo_id=letter + number.astype(str).str.zfill(7),
    )


def make_truth(world: "World") -> pd.DataFrame:
    """Make whose record each one is, and what is wrong with it."""
    names = ["record_id", "customer_id", "name_misspelt", "phone_misspelt", "district_old"]
    return _records(world)[names]


def make_records(world: "World") -> pd.DataFrame:
    """Make the records as the three silos hold them."""
    return _records(world)[
        [
            *("record_id", "silo", "silo_id", "name_key", "phone_key"),
            *("district", "birth_year", "registered", "updated"),
        ]
    ].astype({"birth_year": "Int64"})


def _persons(world: "World") -> int:
    return int(world.table("truth/crm_raw")["customer_id"].nunique())


DERIVED = (
    Derived(
        "crm_raw.persons",
        N_("number of different customers behind the records"),
        N_("customers"),
        "crm_raw",
        "realised",
        _persons,
    ),
)
TABLES = {"truth/crm_raw": make_truth, "crm_raw": make_records}
