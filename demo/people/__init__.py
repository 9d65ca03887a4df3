"""Invented people for the demo and for load tests: the same seed gives the same people, whatever their number."""
