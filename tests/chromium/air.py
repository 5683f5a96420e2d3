"""The air between a phone and the server. Without a signal every connection breaks.

The browser's own offline switch leaves service workers on the line, so it would prove nothing.
"""

import contextlib
import socket
import threading


class Air:
    """Passes bytes on to host:port. `signal` may be taken away, and given back."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._door = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self.url = f"http://localhost:{self._door.getsockname()[1]}"
        self.signal = True
        self.tries = 0  # connections that found no signal

    def __enter__(self) -> "Air":
        threading.Thread(target=self._let_in, daemon=True).start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._door.close()
        self._break()

    def lose_signal(self) -> None:
        self.signal = False
        self._break()

    def regain_signal(self) -> None:
        self.signal = True

    def _break(self) -> None:
        for side in self._open:
            with contextlib.suppress(OSError):
                side.shutdown(socket.SHUT_RDWR)
            side.close()
        self._open.clear()

    def _let_in(self) -> None:
        while True:
            try:
                phone, _address = self._door.accept()
            except OSError:
                return
            if not self.signal:
                self.tries += 1
                phone.close()
                continue
            server = socket.create_connection(self._to)
            self._open += [phone, server]
            for one, other in ((phone, server), (server, phone)):
                threading.Thread(target=_pass_on, args=(one, other), daemon=True).start()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    """Pass on what comes until either side is gone, and then close both."""
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for side in (one, other):
        with contextlib.suppress(OSError):
            side.shutdown(socket.SHUT_RDWR)
