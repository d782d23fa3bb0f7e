"""The rules that a notebook's own file can break; each returns the list of what is wrong."""

from tests.helpers import layout, learner, outputs, prose

FOR_EVERY_NOTEBOOK = (
    outputs.run_in_order,
    outputs.quiet,
    outputs.stable_outputs,
    outputs.metadata,
    layout.code_length,
    layout.no_chinese_in_code,
    layout.pictures_in_words,
    layout.explorers,
    learner.predictions,
    prose.numbers_in_prose,
    prose.sources_cell,
    prose.dollar_signs,
)
FOR_NUMBERED_NOTEBOOKS = (
    layout.title,
    layout.sections,
    layout.warm_up,
    layout.size,
    layout.rhythm,
    layout.covers_concepts,
    layout.bilingual_terms,
)
