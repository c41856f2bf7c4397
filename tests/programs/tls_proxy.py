"""Give a server that listens on a socket TLS, on a port of loopback, which is printed.

usage: tls_proxy.py SOCKET CERTIFICATE KEY

It begins as PostgreSQL does: a client asks for TLS with eight bytes first.
"""

import socket
import ssl
import sys
import threading
from contextlib import suppress

_WANTS_TLS = (8).to_bytes(4) + (80877103).to_bytes(4)


def serve(client: socket.socket, path: str, context: ssl.SSLContext) -> None:
    with suppress(OSError), client, socket.socket(socket.AF_UNIX) as server:
        if client.recv(8) != _WANTS_TLS:
            return  # it would talk in the open
        client.sendall(b"S")
        with context.wrap_socket(client, server_side=True) as inner:
            server.connect(path)
            threading.Thread(target=pump, args=(server, inner), daemon=True).start()
            pump(inner, server)


def pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65_536):
            target.sendall(data)
    with suppress(OSError):
        target.shutdown(socket.SHUT_RDWR)


def main(path: str, certificate: str, key: str) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listening:
        print(listening.getsockname()[1], flush=True)
        while True:
            client, _ = listening.accept()
            threading.Thread(target=serve, args=(client, path, context), daemon=True).start()


main(*sys.argv[1:])
