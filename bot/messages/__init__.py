"""The catalogues of what the bot says."""
