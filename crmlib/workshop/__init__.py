"""Behind the commands: a learner's working folder, a look at the computer, a zip for a workshop.

- ``commands``        what can be typed: `start`, `doctor`, `bundle`
- ``course``          what the course consists of, in a clone or in an installed package
- ``links``           links between its files: which documents they need, which lead nowhere
- ``notebook_file``   what a notebook says, apart from its outputs
- ``working_folder``  copies the course, and keeps what a learner has changed
- ``lab``             opens JupyterLab on the front page
- ``doctor``          is everything there?
- ``bundle``          the zip of a workshop, with ``readme``, ``wheel`` and ``wheelhouse``
- ``archive``         a zip whose bytes depend on its contents alone

The subtle point: nothing here needs pandas, and JupyterLab is only needed by ``lab`` and
``doctor``; so a bundle can be made where little is installed.
"""
