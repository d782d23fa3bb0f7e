"""The claims table agrees with the concepts, the bibliography, the data and itself."""

import csv
import re
from collections import Counter
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from fontTools.ttLib import TTFont

from crmlib import data
from crmlib.data import tables_reference
from crmlib.data.tables import find
from tests.helpers.notebooks import MINUTES

ROOT = Path(__file__).parents[2]
FILE = ROOT / "datasets" / "claims.csv"
FONT = ROOT / "crmlib" / "core" / "fonts" / "NotoSansSC-Subset.otf"
HANZI = re.compile(r"[\u4e00-\u9fff]")
SENTENCE_END = re.compile(r"[.!?](?=\s+[A-Z])")

# The claims that people quarrel about most: concepts, status, and the notebooks that may try it.
CONTESTED = [
    ("five percent more loyalty", {"J07"}, "arithmetic", {"03"}),
    ("keeping costs 20-30% of winning", {"L01"}, "no source", {"03"}),
    ("average cost and the next yuan", {"L01", "A18"}, "not supported", {"11"}),
    ("20% bring 80%", {"H05"}, "varies", {"02", "07"}),
    ("1/19/30/50", {"H11"}, "definition", {"07"}),
    ("the top 1% are stable", {"H06"}, "not supported", {"07"}),
    ("top customers are cheap to serve", {"H07", "F04"}, "not supported", {"02"}),
    ("top customers are not price-sensitive", {"H07", "F06"}, "not supported", {"12"}),
    ("top customers refer", {"H07", "H18"}, "not supported", {"12"}),
    ("drop bad customers", {"H15", "B07"}, "supported with conditions", {"07"}),
    ("less for small customers", {"H14"}, "supported with conditions", {"07"}),
    ("satisfaction to loyalty", {"B15", "I15"}, "supported with conditions", {"08", "09"}),
    ("satisfaction to growth", {"B15"}, "supported with conditions", {"08", "09"}),
    ("basic expectations", {"K06"}, "supported with conditions", {"09"}),
    ("latent expectations unmet and met", {"K07"}, "untested", {"09"}),
    ("latent satisfaction nearly linear", {"K08"}, "untested", {"09"}),
    ("latent satisfaction most important", {"K09"}, "untested", {"09"}),
    ("the trap is readily solved", {"K10"}, "not supported", {"09"}),
    ("three purchases", {"J03"}, "definition", {"05", "10"}),
    ("trust and transaction cost", {"J11", "C10"}, "supported with conditions", {"10"}),
    ("loyalty programmes", {"J08"}, "selection-prone", {"10"}),
    ("long relations", {"C11", "J02"}, "varies", {"02", "05"}),
    ("cross-selling", {"D13", "M06"}, "supported with conditions", {"12"}),
    ("several channels", {"M05"}, "selection-prone", {"12"}),
    ("word of mouth", {"B11", "M08"}, "supported with conditions", {"12"}),
    ("find churners and save them", {"L07", "L08"}, "not supported", {"11"}),
    ("complaint handling", {"I08"}, "supported with conditions", {"11"}),
    ("personalisation", {"M01"}, "supported with conditions", {"01", "12"}),
    ("expectations always rise", {"I02"}, "untested", {"08"}),
    ("manage expectations", {"I03"}, "supported with conditions", {"08"}),
    ("Amazon", {"O01"}, "no counterfactual", {"00", "13"}),
    ("Apple", {"O02"}, "no counterfactual", {"00", "13"}),
    ("Starbucks", {"O03"}, "no counterfactual", {"00", "13"}),
    ("unnamed firms", {"O04", "O05", "O06"}, "no counterfactual", {"00", "13"}),
    ("retained customers get better", {"E01", "L10"}, "selection-prone", {"03"}),
    ("Gartner's definition", {"A06", "A15"}, "sources conflict", {"00"}),
    ("history from contact management", {"A12", "A13", "A14"}, "sources conflict", {"00"}),
    ("history from database marketing", {"A16"}, "sources conflict", {"00"}),
]


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    """Return the claims, with an empty text where there is no test."""
    return data.load("claims").fillna({"test": ""})


@pytest.fixture(scope="module")
def concepts() -> pd.DataFrame:
    """Return the concepts by their id."""
    return data.load("concepts").set_index("id")


def none_of(faults: list) -> None:
    """Fail with the list of what is wrong."""
    assert faults == []


def test_claims_are_numbered_in_order(claims):
    assert 55 <= len(claims) <= 65
    assert list(claims["id"]) == [f"C{number:02}" for number in range(1, len(claims) + 1)]


