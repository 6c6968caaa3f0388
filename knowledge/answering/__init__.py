"""From hits to an answer made of verified quotes, or to a gap."""
