"""Where a table's file lies: the caller's folder, the settings' folder, or the course's own."""

from pathlib import Path

from crmlib.core import settings
from crmlib.core.i18n import gettext as _
from crmlib.data.schema import Table

CLONE = Path(__file__).parents[2] / "datasets"
PACKAGE = Path(__file__).parents[1] / "_course" / "datasets"


def locate(table: Table, folder: str | Path | None = None) -> Path:
    """Return the file of a table; the first place that has it wins.

    Parameters
    ----------
    table : Table
    folder : str or Path, optional
        Look in this folder only. Otherwise: the folder of the settings (`CRMLIB_DATA`, else the
        nearest crmlib.toml), the clone, the package. A synthetic table that the settings' folder
        lacks is not taken from the course: it would be another company's.

    Returns
    -------
    Path

    Raises
    ------
    FileNotFoundError
        When no place has the file. The text names the places.

    Examples
    --------
    >>> from crmlib.data.tables import find
    >>> locate(find("donations")).name
    'donations.csv'
    """
    if folder is not None:
        return _first_file(table, [Path(folder)])
    chosen = settings.read().data_folder
    course = [CLONE, PACKAGE]
    if chosen is None:
        return _first_file(table, course)
    return _first_file(table, [chosen] if table.origin == "synthetic" else [chosen, *course])


def _first_file(table: Table, folders: list[Path]) -> Path:
    # A folder may be laid out like datasets/, or hold the files side by side.
    names = dict.fromkeys([table.file, Path(table.file).name])
    files = [folder / name for folder in folders for name in names]
    for file in files:
        if file.is_file():
            return file
    raise FileNotFoundError(
        _(
            'Table "{name}" was not found. Looked for:\n{places}\n'
            "What to do: check the folder you gave, the variable CRMLIB_DATA and the line "
            '"data" of crmlib.toml; without them the course\'s own tables are used.'
        ).format(name=table.name, places="\n".join(f"- {file}" for file in files))
    )