def test_the_file_is_plain_text_quoted_only_where_needed():
    text = FILE.read_bytes().decode("utf-8")
    none_of([sign for sign in "\r\ufeff" if sign in text])
    again = StringIO()
    csv.writer(again, lineterminator="\n").writerows(csv.reader(StringIO(text)))
    assert again.getvalue() == text


def test_no_text_has_stray_blanks(claims):
    for column in claims:
        none_of([text for text in claims[column] if text != " ".join(text.split())])


def test_every_concept_of_a_claim_exists_and_stands_once(claims, concepts):
    named = claims["concepts"].str.split()
    none_of([word for words in named for word in words if word not in concepts.index])
    none_of([words for words in named if len(set(words)) < len(words)])
    assert not claims.duplicated(["concepts", "notebook"]).any()


def places(source: str) -> set[str]:
    """Return the places of a source text: "S1 L57, L308" gives "S1 L57" and "S1 L308"."""
    found, text = set(), ""
    for mention in re.finditer(r"S\d|L\d+(?:-\d+)?", source):
        if mention[0].startswith("S"):
            text = mention[0]
        else:
            found.add(f"{text} {mention[0]}")
    return found


def test_a_claim_is_said_where_its_concepts_are(claims, concepts):
    for claim in claims.itertuples():
        known = set().union(*(places(concepts.source[name]) for name in claim.concepts.split()))
        assert places(claim.source), claim.id
        assert places(claim.source) <= known, claim.id


def test_the_notebook_teaches_a_concept_or_the_claim_says_who_does(claims, concepts):
    for claim in claims.itertuples():
        taught = set(concepts.notebook[claim.concepts.split()])
        elsewhere = {number for number in taught if f"notebook {number}" in claim.test}
        assert claim.notebook in taught or elsewhere == taught, claim.id


def test_every_notebook_tries_at_least_two_claims(claims):
    count = Counter(claims["notebook"])
    none_of([name for name in MINUTES if count[name[:2]] < 2])


def test_every_theme_has_a_claim(claims, concepts):
    named = set(" ".join(claims["concepts"]).split())
    assert set(concepts.theme[sorted(named)]) == set(concepts.theme)


def test_a_claim_is_one_sentence_in_each_language(claims):
    none_of([zh for zh in claims["zh"] if zh.count("。") != 1 or not zh.endswith("。")])
    none_of([en for en in claims["en"] if SENTENCE_END.search(en) or not en.endswith(".")])


def test_each_language_is_where_it_belongs(claims):
    none_of([zh for zh in claims["zh"] if len(HANZI.findall(zh)) < 0.5 * len(zh)])
    none_of([zh for zh in claims["zh"] if re.search(r"[,;:?()]", zh)])
    for column in ("en", "literature", "test"):
        none_of([text for text in claims[column] if HANZI.search(text)])


def test_both_languages_give_the_same_percentages(claims):
    for claim in claims.itertuples():
        chinese, english = (re.findall(r"\d+(?=%)", text) for text in (claim.zh, claim.en))
        assert sorted(chinese) == sorted(english), claim.id


def test_the_font_of_the_figures_can_write_every_claim(claims):
    covered = TTFont(FONT).getBestCmap()
    none_of(sorted({sign for sign in "".join(claims["zh"]) if ord(sign) not in covered}))


def test_every_type_and_status_is_used(claims):
    assert set(claims["type"]) == {name for name, _ in tables_reference.CLAIM_TYPES}
    assert set(claims["status"]) == {name for name, _ in tables_reference.CLAIM_STATUSES}


def test_the_schema_explains_every_type_and_status():
    told = " ".join(find("claims").simplifications)
    explained = (*tables_reference.CLAIM_TYPES, *tables_reference.CLAIM_STATUSES)
    none_of([name for name, meaning in explained if f"{name} ({meaning})" not in told])


def test_type_and_status_fit_each_other(claims):
    by_type = claims.groupby("type")["status"].agg(set)
    assert set(claims["type"][claims["concepts"].str.startswith("O")]) == {"case"}
    assert by_type["case"] == {"no counterfactual"}
    assert by_type["history"] == {"sources conflict"}
    assert by_type["definition"] <= {"definition", "sources conflict"}
    for status in ("definition", "norm"):
        assert set(claims["type"][claims["status"] == status]) == {status}


def test_only_a_definition_or_a_norm_goes_without_a_test(claims):
    assert set(claims["type"][claims["test"] == ""]) <= {"definition", "norm"}
    none_of([text for text in claims["test"] if text and not text.endswith(".")])


