"""Make the tables of the synthetic company Luxi in `datasets`: ``python -m tools.world``.

Writes every table that a firm sees, and in `datasets/truth` what no firm sees: latent values, and
truth.json. Nothing else in the folder is touched. After a change of sizes, write the new numbers
of rows, which are printed, into the schemas, and run ``python -m tools.card``.
"""

import gzip
import json
from pathlib import Path

import pandas as pd

from crmlib.data.tables import find, find_latent
from crmlib.world import World, groups
from crmlib.world.truth import truth

DATASETS = Path(__file__).parents[1] / "datasets"


def content(frame: pd.DataFrame) -> bytes:
    r"""Return a table as comma-separated text.

    Examples
    --------
    >>> content(pd.DataFrame({"customer_id": [1], "amount": [2.5]}))
    b'customer_id,amount\n1,2.5\n'
    """
    return frame.to_csv(index=False, lineterminator="\n").encode()


def packed(data: bytes, file: str) -> bytes:
    """Return the bytes of a file with this content; `.gz` is compressed, without time and name.

    Examples
    --------
    >>> gzip.decompress(packed(b"a,b", "x.csv.gz")), packed(b"a,b", "x.csv")
    (b'a,b', b'a,b')
    """
    return gzip.compress(data, 9, mtime=0) if file.endswith(".gz") else data


def truth_text(world: World) -> bytes:
    """Return the content of truth.json.

    Examples
    --------
    >>> b'"purchases.r"' in truth_text(World(seed=1, customers=200))
    True
    """
    return (json.dumps(truth(world), ensure_ascii=False, indent=1) + "\n").encode()


def write(world: World, folder: Path) -> None:
    """Write a company's files into a folder, and say how many rows and bytes each has."""
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    for name in groups.makers():
        schema = find_latent(name) if name.startswith("truth/") else find(name)
        frame = world.table(name)
        data = packed(content(frame), schema.file)
        (folder / schema.file).write_bytes(data)
        note = "" if len(frame) == schema.rows else f"; the schema says {schema.rows:,} rows"
        print(f"{schema.file}: {len(frame):,} rows, {len(data):,} bytes{note}")
    (folder / "truth" / "truth.json").write_bytes(truth_text(world))


if __name__ == "__main__":
    write(World(), DATASETS)
