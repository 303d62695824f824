"""What the hall sees and hears: pages and the agent of bars and speakers. It never decides."""
