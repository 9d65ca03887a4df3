"""Every write of this app. Each is atomic, asks who may, and journals in its own transaction."""
