"""LED bars over the windows: a text becomes the bytes of a make. What is shown is decided elsewhere."""
