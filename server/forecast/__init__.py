"""What is likely to come: waits, demand, staffing and alerts, computed from pictures of the hall beside the ledger."""
