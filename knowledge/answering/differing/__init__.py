"""Sources that disagree: found by plain rules among the passages of an answer, shown side by side, never blended."""
