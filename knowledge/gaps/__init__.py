"""What the library does not answer: logged, grouped, owned, closed, counted, sent to whoever writes the guidance."""
