"""Every write on consents and on what is given to a client."""
