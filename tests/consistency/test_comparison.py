"""A comparison does not depend on the order of its models or of the customers."""

import pandas as pd
import pytest

from crmlib import rfm
from crmlib.models import BGNBD, NBD, compare
from tests.helpers.shops import exact, exact_fit


def test_order_of_the_models_does_not_matter():
    simple = NBD(exact()).fit()
    one, other = compare(simple, exact_fit()), compare(exact_fit(), simple)
    pd.testing.assert_frame_equal(one.table, other.table.iloc[::-1])
    assert one.likelihood_ratio == other.likelihood_ratio
    assert one.p_value == other.p_value
    assert one.sentences == other.sentences


def test_order_of_customers_and_counted_rows_do_not_matter():
    table = exact()
    counted = rfm.compress(table)
    found = compare(NBD(counted, count="count").fit(), exact_fit())
    plain = compare(NBD(table.sample(frac=1.0, random_state=1)).fit(), exact_fit())
    assert found.likelihood_ratio == pytest.approx(plain.likelihood_ratio, rel=1e-8)


def test_the_table_holds_what_the_fits_say():
    fits = [BGNBD(exact()).fit(), NBD(exact()).fit()]
    table = compare(*fits).table
    assert table.index.tolist() == ["BG/NBD", "NBD"]
    for name in ("llf", "aic", "bic"):
        assert table[name].tolist() == [getattr(fit, name) for fit in fits]
    assert table["difference"].min() == 0


def test_a_comparison_shows_its_table_and_sentence():
    found = compare(exact_fit(), NBD(exact()).fit())
    for shown in (repr(found), found._repr_html_()):
        assert "BG/NBD is better by" in shown
        assert "difference" in shown
    assert found.sentence == " ".join(found.sentences)
