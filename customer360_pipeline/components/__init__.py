"""The Dagster face: the two component types and the assets, resources and sensors they make. No logic."""
