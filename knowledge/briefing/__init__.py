"""From a topic to a memo made of verified quotes: what is known, figures, dates, what is open."""
