"""Measures search, refusal and quotes on public questions. The product does not know that it is being measured."""
