"""Answers in prose by a language model the office chose; without one nothing of this is imported."""
