"""Room 4: which value wins. Every value is kept and ranked; `profile.customers` is the spine, one row per customer.

Not here: who a customer is (`identity/`), and what is counted of a customer (`metrics/`). What each record has
paid (`profile.money`, `profile.record_value`) is here because the strategy `highest_value` asks for it first.
"""
