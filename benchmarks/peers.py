"""The peer's own environment, made on first use."""

import hashlib
import importlib.util
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
REQUIREMENTS = HERE / "requirements-peers.txt"
FOLDER = HERE / ".venv"


def python(folder: Path = FOLDER, requirements: Path = REQUIREMENTS) -> Path:
    """Return the Python of the peer's environment; make it anew when the requirements changed."""
    found = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    stamp = folder / "made"
    wanted = hashlib.sha256(requirements.read_bytes() + str(folder).encode()).hexdigest()
    if not stamp.is_file() or stamp.read_text() != wanted:
        print("Making the peer's environment, once …", flush=True)
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run(install_command(found, requirements), check=True)
        # written last, so that an interrupted installation is done again
        stamp.write_text(wanted)
    return found


def install_command(python: Path, requirements: Path) -> list[str]:
    """Return the command that installs the requirements, by uv where it is there (faster)."""
    if importlib.util.find_spec("uv"):
        command = [sys.executable, "-m", "uv", "pip", "install", "--python", str(python)]
    else:
        command = [str(python), "-m", "pip", "install", "--disable-pip-version-check"]
    return [*command, "--quiet", "--requirement", str(requirements)]
