"""The code of a guide, section by section."""

import re

from tests.helpers.tree import ROOT


def code_of(guide: str, heading: str) -> str:
    """Return the Python code under the heading that begins so, as one program."""
    page = (ROOT / "docs" / guide).read_text(encoding="utf-8")
    (section,) = [part for part in page.split("\n## ") if part.startswith(heading)]
    return "\n".join(re.findall(r"^```python\n(.*?)^```", section, re.M | re.S))
