"""Execute notebooks top to bottom and store their outputs, the same bytes each time.

``python -m tools.execute`` runs every notebook of the course and every exercise solution;
``python -m tools.execute notebooks/05_alive.ipynb`` runs the ones it names.

- Each notebook gets a fresh kernel in its own folder, an empty learner's folder, English, and
  FutureWarning as an error.
- A notebook is written back only if no cell raised (cells tagged ``raises-exception`` may) and
  nothing was written to stderr, where warnings arrive. A failure leaves the file as it was.
- What would differ from run to run, or be dead in a stored file, is taken out: times, versions,
  tracebacks (their last line stays), live widgets (their text and pictures stay).
- Cell ids are kept.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

ROOT = Path(__file__).resolve().parent.parent
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
LANGUAGE = {"file_extension": ".py", "mimetype": "text/x-python", "name": "python"}
SECONDS_PER_CELL = 600


def run(notebook: NotebookNode, folder: Path, *, allow_errors: bool = False) -> NotebookNode:
    """Return the notebook with the outputs of a fresh run, as a stored file should have them.

    Parameters
    ----------
    notebook
        The notebook, any outputs in it are forgotten. It is not changed.
    folder
        The folder in which the kernel works: the notebook's own.
    allow_errors
        Whether to go on after a cell that raises.

    Raises
    ------
    nbclient.exceptions.CellExecutionError
        A cell raised that is not tagged ``raises-exception``.
    """
    copy = nbformat.from_dict(without_outputs(notebook))
    with tempfile.TemporaryDirectory(prefix="crmlib-kernel-") as own:
        client = NotebookClient(
            copy,
            kernel_name=KERNEL["name"],
            resources={"metadata": {"path": str(folder)}},
            allow_errors=allow_errors,
            timeout=SECONDS_PER_CELL,
            record_timing=False,
            coalesce_streams=True,
            store_widget_state=False,
        )
        client.execute(env=kernel_environment(Path(own)))
    return stable(copy)


def kernel_environment(own: Path) -> dict[str, str]:
    """Return the environment of a kernel that knows nothing of the person who starts it."""
    learner = own / "learner"
    learner.mkdir()
    return os.environ | {
        "CRMLIB_LEARNER": str(learner),
        "CRMLIB_LANGUAGE": "en",
        "IPYTHONDIR": str(own / "ipython"),
        "PYTHONHASHSEED": "0",
        "PYTHONWARNINGS": "error::FutureWarning",
        "TZ": "UTC",
    }


def without_outputs(notebook: NotebookNode) -> dict:
    """Return the notebook without outputs and execution counts."""
    cells = []
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell = cell | {"outputs": [], "execution_count": None}
        cells.append(cell)
    return notebook | {"cells": cells}


def stable(notebook: NotebookNode) -> NotebookNode:
    """Return the executed notebook without what differs from run to run."""
    cells = [stable_cell(cell) for cell in notebook["cells"]]
    metadata = {key: value for key, value in notebook["metadata"].items() if key != "widgets"}
    metadata |= {"kernelspec": KERNEL, "language_info": LANGUAGE}
    return nbformat.from_dict(notebook | {"cells": cells, "metadata": metadata})


def stable_cell(cell: dict) -> dict:
    """Return the cell without times, live widgets and tracebacks."""
    metadata = {key: value for key, value in cell["metadata"].items() if key != "execution"}
    if cell["cell_type"] != "code":
        return cell | {"metadata": metadata}
    outputs = [stable_output(output) for output in cell["outputs"]]
    return cell | {"metadata": metadata, "outputs": [output for output in outputs if output]}


def stable_output(output: dict) -> dict | None:
    """Return the output as it is stored, or None where nothing of it can be stored."""
    if output["output_type"] == "error":
        return output | {"traceback": [f"{output['ename']}: {output['evalue']}"]}
    if WIDGET_VIEW not in output.get("data", {}):
        return output
    data = {mime: content for mime, content in output["data"].items() if mime != WIDGET_VIEW}
    return output | {"data": data} if data else None


def warnings_in(notebook: NotebookNode) -> list[str]:
    """Return what the cells wrote to stderr, each text with its cell's number from 1."""
    return [
        f"cell {number} wrote to stderr: {output['text'].strip()}"
        for number, cell in enumerate(notebook["cells"], start=1)
        for output in cell.get("outputs", [])
        if output["output_type"] == "stream" and output["name"] == "stderr"
    ]


def execute(path: Path) -> list[str]:
    """Execute the notebook of this path in place, or leave it and return what is wrong."""
    notebook = nbformat.read(path, as_version=4)
    try:
        executed = run(notebook, path.parent)
    except (CellExecutionError, CellTimeoutError, DeadKernelError) as error:
        return [str(error).strip()]
    if problems := warnings_in(executed):
        return problems
    write(executed, path)
    return []


def write(notebook: NotebookNode, path: Path) -> None:
    """Write the notebook, whole or not at all."""
    text = nbformat.writes(notebook) + "\n"
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, prefix=f".{path.stem}-", delete=False
    ) as file:
        file.write(text)
    part = Path(file.name)
    part.chmod(path.stat().st_mode & 0o777 if path.exists() else 0o644)
    part.replace(path)


def default_paths() -> list[Path]:
    """Return the course's notebooks and the exercise solutions."""
    folders = (ROOT / "notebooks", ROOT / "exercises" / "solutions")
    return [path for folder in folders for path in sorted(folder.glob("*.ipynb"))]


def main(arguments: Sequence[str] | None = None) -> int:
    """Execute the notebooks that the command line names; return 1 if any of them failed."""
    parser = argparse.ArgumentParser(prog="python -m tools.execute", description=__doc__)
    parser.add_argument("paths", nargs="*", type=Path, help="notebooks (without any: all)")
    failed = False
    for path in parser.parse_args(arguments).paths or default_paths():
        problems = execute(path)
        print(f"{path}: {'left as it was' if problems else 'executed'}", flush=True)
        for problem in problems:
            failed = True
            print(problem, file=sys.stderr)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
