"""How each account is doing, and what follows from it: signals, dimensions, score, risks, opportunities, actions.

Reads one row per account of the metrics, in `facts.sql` and nowhere else. What a figure is belongs into `metrics`.
"""
