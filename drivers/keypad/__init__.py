"""Call keypads at the windows: a key becomes a gesture of the open interface. What the gesture does is the server's business."""
