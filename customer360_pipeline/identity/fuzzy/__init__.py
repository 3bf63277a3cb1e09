"""The fuzzy tier: which records without a common key are one person. Pure functions over Arrow tables and numpy arrays.

`prepare` encodes the records, `levels` compares pairs field by field, `model` learns without labels what each level
says, `scores` turns levels into log-odds, `linkage` groups. `resolve` puts them together. Nothing here knows the
engine: what is read and written stands in the tables of the room above.
"""
