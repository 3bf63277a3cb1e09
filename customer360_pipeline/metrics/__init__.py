"""Room 5: revenue, acquisition, engagement, activity. Each is brought to one row per customer before any join.

Not here: how an amount is converted (`profile.money`), and which columns are published (`customer_360/`).
"""
