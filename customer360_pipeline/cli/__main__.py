"""`python -m customer360_pipeline.cli`."""

from customer360_pipeline.cli.process import process

if __name__ == "__main__":
    process()