@pytest.mark.parametrize(("what", "about", "status", "notebooks"), CONTESTED)
def test_a_contested_claim_is_there_with_its_status(claims, what, about, status, notebooks):
    found = claims[claims["concepts"].map(lambda names: about <= set(names.split()))]
    fitting = found[(found["status"] == status) & found["notebook"].isin(notebooks)]
    assert len(fitting) >= 1, what


CITED = re.compile(r"(\w+)( et al\.)? \(((?:1[89]|20)\d\d)([ab]?)\)")


def entries() -> list[tuple[list[str], str]]:
    """Return each work of the bibliography: the words before its year, and the year."""
    text = (ROOT / "docs" / "bibliography.md").read_text(encoding="utf-8")
    heads = re.findall(r"^- (.*?) \((\d{4})\)\. ", text, re.MULTILINE)
    return [(re.findall(r"\w+", names), year) for names, year in heads]


def cited(works: list[tuple[list[str], str]], name: str, et_al: bool, year: str) -> int:
    """Count the works of a year by the last author named; after "et al.", by the first."""
    return sum(
        year == when and (names[0] == name if et_al else name in names) for names, when in works
    )


def test_every_work_that_a_claim_cites_is_in_the_bibliography(claims):
    works = entries()
    for claim in claims.itertuples():
        for name, et_al, year, letter in CITED.findall(claim.literature):
            count = cited(works, name, bool(et_al), year)
            assert count == 2 if letter else count >= 1, f"{claim.id}: {name} ({year}{letter})"


def test_every_year_in_brackets_belongs_to_a_cited_work(claims):
    for text in claims["literature"]:
        years = re.findall(r"\((\d{4}[ab]?)\)", text)
        assert years == [year + letter for _, _, year, letter in CITED.findall(text)], text
        assert len(years) == len(re.findall(r"\((?:1[89]|20)\d\d", text)), text


def test_a_supported_claim_names_its_support(claims):
    tried = claims["status"].isin(["supported", "supported with conditions", "not supported"])
    none_of([row.id for row in claims[tried].itertuples() if not CITED.search(row.literature)])
    unsourced = claims["status"].isin(["no source", "untested"])
    assert claims["literature"][unsourced].str.contains("(?i)no study").all()


def quoted(claims: pd.DataFrame, concept: str, *numbers: str) -> None:
    """Check that the literature on a concept quotes these numbers."""
    rows = claims["concepts"].str.split().map(lambda names: concept in names)
    text = " ".join(claims["literature"][rows])
    none_of([number for number in numbers if not re.search(rf"(?<![\d.]){number}(?!\d)", text)])


def test_figures_of_cdnow_are_those_of_the_data(claims):
    purchases = data.load("cdnow")
    spent = purchases.groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    shares = [spent.iloc[: int(np.ceil(q * len(spent)))].sum() / spent.sum() for q in (0.01, 0.2)]
    quoted(claims, "H06", f"{shares[0]:.1%}")
    quoted(claims, "H05", f"{shares[1]:.1%}")

    early = purchases["date"] <= "1997-09-30"
    back = set(purchases["customer_id"][~early])
    first = purchases[early].groupby("customer_id")["amount"].sum().sort_values(ascending=False)
    top = first.index[: int(np.ceil(0.2 * len(first)))]
    silent = f"{1 - np.mean([customer in back for customer in top]):.0%}"
    quoted(claims, "H06", silent)
    quoted(claims, "H20", silent)

    days = purchases[early].drop_duplicates(["customer_id", "date"])
    frame = pd.DataFrame({"days": days.groupby("customer_id").size()})
    frame["back"] = frame.index.isin(back)
    chance = frame.groupby("days")["back"].mean().loc[1:4]
    quoted(claims, "J03", f"{len(frame):,}", *(f"{share:.1%}" for share in chance))


def test_five_points_give_the_quoted_gain(claims):
    def gain(retention: float) -> float:
        return (1 - retention) / (1 - retention - 0.05) - 1

    assert gain(0.75) == pytest.approx(0.25, rel=1e-9)
    assert gain(0.8912) == pytest.approx(0.85, rel=1e-3)
    quoted(claims, "J07", r"\+25%", r"\+85%", r"\.75", r"\.8912")


def test_identical_customers_stay_on_top_by_chance_only(claims):
    chance = np.random.default_rng(1)
    two_years = (8_000, 2)
    draws = chance.poisson(3, size=two_years) + chance.random(two_years)  # no ties
    top = draws >= np.quantile(draws, 0.8, axis=0)
    assert top.all(axis=1).sum() / top[:, 0].sum() == pytest.approx(0.20, abs=0.03)
    quoted(claims, "H23", "8,000", "20%")
