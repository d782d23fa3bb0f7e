"""PySpark gives the same summary as pandas; a cluster on this machine does the work.

Each question to Spark takes a second or so, so there are few, and all that is hard is in one table.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest

from crmlib import data, rfm
from crmlib.models import BGNBD
from tests.helpers.engines import assert_equal
from tests.helpers.guides import code_of

pytestmark = pytest.mark.spark

# a first purchase of a thousand million beside repeats of a cent, days at the calendar's edges
HARD = [
    *((1, "1900-02-28", 1e9), (1, "1900-03-01", 0.01), (1, "2024-02-29", 0.02)),
    *((2, "0001-01-01", 0.0), (2, "9999-12-31", 7.5), (2, "9999-12-31", 0.1)),
    *((-(2**62), "1969-12-31", 0.3), (-(2**62), "1970-01-01", 0.6), (5, "2000-02-29", 0.07)),
]
FAULTS = {
    "no customer id": "cast(null as bigint) customer_id, date'2024-01-01' date, 1d amount",
    "not a finite amount": "1 customer_id, timestamp_ntz'2024-01-01' date, double('nan') amount",
    "has a time zone (Asia/Shanghai)": "1 customer_id, timestamp'2024-01-01' date, 1d amount",
    "holds String, not dates": "1 customer_id, '2024-01-01' date, 1d amount",
}


def write(table: pd.DataFrame, folder) -> None:
    """Write the table as Spark will read it."""
    folder.mkdir()
    columns = {name: np.asarray(column) for name, column in table.items()}
    parquet.write_table(pa.table(columns), folder / "part.parquet")


def test_the_guide_s_recipe_on_cdnow(spark, tmp_path):
    table = data.load("cdnow_sample")[["customer_id", "date", "amount"]]
    # so that CDNOW's 39 weeks end on the day of the recipe
    table["date"] += pd.Timestamp("2024-06-30") - pd.Timestamp("1997-09-30")
    write(table, tmp_path / "purchases")
    # Spark has a working folder of its own
    code = code_of("scale.md", "Spark").replace('"purchases"', repr(str(tmp_path / "purchases")))
    names: dict = {}
    exec(compile(code, "docs/scale.md, Spark", "exec"), names)
    expected = rfm.split(table, "2024-06-30", "2024-12-31", amount=None)
    assert type(names["customers"]) is type(names["purchases"])
    assert_equal(rfm.to_pandas(names["customers"], "W"), expected)
    pd.testing.assert_frame_equal(names["table"], rfm.compress(expected), check_flags=False)
    assert names["table"].attrs == {"unit": "W", "end": pd.Timestamp("2024-06-30")}
    assert names["fit"].llf == pytest.approx(BGNBD(expected).fit().llf, rel=1e-10)


def test_a_hard_table_and_faulty_ones(spark, tmp_path):
    table = pd.DataFrame(HARD, columns=["customer_id", "date", "amount"])
    moments = table["date"].to_numpy().astype("datetime64[s]") + np.timedelta64(86_399, "s")
    table["date"] = moments.astype("datetime64[ms]")
    write(table, tmp_path / "hard")
    found = rfm.summarize(spark.read.parquet(str(tmp_path / "hard")), unit="D")
    assert_equal(rfm.to_pandas(found, "D"), rfm.summarize(table, unit="D"))
    for fault, columns in FAULTS.items():
        with pytest.raises(rfm.PurchasesError) as caught:
            rfm.summarize(spark.sql(f"select {columns}"))
        assert fault in str(caught.value)
