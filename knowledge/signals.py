"""Sent inside the transaction that made it true."""

from django.dispatch import Signal

article_acknowledged = Signal()  # acknowledgement, article
