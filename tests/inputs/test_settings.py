"""What may stand in crmlib.toml and in the environment, and what is said when it is wrong."""

import pytest

from crmlib.core import settings
from crmlib.core.i18n import gettext


@pytest.fixture
def folder(tmp_path, monkeypatch):
    for name in settings.ENVIRONMENT.values():
        monkeypatch.delenv(name, raising=False)
    inner = tmp_path / "course" / "notebooks"
    inner.mkdir(parents=True)
    monkeypatch.chdir(inner)
    return tmp_path / "course"


def write(folder, text):
    (folder / "crmlib.toml").write_text(text, encoding="utf-8")


def refusal(folder):
    with pytest.raises(settings.SettingsError) as caught:
        settings.read(folder)
    return str(caught.value)


def test_without_a_file_the_defaults_hold(folder):
    got = settings.read(folder)
    assert got == settings.Settings("en", None, folder / "my_course", None)


def test_the_nearest_file_upwards_counts_and_its_paths_start_there(folder):
    write(folder, 'language = "zh"\ndata = "tables"\nlearner = "../mine"\n')
    got = settings.read(folder / "notebooks")
    assert got.source == folder / "crmlib.toml"
    assert got.language == "zh"
    assert got.data_folder == folder / "tables"
    assert got.learner_folder == folder / "../mine"
    write(folder / "notebooks", 'language = "en"\n')
    assert settings.read(folder / "notebooks").language == "en"


def test_the_working_folder_is_the_start(folder):
    write(folder, "")
    assert settings.read().source == folder / "crmlib.toml"
    assert settings.read().learner_folder == folder / "my_course"


def test_the_environment_wins_and_its_paths_start_in_the_working_folder(folder, monkeypatch):
    write(folder, 'language = "en"\ndata = "tables"\nlearner = "mine"\n')
    monkeypatch.setenv("CRMLIB_LANGUAGE", "zh")
    monkeypatch.setenv("CRMLIB_DATA", "other")
    monkeypatch.setenv("CRMLIB_LEARNER", str(folder / "elsewhere"))
    got = settings.read()
    assert got.language == "zh"
    assert got.data_folder == folder / "notebooks" / "other"
    assert got.learner_folder == folder / "elsewhere"


def test_an_empty_environment_variable_is_no_setting(folder, monkeypatch):
    write(folder, 'language = "zh"\n')
    monkeypatch.setenv("CRMLIB_LANGUAGE", " ")
    assert settings.read().language == "zh"


def test_the_home_folder_may_be_written_short(folder, monkeypatch):
    monkeypatch.setenv("HOME", str(folder))
    monkeypatch.setenv("USERPROFILE", str(folder))
    monkeypatch.setenv("CRMLIB_DATA", "~/tables")
    write(folder, 'learner = "~/mine"\n')
    assert settings.read(folder).learner_folder == folder / "mine"
    assert settings.read(folder).data_folder == folder / "tables"


def test_a_file_with_a_byte_order_mark_is_read(folder):
    (folder / "crmlib.toml").write_bytes(b'\xef\xbb\xbflanguage = "zh"\n')
    assert settings.read(folder).language == "zh"


def test_a_change_counts_at_once(folder):
    write(folder, 'language = "en"\n')
    before = settings.read().language
    write(folder, 'language = "zh"\n')
    assert (before, settings.read().language) == ("en", "zh")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('language = "de"', ["crmlib.toml", '"de"', '"en"', '"zh"']),
        ("language = 3", ["language", "quotation marks"]),
        ('language = ""', ["language", "quotation marks"]),
        ('data = ["a"]', ["data", 'data = "datasets"']),
        ('langage = "zh"', ['"langage"', "language, data, learner", '"language"?']),
        ("[course]\nlanguage = 'zh'", ['"course"']),
        ("language = zh", ["cannot be understood", 'language = "en"']),
        ('data = "C:\\Users\\anna"', ["cannot be understood", "/"]),
    ],
)
def test_what_cannot_be_understood_is_said(folder, text, words):
    write(folder, text)
    said = refusal(folder)
    assert str(folder / "crmlib.toml") in said
    for word in words:
        assert word in said


def test_the_environment_is_named_where_it_is_wrong(folder, monkeypatch):
    monkeypatch.setenv("CRMLIB_LANGUAGE", "fr")
    said = refusal(folder)
    assert "CRMLIB_LANGUAGE" in said
    assert '"fr"' in said


def test_a_file_in_another_encoding_is_said(folder):
    (folder / "crmlib.toml").write_bytes('learner = "我的课程"'.encode("gb18030"))
    assert "UTF-8" in refusal(folder)


def test_settings_that_cannot_be_read_are_said_in_both_languages(folder):
    write(folder, 'language = "de"')
    english, chinese = refusal(folder).splitlines()
    assert english.isascii()
    assert "语言" in chinese
    with pytest.raises(settings.SettingsError):
        gettext("any text")
