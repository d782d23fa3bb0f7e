"""The files of this project: those that are committed or about to be."""

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

NOT_OURS = {
    *(".git", ".venv", "my_course", "crm_course", "build", "dist", ".cache"),
    *(".hypothesis", ".ipynb_checkpoints", ".pytest_cache", ".ruff_cache", "__pycache__"),
}


def kept_files(root: Path = ROOT) -> list[Path]:
    """Return the files that are committed or about to be; without git, those that are not made."""
    command = ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others"]
    try:
        listing = subprocess.run([*command, "--exclude-standard"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        inside = sorted(path.relative_to(root) for path in root.rglob("*") if path.is_file())
        return [root / path for path in inside if not NOT_OURS & set(path.parts)]
    names = os.fsdecode(listing.stdout).split("\0")
    return [root / name for name in sorted(set(names)) if name and (root / name).is_file()]
