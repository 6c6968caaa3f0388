"""The gate between a language model and people: what a sentence may say is what its quotes say. Asks no model."""
