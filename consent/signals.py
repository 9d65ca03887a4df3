"""What happens with a consent and matters to what left on it, or is about to; within the act's own transaction."""

from django.dispatch import Signal

# consent: Consent, by: Membership. From here on nothing leaves on it (withdrawn, or its place was taken).
withdrawn = Signal()

# disclosure: Disclosure. It turns out that its receiver has it on paper; what it held may have changed since.
handed = Signal()
