"""Where a visitor takes a number: card in, slip out. It holds no rule of the hall."""
