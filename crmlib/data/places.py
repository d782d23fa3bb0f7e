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
    shared = table.origin != "synthetic"
    # A folder may be laid out like datasets/, or hold the files side by side.
    names = list(dict.fromkeys([table.file, Path(table.file).name]))
    return _first_file(table.name, names, _folders(folder, shared))


def locate_truth(name: str, file: str, folder: str | Path | None = None) -> Path:
    """Return a file of planted truths, from the same folder as the synthetic tables.

    Parameters
    ----------
    name : str
        What to call it in the error.
    file : str
        Path below the data folder, such as "truth/truth.json".
    folder : str or Path, optional
        Look in this folder only.

    Raises
    ------
    FileNotFoundError
        When the file is not there. The text names the places.

    Examples
    --------
    >>> locate_truth("truth", "truth/truth.json").name
    'truth.json'
    """
    return _first_file(name, [file], _folders(folder, shared=False))


def _folders(folder: str | Path | None, shared: bool) -> list[Path]:
    if folder is not None:
        return [Path(folder)]
    chosen = settings.read().data_folder
    course = [CLONE, PACKAGE]
    if chosen is None:
        return course
    return [chosen, *course] if shared else [chosen]


def _first_file(name: str, names: list[str], folders: list[Path]) -> Path:
    files = [folder / name for folder in folders for name in names]
    for file in files:
        if file.is_file():
            return file
    raise FileNotFoundError(
        _(
            'Table "{name}" was not found. Looked for:\n{places}\n'
            "What to do: check the folder you gave, the variable CRMLIB_DATA and the line "
            '"data" of crmlib.toml; without them the course\'s own tables are used.'
        ).format(name=name, places="\n".join(f"- {file}" for file in files))
    )
