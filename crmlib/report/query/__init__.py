"""Purchases that a query gives: judged in DuckDB, where they may be larger than memory.

- ``engine``    a DuckDB that keeps within its memory, and touches no network
- ``rows``      every row as four numbers: whose, when, how much, and what the rules must know
- ``judging``   the rules, in the order in which files are judged, too
- ``repeats``   rows that repeat another one, cell by cell
- ``findings``  what was set aside or flagged, with its rows
- ``reading``   all of it, in order

The subtle point: the query is carried out twice. The first time every row becomes a few numbers in
a table of our own; the second time only the rows that somebody may want to look at are kept, with
all their columns. If the two times do not give the same rows, an error says so.
"""
