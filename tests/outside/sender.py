#!/usr/bin/env python3
"""Signs the body on stdin as a published library does, and prints the header lines that it would be sent with:
sender.py standardwebhooks|svix ID SECONDS

The key is in POSTPROOF_SECRET.
"""

import datetime
import importlib
import os
import sys


def main():
    library, message, seconds = sys.argv[1:]
    webhook = importlib.import_module(library + ".webhooks").Webhook(os.environ["POSTPROOF_SECRET"])
    time = datetime.datetime.fromtimestamp(int(seconds), datetime.timezone.utc)
    signature = webhook.sign(message, time, sys.stdin.buffer.read().decode())
    family = "svix" if library == "svix" else "webhook"
    print(f"{family}-id: {message}\n{family}-timestamp: {seconds}\n{family}-signature: {signature}")


if __name__ == "__main__":
    main()
