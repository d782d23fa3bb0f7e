"""What maintainers run: each tool is `python -m tools.NAME`, with a target in the Makefile."""
