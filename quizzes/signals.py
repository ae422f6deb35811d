"""Sent inside the transaction that made it true."""

from django.dispatch import Signal

attempt_finished = Signal()  # attempt
