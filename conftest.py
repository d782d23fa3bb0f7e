"""Every test session, of tests, doctests or notebooks, works apart from the learner's own files."""

import os
import shutil
import tempfile

import pytest

learner_folder = pytest.StashKey[str]()


def pytest_configure(config: pytest.Config) -> None:
    """Give this process a learner's folder of its own, and settings that do not vary."""
    config.stash[learner_folder] = tempfile.mkdtemp(prefix="crmlib-learner-")
    os.environ["CRMLIB_LEARNER"] = config.stash[learner_folder]
    os.environ["CRMLIB_LANGUAGE"] = "en"
    os.environ.pop("CRMLIB_DATA", None)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove that folder."""
    shutil.rmtree(config.stash[learner_folder], ignore_errors=True)
