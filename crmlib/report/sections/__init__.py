"""The sections of the report, one file each: a study in, a section out, or nothing."""
