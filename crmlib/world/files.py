"""Write a company to files, a table at a time and a slice at a time, so that large ones fit.

The folder is laid out like `datasets`: what no firm sees lies below `truth`. A folder of
comma-separated files can be the `folder` of `data.load`, or the `data` folder of the settings.
"""

import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pandas as pd

from crmlib.core.i18n import gettext as _
from crmlib.data.tables import find_seen_or_latent
from crmlib.world import groups
from crmlib.world.company import World, maker
from crmlib.world.truth import truth

Format = Literal["csv", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "parquet")
TRUTH = "truth/truth.json"
SLICE = 250_000  # rows
USUAL_COMPRESSION = 6


@dataclass(frozen=True)
class Written:
    """One file that was written: its table, its path below the folder, rows, bytes."""

    table: str
    file: str
    rows: int
    bytes: int


def write_company(
    world: World,
    folder: str | Path,
    tables: Iterable[str] | None = None,
    file_format: Format = "csv",
    force: bool = False,
) -> Iterator[Written]:
    """Write a company's tables into a folder; say of each file when it is there.

    Parameters
    ----------
    world : World
    folder : str or Path
        Made where it does not exist.
    tables : iterable of str, optional
        By default all, with what no firm sees (truth/…) and the list of truths, truth.json.
        With names, only these tables.
    file_format : {"csv", "parquet"}
        Comma-separated text, compressed where `datasets` has it so; or Parquet, which needs the
        package pyarrow.
    force : bool
        Whether files of the same names are replaced.

    Yields
    ------
    Written
        In the order of writing. Nothing is written before the first one is asked for.

    Raises
    ------
    ValueError
        When a table or the format is unknown.
    FileExistsError
        When a file is there already, and not `force`. Nothing is written then.
    ModuleNotFoundError
        When Parquet is asked for and pyarrow is not installed.

    Examples
    --------
    >>> import tempfile
    >>> from crmlib.data import load
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     for done in write_company(World(1, 200), folder, ["customers"]):
    ...         print(done.file, done.rows)
    ...     print(len(load("customers", folder)))
    customers.csv.gz 200
    200
    """
    names = list(groups.makers()) if tables is None else list(dict.fromkeys(tables))
    for name in names:
        maker(name)
    write = _writer(file_format)
    folder = Path(folder)
    files = {name: _file(name, file_format) for name in names}
    if tables is None:
        files[TRUTH] = TRUTH
    if not force:
        _refuse_existing(folder, files.values())
    for name, frame in world.one_by_one(names):
        yield _written(name, folder, files[name], len(frame), lambda path, f=frame: write(f, path))
    if tables is None:
        values = truth(world, forget=True)
        text = json.dumps(values, ensure_ascii=False, indent=1) + "\n"
        yield _written(
            TRUTH,
            folder,
            TRUTH,
            len(values["values"]),
            lambda path: path.write_text(text, encoding="utf-8", newline="\n"),
        )


def _file(name: str, file_format: Format) -> str:
    return find_seen_or_latent(name).file if file_format == "csv" else f"{name}.parquet"


def _refuse_existing(folder: Path, files: Iterable[str]) -> None:
    there = [file for file in files if (folder / file).exists()]
    if there:
        raise FileExistsError(
            _(
                "In {folder} there are files already that would be replaced: {files}.\n"
                "What to do: choose another folder, or allow it (--force)."
            ).format(folder=folder, files=", ".join(there))
        )


def _written(
    table: str, folder: Path, file: str, rows: int, write: Callable[[Path], object]
) -> Written:
    """Write beside the place and move it there: an interrupted run leaves no half a table."""
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    half = path.with_name(f"{path.name}.part")
    try:
        write(half)
        half.replace(path)
    finally:
        half.unlink(missing_ok=True)
    return Written(table, file, rows, path.stat().st_size)


def _writer(file_format: Format) -> Callable[[pd.DataFrame, Path], None]:
    match file_format:
        case "csv":
            return write_csv
        case "parquet":
            _refuse_without_pyarrow()
            return _write_parquet
    raise ValueError(
        _('There is no format "{name}". Allowed: {names}.').format(
            name=file_format, names=", ".join(FORMATS)
        )
    )


def _slices(frame: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield the rows in parts; an empty table has one part."""
    for start in range(0, max(len(frame), 1), SLICE):
        yield frame.iloc[start : start + SLICE]


def write_csv(frame: pd.DataFrame, path: Path) -> None:
    """Write a table as comma-separated text, compressed where a part of the name is `.gz`."""
    with path.open("wb") as binary:
        if ".gz" in path.suffixes:
            # without name and time, so that the same table gives the same bytes
            packed = gzip.GzipFile("", "wb", USUAL_COMPRESSION, binary, mtime=0)
        else:
            packed = binary
        with packed, io.TextIOWrapper(packed, encoding="utf-8", newline="") as text:
            for part in _slices(frame):
                first = part.index.start == 0
                part.to_csv(text, index=False, header=first, lineterminator="\n")


def _write_parquet(frame: pd.DataFrame, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.Schema.from_pandas(frame.head(0), preserve_index=False)
    with pq.ParquetWriter(path, schema) as writer:
        for part in _slices(frame):
            writer.write_table(pa.Table.from_pandas(part, schema, preserve_index=False))


def _refuse_without_pyarrow() -> None:
    try:
        import pyarrow.parquet  # noqa: F401
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            _(
                "Parquet files need the package pyarrow, which is not installed.\n"
                'What to do: install it (pip install "crmlib[engines]"), or write csv.'
            )
        ) from error
