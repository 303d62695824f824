"""What the hall says to the world beyond its own screens: messages to holders, other halls."""
