"""What a notebook says, apart from its outputs: whether somebody wrote in it.

The subtle point: running a notebook changes its file, but not what it says. So a notebook that
was only run counts as unchanged.
"""

import hashlib
import json
from collections.abc import Callable, Sequence


def fingerprint(cells: Sequence[dict]) -> str:
    """Return a checksum of what the cells say: a save or a run without a change leaves it.

    Examples
    --------
    >>> written = [{"cell_type": "code", "source": ["x = 1"]}]
    >>> run = [{"cell_type": "code", "source": "x = 1", "outputs": ["…"]}]
    >>> fingerprint(written) == fingerprint(run)
    True
    """
    texts = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
    return hashlib.sha256(json.dumps(texts).encode()).hexdigest()


def says(name: str, content: bytes) -> str:
    """Return a checksum of what a file says: of a notebook's cells, of another file's bytes.

    Parameters
    ----------
    name : str
        The file's name, which tells whether it is a notebook.
    content : bytes
    """
    if name.endswith(".ipynb"):
        try:
            return fingerprint(json.loads(content)["cells"])
        except (ValueError, KeyError, TypeError):
            pass  # a damaged notebook is compared like any other file
    return hashlib.sha256(content).hexdigest()


def worked_in(content: bytes) -> bool:
    """Return whether an exercise holds more than the course wrote: a learner's answers.

    Parameters
    ----------
    content : bytes
        A notebook's file. One that carries no fingerprint was not made by the course.
    """
    try:
        notebook = json.loads(content)
        made = notebook["metadata"]["crm"]["generated"]["fingerprint"]
        return made != fingerprint(notebook["cells"])
    except (ValueError, KeyError, TypeError):
        return True


def without_outputs(content: bytes) -> bytes:
    """Return a notebook's file as before it was run."""
    notebook = json.loads(content)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell.update(outputs=[], execution_count=None)
    return _file(notebook)


def map_markdown(content: bytes, change: Callable[[str], str]) -> bytes:
    """Return a notebook's file with each text cell changed; the same bytes where none does."""
    notebook, changed = json.loads(content), False
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            before = "".join(cell["source"])
            after = change(before)
            if after != before:
                changed = True
                cell["source"] = after.splitlines(keepends=True)
    return _file(notebook) if changed else content


def markdown(content: bytes) -> str:
    """Return the text cells of a notebook's file as one text."""
    cells = json.loads(content)["cells"]
    return "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")


def _file(notebook: dict) -> bytes:
    # As nbformat and JupyterLab lay it out.
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
