"""The acts of consents under the name by which others call them."""

from consent.actions.answering import give, give_on_paper, refuse, refuse_on_paper, withdraw
from consent.actions.asking import ask_consent, take_back

__all__ = ["ask_consent", "give", "give_on_paper", "refuse", "refuse_on_paper", "take_back", "withdraw"]
