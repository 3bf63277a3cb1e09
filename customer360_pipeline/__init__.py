"""The core table of a customer data platform."""
