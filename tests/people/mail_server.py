"""A mail server that a test tells how to answer; Django's own backend speaks SMTP to it."""

import socketserver
import threading
from contextlib import contextmanager

from django.test import override_settings


class _Session(socketserver.StreamRequestHandler):
    def handle(self):
        self.server.connections += 1
        self.say(220)
        while line := self.rfile.readline():
            word = line.split(maxsplit=1)[0].upper() if line.strip() else b""
            if word == b"QUIT":
                return self.say(221)
            if word == b"DATA":
                self.take_mail()
            else:
                self.say(self.server.answer(line.decode()))

    def say(self, code: int) -> None:
        self.wfile.write(f"{code} said to somebody@example.com\r\n".encode())

    def take_mail(self) -> None:
        self.say(354)
        lines = iter(self.rfile.readline, b".\r\n")
        mail = b"".join(lines)
        code = self.server.data_code
        if code < 400:
            self.server.mails.append(mail.decode())
        if self.server.drops_after_data:
            self.connection.close()
        else:
            self.say(code)


class MailServer(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Session)
        self.connections = 0
        self.mails: list[str] = []
        self.refused: dict[str, int] = {}  # the codes for addresses and for commands that are not welcome
        self.data_code = 250
        self.drops_after_data = False

    @property
    def settings(self) -> dict:
        """With these Django sends its mails here."""
        host, port = self.server_address
        backend = "django.core.mail.backends.smtp.EmailBackend"
        smtp = {"EMAIL_BACKEND": backend, "EMAIL_HOST": host, "EMAIL_PORT": port, "EMAIL_TIMEOUT": 5}
        plain = {"EMAIL_HOST_USER": "", "EMAIL_HOST_PASSWORD": "", "EMAIL_USE_TLS": False, "EMAIL_USE_SSL": False}
        return smtp | plain

    def answer(self, command: str) -> int:
        return next((code for words, code in self.refused.items() if words in command), 250)

    def handle_error(self, request, client_address):
        """A client that goes in the middle is what some tests are about."""


@contextmanager
def mail_server():
    server = MailServer()
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        with override_settings(**server.settings):
            yield server
    finally:
        server.shutdown()
        server.server_close()
