"""Verzoeken of clients. The name hides the PyPI package `requests`: nothing that runs may need that one."""
