"""What people decide, kept beside the published versions: it outlives every rebuild and every rollback.

Not here: what follows from a decision for the customers (`identity/`), and how a person enters one (`cli/`).
"""
