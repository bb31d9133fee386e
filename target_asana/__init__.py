"""target-asana: writes Singer records and CSV exports into Asana."""
