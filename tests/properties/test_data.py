"""Reading a column: what a cell becomes depends on nothing but the cell."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crmlib.data.convert import READERS, convert
from crmlib.data.schema import Column

WORDS = (
    *("1", "01", "-3", "2.5", "1e3", "inf", "nan", "9223372036854775808", "one", "1 000", "1,5"),
    *("2024-02-29", "2023-02-29", "2024-01-01T00:00", "2024-01-01 12:00", "1.1.2024"),
    *("true", "False", "TRUE", "yes", "", " ", "客户", None),
)
CELLS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=30)


@settings(derandomize=True, deadline=None, max_examples=40)
@given(CELLS)
@pytest.mark.parametrize("kind", READERS)
def test_a_column_of_text_is_read_as_its_cells_are_one_by_one(kind, cells):
    column = Column("c", kind, "a column")
    index = range(7, 7 + 3 * len(cells), 3)
    typed, unreadable = convert(pd.Series(cells, index=index, dtype="str", name="c"), column)
    objects, also = convert(pd.Series(cells, index=index, dtype=object, name="c"), column)
    pd.testing.assert_series_equal(typed, objects)
    pd.testing.assert_series_equal(unreadable, also)
    for label, cell in zip(index, cells, strict=True):
        alone, faulty = convert(pd.Series([cell], dtype="str"), column)
        assert unreadable[label] == faulty[0]
        assert pd.isna(typed[label]) == pd.isna(alone[0])
        assert pd.isna(alone[0]) or typed[label] == alone[0]
