"""Sent inside the transaction that made it true."""

from django.dispatch import Signal

activity_completed = Signal()  # completion
path_completed = Signal()  # assignment
