"""The day and the month as figures and as a spreadsheet. They read on a read-only connection and change nothing."""
