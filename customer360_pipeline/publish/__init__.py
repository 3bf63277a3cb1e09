"""Write, audit, publish: immutable versions of the customer tables, the pointer to the current one, and their readers.

Here: the version file, its audit, the pointer, rollback, comparison of versions, and delivery to further
destinations. Not here: what a table contains (the rooms before), and pages or an API (later rooms).
"""
