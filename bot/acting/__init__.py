"""Commands act through the Attaché that holds the data folder: one process at a time can work on it."""
