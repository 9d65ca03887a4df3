"""What happens with the log, for the floors above. Receivers run in the bureau's context and transaction."""

from django.dispatch import Signal

# verdict: journal.verify.Verdict. The chain of seals was checked, and what was found is in the log.
checked = Signal()
