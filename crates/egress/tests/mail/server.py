"""A mail server for tests: aiosmtpd on a free port of this machine. Arguments: `smtps`, `starttls` or `plain`, then
the files of the certificate and its key. Prints its port, then a line of JSON for every message that it takes."""

import asyncio
import json
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Handler:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("refused@"):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 fine"

    async def handle_DATA(self, server, session, envelope):
        taken = {
            "from": envelope.mail_from,
            "to": envelope.rcpt_tos,
            "text": envelope.content.decode("ascii"),
            "tls": server.transport.get_extra_info("cipher") is not None,
            "signed_in": session.authenticated is True,
        }
        print(json.dumps(taken), flush=True)
        return "250 taken"


def authenticate(server, session, envelope, mechanism, data):
    good = isinstance(data, LoginPassword) and mechanism == "PLAIN"
    good = good and data.login == b"gate" and data.password == b"secret of the gate"
    return AuthResult(success=good, handled=False)


async def main(form, certificate, key):
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)

    def protocol():
        secure = form != "plain"
        return SMTP(
            Handler(),
            tls_context=context if form == "starttls" else None,
            require_starttls=form == "starttls",
            authenticator=authenticate if secure else None,
            auth_required=secure,
            auth_require_tls=form == "starttls",
            hostname="mail.test",
        )

    loop = asyncio.get_running_loop()
    tls = context if form == "smtps" else None
    server = await loop.create_server(protocol, "localhost", 0, ssl=tls)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main(*sys.argv[1:]))
