"""A mail server for tests: STARTTLS and a login are required; accepted mails become files.

Each accepted mail is NNNN.eml, its envelope NNNN.envelope (the sender's line, then a line for each
receiver). On stdout one line an event: "port N" when it listens, "accepted TO", "refused TO" (451),
"held TO" (it never answers).
"""

import argparse
import asyncio
import pathlib
import ssl

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Handler:
    def __init__(self, options):
        self.options = options
        self.refuse = options.refuse
        self.hold = options.hold
        self.count = 0

    async def handle_DATA(self, server, session, envelope):
        to = ",".join(envelope.rcpt_tos)
        if self.hold > 0:
            self.hold -= 1
            print("held", to, flush=True)
            await asyncio.Event().wait()
        if self.refuse > 0:
            self.refuse -= 1
            print("refused", to, flush=True)
            return "451 4.3.0 Try again later"
        self.count += 1
        base = pathlib.Path(self.options.folder) / f"{self.count:04d}"
        base.with_suffix(".envelope").write_text(
            "\n".join([envelope.mail_from, *envelope.rcpt_tos]) + "\n")
        base.with_suffix(".eml").write_bytes(envelope.original_content)
        print("accepted", to, flush=True)
        return "250 2.0.0 Accepted"


def authenticator(options):
    def check(server, session, envelope, mechanism, data):
        good = (isinstance(data, LoginPassword)
                and data.login.decode() == options.user
                and data.password.decode() == options.password)
        return AuthResult(success=good, handled=not good)

    return check


async def serve(options):
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(options.cert, options.key)
    handler = Handler(options)

    def session():
        return SMTP(handler, hostname="mail.test", tls_context=tls, require_starttls=True,
                    auth_required=True, auth_require_tls=True,
                    authenticator=authenticator(options), loop=asyncio.get_running_loop())

    server = await asyncio.get_running_loop().create_server(session, "127.0.0.1", 0)
    print("port", server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


def main():
    parser = argparse.ArgumentParser()
    for name in ("folder", "cert", "key", "user", "password"):
        parser.add_argument("--" + name, required=True)
    parser.add_argument("--refuse", type=int, default=0, help="mails to refuse first, with 451")
    parser.add_argument("--hold", type=int, default=0, help="mails to leave without an answer first")
    asyncio.run(serve(parser.parse_args()))


main()
