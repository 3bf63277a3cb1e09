"""Room 3: which records are one person, why, and what was kept from linking them.

Which of a person's values wins does not belong here.
"""
