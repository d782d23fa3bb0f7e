"""Files that appear whole or not at all, and zips whose bytes depend on their contents alone.

The subtle point: a zip holds times, permissions and the system it was made on. Here all of them
are fixed, and the files are sorted, so that the same input gives the same bytes (with
the same Python: another one may bring another compressor).
"""

import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

# The first moment that a zip can hold.
NO_TIME = (1980, 1, 1, 0, 0, 0)
READABLE = 0o100644
UNIX = 3
STRENGTH = 6
# What is compressed already only costs time.
COMPRESSED = (".gz", ".png", ".whl", ".zip", ".parquet")


def write_zip(out: BinaryIO, files: Mapping[str, bytes | Path]) -> None:
    """Write a zip.

    Parameters
    ----------
    out : binary file
    files : mapping of str to bytes or pathlib.Path
        Path in the zip, with ``/``; content, or the file that holds it.
    """
    with zipfile.ZipFile(out, "w") as archive:
        for name in sorted(files):
            content = files[name]
            info = zipfile.ZipInfo(name, NO_TIME)
            info.create_system, info.external_attr = UNIX, READABLE << 16
            packed = name.endswith(COMPRESSED)
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            data = content.read_bytes() if isinstance(content, Path) else content
            archive.writestr(info, data, compresslevel=STRENGTH)


def zipped(files: Mapping[str, bytes | Path]) -> bytes:
    """Return a zip as bytes.

    Examples
    --------
    >>> zipped({"b.txt": b"2", "a.txt": b"1"}) == zipped({"a.txt": b"1", "b.txt": b"2"})
    True
    """
    out = io.BytesIO()
    write_zip(out, files)
    return out.getvalue()


def write_whole(path: Path, content: bytes) -> None:
    """Write a file beside its place, then move it there; its folder is made where it lacks."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as out:
            out.write(content)
    except OSError as error:
        # The file that somebody knows, and not the one beside it.
        raise OSError(error.errno, error.strerror, str(path)) from None


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write to, which takes its place only when all went well.

    Parameters
    ----------
    path : pathlib.Path
        Where it shall be. A file that is there is replaced.
    """
    number, half = tempfile.mkstemp(prefix=f".{path.name}-", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(number, "wb") as out:
            yield out
        Path(half).chmod(READABLE & 0o777)
        Path(half).replace(path)
    finally:
        Path(half).unlink(missing_ok=True)
