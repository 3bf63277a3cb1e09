"""`python -m customer360_pipeline.cli`."""

import sys

from customer360_pipeline.cli import main

if __name__ == "__main__":
    sys.exit(main())
