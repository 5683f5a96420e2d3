"""A mail server of a few lines, which can refuse, be busy, or break off in the middle."""

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class MailServer(socketserver.ThreadingTCPServer):
    """Keeps what it takes. `answers` maps an address to what it says to it, or to "cut"."""

    allow_reuse_address = daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.answers: dict[str, str] = {}
        self.taken: list[str] = []
        self.connections = 0

    @property
    def port(self) -> int:
        return self.server_address[1]


class _Talk(socketserver.StreamRequestHandler):
    server: MailServer

    def handle(self) -> None:
        self.server.connections += 1
        self.say("220 here")
        to = ""
        for line in self.rfile:
            word = line.decode().strip()
            command = word.upper()
            if command.startswith("RCPT"):
                to = word.partition("<")[2].rstrip(">")
                answer = self.server.answers.get(to, "250 ok")
                self.say("250 ok" if answer == "cut" else answer)
            elif command == "DATA":
                self.say("354 go on")
                body = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.taken.append(f"{to}\n{body.decode()}")
                if self.server.answers.get(to) == "cut":
                    return  # it has the mail, and never says so
                self.say("250 taken")
            elif command == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


@contextmanager
def mail_server(settings: Any) -> Iterator[MailServer]:
    """Let Django talk to a mail server of this process."""
    server = MailServer()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
