"""Card readers and scanners: what a person lays down or holds up becomes a value. Nothing read is stored here."""
