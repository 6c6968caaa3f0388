"""Whether a translation says the same as its source, as far as plain rules can tell. Asks no model."""
