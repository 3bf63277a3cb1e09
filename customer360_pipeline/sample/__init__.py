"""Extracts of invented people in the vendors' own forms, with the truth beside them.

For the tests, the benchmarks and the first run. No pipeline code reads this package or the truth it writes.
"""
