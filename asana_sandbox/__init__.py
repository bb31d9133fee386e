"""asana-sandbox: a local Asana that refuses what Asana refuses."""
