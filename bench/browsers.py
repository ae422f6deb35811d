"""Two ways to ask for the same page: within this process, where queries can be counted, and over a socket."""

import re
from abc import ABC, abstractmethod
from http.client import HTTPConnection
from typing import NamedTuple
from urllib.parse import urlencode

from django.conf import settings
from django.test import Client

from bench.environment import HOST

CSRF = "b" * 32
FORM = "application/x-www-form-urlencoded"


class WrongAnswer(Exception):
    """The page was not the one that was asked for."""


class Answer(NamedTuple):
    status: int
    location: str
    body: bytes


class Browser(ABC):
    """Somebody's browser. Every answer is checked for its status and for a text that only the right page has."""

    session: str | None = None
    html_bytes = 0

    def act_as(self, session: str | None) -> None:
        self.session = session

    def get(self, address: str, marker: str, status: int = 200) -> str:
        """marker: a regular expression that the page has to match. Returns the page."""
        answer = self.ask("GET", address)
        text = answer.body.decode()
        if answer.status != status or not re.search(marker, text):
            raise WrongAnswer(f"GET {address}: {answer.status} {answer.location}, without “{marker}”")
        self.html_bytes += len(answer.body)
        return text

    def post(self, address: str, fields: dict, leads_to: str) -> str:
        """leads_to: a regular expression for the address that the answer redirects to, which is returned."""
        answer = self.ask("POST", address, fields)
        if answer.status != 302 or not re.search(leads_to, answer.location):
            raise WrongAnswer(f"POST {address}: {answer.status} {answer.location}, not to “{leads_to}”")
        return answer.location

    @abstractmethod
    def ask(self, method: str, address: str, fields: dict | None = None) -> Answer:
        """Sends the fields as a form, and returns the answer without following it."""


class InProcessBrowser(Browser):
    def __init__(self):
        self.client = Client(SERVER_NAME=HOST)

    def ask(self, method: str, address: str, fields: dict | None = None) -> Answer:
        self.client.cookies.clear()
        if self.session:
            self.client.cookies[settings.SESSION_COOKIE_NAME] = self.session
        if method == "GET":
            response = self.client.get(address)
        else:
            response = self.client.post(address, urlencode(fields or {}), content_type=FORM)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        return Answer(response.status_code, response.headers.get("Location", ""), body)


class SocketBrowser(Browser):
    def __init__(self, port: int):
        self.connection = HTTPConnection(HOST, port, timeout=60)

    def reconnect(self) -> None:
        """The server closes a connection that has been idle for some seconds."""
        self.connection.close()

    def ask(self, method: str, address: str, fields: dict | None = None) -> Answer:
        cookies = {settings.CSRF_COOKIE_NAME: CSRF}
        if self.session:
            cookies[settings.SESSION_COOKIE_NAME] = self.session
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items()), "Accept": "text/html"}
        if fields is not None:
            headers |= {"Content-Type": FORM, "X-CSRFToken": CSRF}
        body = None if fields is None else urlencode(fields).encode()
        self.connection.request(method, address, body, headers)
        response = self.connection.getresponse()
        return Answer(response.status, response.headers.get("Location", ""), response.read())
