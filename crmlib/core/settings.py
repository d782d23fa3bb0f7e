"""What a learner or a trainer may set: the language and two folders.

The nearest ``crmlib.toml``, from the working folder upwards, may hold three lines::

    language = "zh"          # "en" or "zh"
    data = "datasets"        # the folder with the tables
    learner = "my_course"    # the folder for a learner's answers

Paths count from the folder of that file. The environment variables ``CRMLIB_LANGUAGE``,
``CRMLIB_DATA`` and ``CRMLIB_LEARNER`` win over it; their paths count from the working folder.

The subtle point: settings are read anew each time they are asked for, so a changed file counts
at once, without a restart.
"""

import difflib
import os
import tomllib
from dataclasses import dataclass
from pathlib import Path

from crmlib.core.i18n import mark as N_
from crmlib.core.i18n import translate

FILE_NAME = "crmlib.toml"
LANGUAGES = ("en", "zh")
DEFAULT_LANGUAGE = "en"
DEFAULT_LEARNER_FOLDER = "my_course"
ENVIRONMENT = {"language": "CRMLIB_LANGUAGE", "data": "CRMLIB_DATA", "learner": "CRMLIB_LEARNER"}


class SettingsError(ValueError):
    """The settings cannot be understood; the text says where and what to do."""


@dataclass(frozen=True)
class Settings:
    """What is set.

    Attributes
    ----------
    language : str
        The language of everything that crmlib shows: "en" or "zh".
    data_folder : pathlib.Path or None
        The folder in which tables are looked for first, or None where none is set.
    learner_folder : pathlib.Path
        The folder for a learner's answers. It need not exist yet.
    source : pathlib.Path or None
        The ``crmlib.toml`` that was read, or None where there is none.
    """

    language: str
    data_folder: Path | None
    learner_folder: Path
    source: Path | None


def read(start: Path | None = None) -> Settings:
    """Read the settings that hold in a folder.

    Parameters
    ----------
    start : pathlib.Path, optional
        The folder from which ``crmlib.toml`` is looked for, upwards. The working folder if not
        given.

    Returns
    -------
    Settings
        The language and the folders, all as absolute paths.

    Raises
    ------
    SettingsError
        If ``crmlib.toml`` cannot be read, or a setting is unknown or of the wrong kind. The
        text is in English and Chinese, because the language is what could not be read.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     _ = Path(folder, "crmlib.toml").write_text('data = "tables"')
    ...     settings = read(Path(folder))
    >>> settings.source.name
    'crmlib.toml'
    >>> settings.data_folder.name
    'tables'
    """
    folder = Path.cwd() if start is None else Path(start).absolute()
    source = _nearest(folder)
    from_file = {} if source is None else _checked(_parsed(source), source)
    from_environment = {
        key: value
        for key, name in ENVIRONMENT.items()
        if (value := os.environ.get(name, "").strip())
    }
    home = folder if source is None else source.parent

    def path(key: str) -> Path | None:
        if key in from_environment:
            return folder / Path(from_environment[key]).expanduser()
        if key in from_file:
            return home / Path(from_file[key]).expanduser()
        return None

    return Settings(
        language=_language(from_file, from_environment, source),
        data_folder=path("data"),
        learner_folder=path("learner") or home / DEFAULT_LEARNER_FOLDER,
        source=source,
    )


def _nearest(folder: Path) -> Path | None:
    candidates = (parent / FILE_NAME for parent in (folder, *folder.parents))
    return next((file for file in candidates if file.is_file()), None)


def _parsed(source: Path) -> dict[str, object]:
    try:
        # Windows' Notepad may put a byte order mark in front, which TOML does not allow.
        return tomllib.loads(source.read_bytes().decode("utf-8-sig"))
    except OSError as error:
        raise _error(
            N_("{file} cannot be read: {reason}. Check that you may open this file."),
            file=source,
            reason=error.strerror,
        ) from None
    except UnicodeDecodeError:
        raise _error(
            N_("{file} is not saved as UTF-8. Open it in an editor and save it as UTF-8."),
            file=source,
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise _error(
            N_(
                "{file} cannot be understood: {reason}. Each line reads like "
                'language = "en"; write the folders of a path with / and not with \\.'
            ),
            file=source,
            reason=error,
        ) from None


def _checked(values: dict[str, object], source: Path) -> dict[str, str]:
    for key, value in values.items():
        if key not in ENVIRONMENT:
            near = difflib.get_close_matches(key, ENVIRONMENT, n=1)
            raise _error(
                N_('{file} sets "{key}", which crmlib does not know. It knows: {known}. {hint}'),
                file=source,
                key=key,
                known=", ".join(ENVIRONMENT),
                hint=f'→ "{near[0]}"?' if near else "",
            )
        if not isinstance(value, str) or not value.strip():
            raise _error(
                N_('{file}: {key} must be a text in quotation marks, such as {key} = "{example}".'),
                file=source,
                key=key,
                example={"language": "en", "data": "datasets", "learner": "my_course"}[key],
            )
    return {key: value.strip() for key, value in values.items() if isinstance(value, str)}


def _language(
    from_file: dict[str, str], from_environment: dict[str, str], source: Path | None
) -> str:
    language = from_environment.get("language", from_file.get("language", DEFAULT_LANGUAGE))
    if language not in LANGUAGES:
        place = ENVIRONMENT["language"] if "language" in from_environment else source
        raise _error(
            N_('{place} asks for the language "{language}". crmlib speaks "en" and "zh".'),
            place=place,
            language=language,
        )
    return language


def _error(text: str, **values: object) -> SettingsError:
    both = (translate(text, language).format(**values).strip() for language in LANGUAGES)
    return SettingsError("\n".join(dict.fromkeys(both)))
