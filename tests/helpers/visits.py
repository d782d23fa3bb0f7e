"""A made-up company's table, with the kinds that no table of the course has."""

from crmlib.data.schema import Column, Table

VISITS = Table(
    name="visits",
    file="visits.csv",
    origin="synthetic",
    row_is="one visit",
    rows=2,
    columns=(
        Column("visit_id", "text", "number of the visit"),
        Column("minutes", "integer", "how long", nullable=True),
        Column("bought", "truth value", "whether something was bought"),
    ),
    key=("visit_id",),
    notebooks=(),
    source="",
    licence="",
    made="",
    population="",
    clock="",
)
