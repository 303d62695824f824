"""What the installer sets: models, shipped defaults, example halls and words. It imports no room."""
