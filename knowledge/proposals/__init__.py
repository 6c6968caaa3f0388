"""Files that wait for an admin's word: read and embedded, served to nobody; and what a change would do to answers."""
