"""Sent inside the transaction that made it true."""

from django.dispatch import Signal

person_changed = Signal()  # person: her role, her hire date, her language or her teams may be others now
