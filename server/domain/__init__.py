"""What a hall is, in plain Python: no Flask, no SQL, no config, no clock of its own."""
