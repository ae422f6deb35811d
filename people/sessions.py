"""Sessions in the database, as Django keeps them; the query of each request is compiled once."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.utils import timezone

from people.compiled import CompiledQuery


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        session = _running.first(key=self.session_key, at=timezone.now())
        if session is None:
            self._session_key = None
        return session


@CompiledQuery
def _running(key, at):
    return Session.objects.filter(session_key=key, expire_date__gt=at)
