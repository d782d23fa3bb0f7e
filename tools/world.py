"""Make the tables of the synthetic company Luxi in `datasets`: ``python -m tools.world``.

Writes every table that a firm sees, and in `datasets/truth` what no firm sees: latent values, and
truth.json. Nothing else in the folder is touched. After a change of sizes, write the new numbers
of rows, which are printed, into the schemas, and run ``python -m tools.card``.
"""

from pathlib import Path

from crmlib.data.tables import find_seen_or_latent
from crmlib.world import World
from crmlib.world.files import TRUTH, write_company

DATASETS = Path(__file__).parents[1] / "datasets"


def write(world: World, folder: Path) -> None:
    """Write a company's files into a folder, and say how many rows and bytes each has."""
    for done in write_company(world, folder, force=True):
        note = ""
        if done.table != TRUTH:
            expected = find_seen_or_latent(done.table).rows
            note = "" if done.rows == expected else f"; the schema says {expected:,} rows"
        print(f"{done.file}: {done.rows:,} rows, {done.bytes:,} bytes{note}")


if __name__ == "__main__":
    write(World(), DATASETS)
