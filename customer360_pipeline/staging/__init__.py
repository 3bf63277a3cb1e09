"""Room 2: one table per kind of record, of all sources: typed, with canonical keys and the record that owns each fact.

Which records are one person does not belong here.
"""
