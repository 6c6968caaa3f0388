"""Memos as people get them: one page of words, drawn for the terminal, Slack, Word and PDF."""
