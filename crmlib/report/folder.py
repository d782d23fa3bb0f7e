"""The folder of a report: made beside its place, and put there only when it is whole."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from crmlib.core.i18n import gettext as _
from crmlib.report.problems import fault

MARK = ".crmlib-report"


def check_place(out: Path, force: bool) -> None:
    """Refuse a place that is taken; with ``force`` only an earlier report may be replaced.

    Raises
    ------
    ReportError
    """
    if out.is_dir() and not any(out.iterdir()):
        return
    if out.exists() and not out.is_dir():
        raise fault(
            _("{out} is a file, not a folder.").format(out=out),
            todo=_("give another name with --out."),
        )
    if out.exists() and not force:
        raise fault(
            _("The folder {out} is there already.").format(out=out),
            todo=_("give another name with --out, or replace the report in it with --force."),
        )
    if out.exists() and not (out / MARK).is_file():
        raise fault(
            _("The folder {out} holds something else than a report of crmlib.").format(out=out),
            todo=_("give another name with --out: --force replaces earlier reports only."),
        )
    if not out.parent.is_dir():
        raise fault(
            _("There is no folder {parent} to make {name} in.").format(
                parent=out.parent, name=out.name
            ),
            todo=_("make it first, or give another place with --out."),
        )


@contextmanager
def made_whole(out: Path, force: bool = False) -> Iterator[Path]:
    """Give a new folder beside ``out``; put it in its place at the end, or remove it on failure.

    Parameters
    ----------
    out : Path
        Where the folder is to be.
    force : bool
        Replace an earlier report.

    Yields
    ------
    Path
        The folder to write into.

    Examples
    --------
    >>> with tempfile.TemporaryDirectory() as place:
    ...     with made_whole(Path(place, "report")) as folder:
    ...         _ = (folder / "report.html").write_text("<p>…")
    ...     sorted(path.name for path in Path(place, "report").iterdir())
    ['.crmlib-report', 'report.html']
    """
    out = Path(out).absolute()
    check_place(out, force)
    part = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".part", dir=out.parent))
    try:
        yield part
        (part / MARK).write_text("", encoding="utf-8")
        part.chmod(0o755)
        _put(part, out)
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise


def _put(part: Path, out: Path) -> None:
    if not out.exists():
        part.rename(out)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{out.name}-", suffix=".old", dir=out.parent))
    out.rename(old / out.name)
    try:
        part.rename(out)
    except BaseException:
        (old / out.name).rename(out)
        raise
    finally:
        shutil.rmtree(old, ignore_errors=True)
