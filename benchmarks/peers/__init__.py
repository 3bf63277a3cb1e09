"""What else one could run on the same extracts. Each peer is a module run alone: `--extracts DIR --out FILE.parquet`.

It prints one JSON line with `cost`, `customers` and `revenue`, and writes (source, record_id, cluster) of every record
that it kept to the Parquet file, for scoring against the truth.
"""
