"""Every write of this app. Each is atomic and journals in its own transaction."""
