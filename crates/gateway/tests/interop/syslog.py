"""A syslog server over TLS (RFC 5425), by Python's own ssl: prints its port, then each message as a line.

    syslog.py CERTIFICATE KEY

A client that does not shake hands is told on standard error and waited for no longer.
"""

import socket
import ssl
import sys


def until_space(file):
    digits = b""
    while (byte := file.read(1)) not in (b"", b" "):
        digits += byte
    return digits


context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.minimum_version = ssl.TLSVersion.TLSv1_2
context.load_cert_chain(*sys.argv[1:])
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    plain, _ = server.accept()
    try:
        with context.wrap_socket(plain, server_side=True) as stream, stream.makefile("rb") as file:
            while length := until_space(file):
                print(file.read(int(length)).decode(), flush=True)
            # Said, not just cut: the client takes this end for the receipt.
            stream.unwrap()
    except OSError as error:
        print(error, file=sys.stderr, flush=True)
