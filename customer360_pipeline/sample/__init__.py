"""Extracts of invented people in the vendors' own forms, with the truth beside them.

For the tests, the benchmarks and the first run. No table depends on this package or on the truth it writes; the
scorecard compares the two afterwards.
"""
