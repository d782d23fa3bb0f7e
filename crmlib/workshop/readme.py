"""The page that a workshop's participant reads first, in plain words, in one of two languages.

- ``text()``  the page, for students or trainers, for Windows, macOS and Linux
"""

from collections.abc import Sequence

from crmlib.core.i18n import mark as N_
from crmlib.core.i18n import translate
from crmlib.core.layout import width_of, wrapped
from crmlib.workshop.wheelhouse import Target

WIDTH = 88
TITLE = N_("What is a customer relationship worth? The course on your own computer")
FOR_STUDENTS = N_("For students.")
FOR_TRAINERS = N_("For trainers: with solutions. Please do not hand this on to students.")
CONTENTS = N_(
    "In the folder crm_course: the front page notebooks/start.ipynb, notebooks {numbers}, their "
    "exercises, and the data (made by us, or with a free licence: datasets/README.md). In the "
    "folder install: what has to be installed once. No account is needed, and nothing that you do "
    "is sent anywhere."
)
SOLUTIONS = N_("The solutions are in crm_course/exercises/solutions.")
GUIDE = N_(
    "The trainers' guide is in crm_course/docs/trainers. Open the course first: its front page "
    "leads there (the trainer's desk)."
)

STEP_UNPACK = N_("Unpack the zip")
UNPACK = N_(
    "On Windows: click on the zip with the right mouse button, choose Extract All, and a short "
    "folder that is not in OneDrive, such as C:\\crm (where names get too long, the installation "
    "fails). Do not work inside the zip's own window. On a Mac and on Linux: double-click on it."
)
STEP_PYTHON = N_("Python, once")
PYTHON = N_(
    "You need Python, version {python}. If you do not have it: on Windows and on a Mac, fetch the "
    "installer from python.org, open it, and on Windows tick Add python.exe to PATH. On Linux it "
    "is there already, or your system's programs offer it (python3 and python3-venv)."
)
ANY_PYTHON = N_("3.11 or newer")
ONLY_PYTHON = N_(
    "The packages in this zip fit no other version: on python.org choose this one, not the newest. "
    "It may stand beside another Python."
)
STEP_TERMINAL = N_("Open a terminal in this folder")
TERMINAL = N_(
    "A terminal is a window in which you type commands and press Enter after each. Windows: open "
    "the folder that holds this file, click into the address line above the files, type cmd, "
    "press Enter. Mac: click on the folder with the right mouse button, choose Services, then New "
    "Terminal at Folder (if that is not there: open the program Terminal, type cd and a blank, "
    "drag the folder into the window, press Enter). Linux: click with the right mouse button into "
    "the folder, choose Open in Terminal."
)
STEP_INSTALL = N_("Install, once")
OFFLINE = N_(
    "Type these two lines, or copy them. No internet is needed. The packages in install/wheelhouse "
    "are for: {targets}. On another computer, leave out the words from --no-index to "
    "install/wheelhouse, and the number behind py or python3: then the packages come from the "
    "internet."
)
ONLINE = N_(
    "Type these two lines, or copy them. The second one needs the internet, for some minutes and "
    "some hundred megabytes: do it before the workshop."
)
WAIT = N_(
    "The first line takes half a minute in silence. The second takes one to five minutes; many "
    "lines go by, and near the end one begins with Successfully installed. If Windows does not "
    "know py, type python in its place."
)
STEP_DOCTOR = N_("Is everything there?")
DOCTOR = N_(
    "Type this line. The first time it can take a minute. Then each line of the answer begins with "
    "✔, or says what to do."
)
STEP_START = N_("Open the course")
START = N_(
    "Type this line. The course opens in your browser. If it does not, copy the address from the "
    "terminal that begins with http and localhost into your browser. Leave the terminal open "
    "while you work. No internet is needed for this."
)
STEP_STOP = N_("Stop, and come back")
STOP = N_(
    "In the browser, save with Ctrl + S (Mac: Cmd + S) and choose File, Shut Down. Next time, open "
    "a terminal in this folder and do step 6 again. What you have written is kept."
)
STEP_HELP = N_("If something does not work")
HELP = N_(
    "Write down the last line that the terminal showed, and the number of the step. Come all the "
    "same: in a workshop two people can share one computer."
)
WINDOWS, OTHERS = "Windows", "macOS, Linux"


def text(
    language: str,
    numbers: Sequence[str],
    wheel: str,
    targets: Sequence[Target] = (),
    for_trainers: bool = False,
    with_guide: bool = False,
) -> str:
    """Return the page.

    Parameters
    ----------
    language : str
        "en" or "zh".
    numbers : sequence of str
        The notebooks that are in the zip.
    wheel : str
        The name of the file that installs crmlib.
    targets : sequence of Target
        The systems whose packages are in the zip; none where the packages are not in it.
    for_trainers, with_guide : bool, default False
        Whether the solutions and the trainers' guide are in the zip.
    """

    def say(marked: str, **values: str) -> str:
        return translate(marked, language).format(**values)

    pythons = sorted({target.python for target in targets})
    title, contents = say(TITLE), [say(CONTENTS, numbers=", ".join(numbers))]
    contents += [say(SOLUTIONS)] if for_trainers else []
    contents += [say(GUIDE)] if with_guide else []
    python = say(PYTHON, python=", ".join(pythons) or say(ANY_PYTHON))
    python += f" {say(ONLY_PYTHON)}" if len(pythons) == 1 else ""
    install = say(OFFLINE, targets="; ".join(map(str, targets))) if targets else say(ONLINE)
    steps = [
        (say(STEP_UNPACK), say(UNPACK), []),
        (say(STEP_PYTHON), python, []),
        (say(STEP_TERMINAL), say(TERMINAL), []),
        (say(STEP_INSTALL), f"{install} {say(WAIT)}", _install(wheel, pythons)),
        (say(STEP_DOCTOR), say(DOCTOR), _run("doctor")),
        (say(STEP_START), say(START), _run("start")),
        (say(STEP_STOP), say(STOP), []),
        (say(STEP_HELP), say(HELP), []),
    ]
    lines = [title, "=" * width_of(title), "", say(FOR_TRAINERS if for_trainers else FOR_STUDENTS)]
    for paragraph in contents:
        lines += ["", *wrapped(paragraph, WIDTH)]
    for number, (heading, paragraph, commands) in enumerate(steps, 1):
        first = f"{number}. {heading}"
        lines += ["", "", first, "-" * width_of(first), *wrapped(paragraph, WIDTH)]
        for system, typed in commands:
            lines += ["", f"  {system}:", *(f"    {line}" for line in typed)]
    return "\n".join([*lines, ""])


def _install(wheel: str, pythons: Sequence[str]) -> list[tuple[str, list[str]]]:
    # The packages fit one version of Python, and a computer may have several.
    own = pythons[0] if len(pythons) == 1 else ""
    here = "--no-index -f install/wheelhouse " if pythons else ""
    rest = f"-m pip install {here}-r install/requirements.txt install/{wheel}"
    return [
        (WINDOWS, [f"py -{own or 3} -m venv .venv", rf".venv\Scripts\python {rest}"]),
        (OTHERS, [f"python{own or 3} -m venv .venv", f".venv/bin/python {rest}"]),
    ]


def _run(command: str) -> list[tuple[str, list[str]]]:
    return [
        (WINDOWS, [rf".venv\Scripts\python -m crmlib {command}"]),
        (OTHERS, [f".venv/bin/python -m crmlib {command}"]),
    ]
