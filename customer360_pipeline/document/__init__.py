"""The profile document: what the published tables say of one account or person, and where it is from.

`parts` says what a document is made of, `account` and `person` declare the two, `build` reads a published version,
`schema` derives the JSON Schema from the declarations, `text` prints a document on a terminal.
"""
