"""What else one could run on the same extracts. Each peer is a module run alone: `--extracts DIR`, one JSON line out.

The line holds `seconds`, `cpu`, `peak_mb`, `customers`, `revenue` and `assignment`, the path of a Parquet file with
(source, record_id, cluster) of every record the peer kept, for scoring against the truth.
"""
