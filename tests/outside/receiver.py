#!/usr/bin/env python3
"""A receiver of postbacks that lets a published library verify them: receiver.py standardwebhooks|svix

POST /postback takes one, signed by Standard Webhooks under the key in POSTPROOF_SECRET, and books it once for each
webhook-id in the file that POSTBACK_LEDGER names; GET /credits answers with what was booked. The first line on stdout
is the URL to post to. What a postback says is not looked at: the library's verdict is what this is for.
"""

import argparse
import importlib
import json
import os
import socketserver
import sys
import threading
from wsgiref import simple_server

import ledger

# No genuine postback is a tenth as long.
LONGEST_BODY = 1 << 20
# So much of a longer one is read and thrown away, so that its sender gets to read the answer.
LONGEST_REFUSED = 32 << 20


class Refusal(Exception):
    """Why a postback is not taken: a status line, a code and a hint."""


# Which header carries the id that a library verifies, the first before the second.
ID_HEADERS = {"standardwebhooks": ("WEBHOOK-ID",), "svix": ("SVIX-ID", "WEBHOOK-ID")}

# The libraries' documentation names one exception. These come out besides: of a signature that is no base64 or has no
# version, and of a rightly signed body that is no JSON, no UTF-8, or nested too deep.
UNDOCUMENTED = (ValueError,)
UNREADABLE = (json.JSONDecodeError, UnicodeDecodeError, RecursionError)


class Receiver:
    """The WSGI application."""

    def __init__(self, library, documented_only):
        webhooks = importlib.import_module(library + ".webhooks")
        self.webhook = webhooks.Webhook(os.environ["POSTPROOF_SECRET"])
        self.bad_signature = (webhooks.WebhookVerificationError, *(() if documented_only else UNDOCUMENTED))
        self.bad_body = () if documented_only else UNREADABLE
        self.id_headers = ID_HEADERS[library]
        self.lock = threading.Lock()
        self.known = set()

    def __call__(self, environ, start_response):
        try:
            status, kind, answer = "200 OK", "application/json", self.answer(environ)
        except Refusal as refusal:
            status, code, hint = refusal.args
            kind, answer = "application/json", {"error": code, "hint": hint}
        if isinstance(answer, bytes):
            kind = "application/x-ndjson"
        else:
            answer = json.dumps(answer).encode()
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(answer)))])
        return [answer]

    def answer(self, environ):
        road = (environ["REQUEST_METHOD"], environ["PATH_INFO"])
        if road == ("POST", "/postback"):
            return self.take(environ)
        if road == ("GET", "/credits"):
            with open(ledger.path(), "rb") as booked:
                return booked.read()
        if road[1] in ("/postback", "/credits"):
            raise Refusal("405 Method Not Allowed", "method_not_allowed", "POST /postback, GET /credits")
        raise Refusal("404 Not Found", "not_found", "POST /postback, GET /credits")

    def take(self, environ):
        body = read_body(environ)
        if environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
            raise Refusal("415 Unsupported Media Type", "content_type", "send application/json")
        headers = {name[5:].replace("_", "-"): value for name, value in environ.items() if name.startswith("HTTP_")}
        self.verify(body, headers)
        try:
            event = ledger.read(body)
        except ValueError:
            raise malformed() from None
        message = next(headers[name] for name in self.id_headers if name in headers)
        with self.lock:
            repeat = message in self.known
            if not repeat:
                ledger.book(event)
                self.known.add(message)
        return {"status": "ok", "idempotent": repeat}

    def verify(self, body, headers):
        try:
            self.webhook.verify(body, headers)
        except self.bad_body:
            raise malformed() from None
        except self.bad_signature as refusal:
            raise Refusal("403 Forbidden", "signature_invalid", str(refusal)) from None


def malformed():
    return Refusal("400 Bad Request", "malformed", "send a JSON object")


def read_body(environ):
    """The body, where its length is told and is not too much."""
    told = environ.get("CONTENT_LENGTH") or ""
    if not told.isdecimal():
        raise Refusal("411 Length Required", "length_required", "send Content-Length")
    length, stream = int(told), environ["wsgi.input"]
    if length <= LONGEST_BODY:
        return stream.read(length)
    left = min(length, LONGEST_REFUSED)
    while left > 0 and (part := stream.read(min(left, 1 << 16))):
        left -= len(part)
    raise Refusal("413 Content Too Large", "too_large", f"at most {LONGEST_BODY} bytes")


class Server(socketserver.ThreadingMixIn, simple_server.WSGIServer):
    """One thread for each connection, and room for a burst of them."""

    daemon_threads = True
    request_queue_size = 256


class Handler(simple_server.WSGIRequestHandler):
    """A connection that says nothing for so many seconds is closed; requests are not logged."""

    timeout = 30

    def log_message(self, *_):
        pass


def main():
    arguments = argparse.ArgumentParser(description="Receives postbacks that a published library verifies.")
    arguments.add_argument("library", choices=("standardwebhooks", "svix"))
    arguments.add_argument("--port", type=int, default=0, help="on 127.0.0.1; 0, the default, takes a free one")
    arguments.add_argument(
        "--as-documented", action="store_true", help="catch the one exception that the library's documentation names"
    )
    given = arguments.parse_args()
    application = Receiver(given.library, given.as_documented)
    open(ledger.path(), "ab").close()
    with simple_server.make_server("127.0.0.1", given.port, application, Server, Handler) as server:
        print(f"http://127.0.0.1:{server.server_port}/postback", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    sys.exit(main())
