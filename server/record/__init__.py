"""What is written down and can be proved: the ledger, its tables, the journal's chain, keys and backups."""
