"""Making what was marked illegible, for good. The floor of it knows bytes and words alone: no database, no settings."""
