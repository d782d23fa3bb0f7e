"""Returns taken off the purchases of a query: some customers at a time, by the rule for files."""

from typing import Any

import pandas as pd

from crmlib.report.query.engine import one
from crmlib.report.returns import take_off

MOST_ROWS_AT_A_TIME = 1_000_000


def take_off_all(engine: Any) -> None:
    """Make the tables ``taken`` and ``remaining``.

    The first says how much was taken off for which row of ``kept``, the second how many cents are
    left of which row of ``judged``, where that is less than before.
    """
    engine.execute("CREATE TABLE taken (_row BIGINT, _taken BIGINT)")
    engine.execute("CREATE TABLE remaining (_row BIGINT, _left BIGINT)")
    engine.execute(
        "CREATE TABLE affected AS SELECT rowid AS row, _who, _day, _cents FROM judged WHERE "
        "_fate = '' AND _who IN (SELECT _who FROM kept WHERE _fate = 'returns')"
    )
    rows = one(
        engine,
        "SELECT (SELECT count(*) FROM affected) + count(*) FROM kept WHERE _fate = 'returns'",
    )[0]
    parts = -(-rows // MOST_ROWS_AT_A_TIME)
    for part in range(parts):
        some = f"_who % {parts} = {part}"
        bought = _rows(engine, f"SELECT row, _who, _day, _cents FROM affected WHERE {some}")
        # a positive amount with a negative quantity is money that went back as well
        back = _rows(
            engine,
            "SELECT rowid AS row, _who, _day, -abs(_cents) FROM kept WHERE _fate = 'returns' "
            f"AND {some}",
        )
        left, taken = take_off(bought, back)
        _insert(engine, "taken", back["row"], pd.Series(taken))
        less = left < bought["cents"].to_numpy()
        _insert(engine, "remaining", bought["row"][less], pd.Series(left[less]))
    engine.execute("DROP TABLE affected")


def _rows(engine: Any, query: str) -> pd.DataFrame:
    table = engine.execute(f"{query} ORDER BY row").fetch_df()
    table.columns = ["row", "customer_id", "date", "cents"]
    return table


def _insert(engine: Any, table: str, rows: pd.Series, cents: pd.Series) -> None:
    frame = pd.DataFrame({"row": rows.to_numpy(), "cents": cents.to_numpy()}).astype("int64")
    engine.register("some_rows", frame)
    engine.execute(f"INSERT INTO {table} SELECT * FROM some_rows")
    engine.unregister("some_rows")
