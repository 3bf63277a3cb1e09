"""How well records of public data with known truth are matched: ours, simple rules and named peers, one table.

    make bench-accuracy DATA=folder

The data are not part of this project; `sets.py` says which files are read and where they come from. Each method runs
in a process of its own (`ours.py`, `literal.py`, and `splink_link.py` and `goldenmatch_link.py` in `benchmarks/peers/`)
on the same records and never sees the truth; `table.py` scores what it wrote.
"""
