"""The page that a participant reads first: every command, for every system, and what it takes."""

from crmlib.workshop import readme
from crmlib.workshop.wheelhouse import Target


def page(*targets: Target) -> str:
    return readme.text("en", ["02", "07"], "crmlib-1.whl", targets)


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_page_has_every_command_for_every_system():
    text = page()
    for end in ("-m venv .venv", "install/crmlib-1.whl", "-m crmlib doctor", "-m crmlib start"):
        assert len([line for line in text.splitlines() if line.endswith(end)]) == 2, end
    assert "--no-index" not in text
    assert "notebooks 02, 07" in words(text)


def test_steps_are_counted_as_other_texts_name_them():
    heads = [line for line in page().splitlines() if line[:2] in ("5.", "6.")]
    assert heads == ["5. Is everything there?", "6. Open the course"]
    assert "do step 6 again" in words(page())


def test_windows_is_told_of_a_short_folder():
    assert r"C:\crm" in page()


def test_where_packages_fit_one_python_the_page_says_which_to_fetch():
    one = page(Target("windows", "3.14"), Target("mac", "3.14"))
    assert "You need Python, version 3.14." in words(one)
    assert "choose this one, not the newest" in words(one)
    two = page(Target("mac", "3.13"), Target("mac", "3.14"))
    assert "not the newest" not in words(two)
    assert "not the newest" not in words(page())
