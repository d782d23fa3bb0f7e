"""Start afresh without losing anything."""

from crmlib.core.i18n import gettext as _
from crmlib.learning import store
from crmlib.learning.messages import Message


def reset(notebook: str | None = None) -> Message:
    """Forget predictions and attempts, and keep the old files under numbered names.

    Answers in the learner's own words are never touched.

    Parameters
    ----------
    notebook : str, optional
        The number of a notebook, such as ``"05"``, or one id, such as ``"05.p1"``; by default
        everything is forgotten, also a file that cannot be read any more.

    Returns
    -------
    Message
        What was forgotten and where the old files are.

    Examples
    --------
    >>> reset("99")
    ▸ Nothing to forget for "99".
    """
    try:
        if notebook is None:
            return _forget_everything()
        return _forget_notebook(str(notebook).strip())
    except store.StoreError as error:
        return Message("problem", _("Nothing was forgotten."), (str(error),))


def _forget_everything() -> Message:
    forgotten = []
    for name in (store.PREDICTIONS, store.ATTEMPTS):
        if store.path(name).exists():
            kept = store.set_aside(name, keep_original=False)
            forgotten.append(_("{name} is now {kept}.").format(name=name, kept=kept))
    if not forgotten:
        return Message("note", _("There was nothing to forget."))
    return Message("note", _("All predictions and attempts are forgotten."), tuple(forgotten))


def _forget_notebook(notebook: str) -> Message:
    forgotten = []
    for name in (store.PREDICTIONS, store.ATTEMPTS):
        content = store.read(name)
        ids = [each for each in content if each == notebook or each.startswith(f"{notebook}.")]
        if not ids:
            continue
        kept = store.set_aside(name, keep_original=True)
        store.write(name, {each: content[each] for each in content if each not in ids})
        text = _("From {name}: {ids}. The file as it was is now {kept}.")
        forgotten.append(text.format(name=name, ids=", ".join(ids), kept=kept))
    if not forgotten:
        return Message("note", _('Nothing to forget for "{notebook}".').format(notebook=notebook))
    heading = _('Forgotten for "{notebook}".').format(notebook=notebook)
    return Message("note", heading, tuple(forgotten))
