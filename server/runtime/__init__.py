"""What keeps the server running: the listener, the clock, periodic tasks, upkeep, logs."""
