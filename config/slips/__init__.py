"""Templates of what stands on a slip."""
