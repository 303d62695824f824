"""Ticket printers: a slip becomes bytes, bytes become paper. No rule of the hall lives here."""
