"""What a changed configuration would do to the published customers, before anybody sees it.

`rehearse.py` resolves identity once more in a private database, `compare.py` holds the result to the published version,
`reasons.py` says what caused each change. How it looks does not belong here, except as markdown for a pull request.
"""
