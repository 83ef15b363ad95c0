#!/usr/bin/env python3
"""The ledger of the receivers in this folder: one line of JSON for each postback that was booked.

As a program it is what the hook of hooks.json executes: it books the body in the file that POSTBACK_BODY names and
prints the answer that webhook passes on. It books what it is told. Whether the postback is genuine, and whether it has
been here before, is for its caller to know.
"""

import decimal
import json
import os

# What a credit is read back with, so far as a receiver books it without any judgement of its own.
MEMBERS = ("event_id", "click_id", "event", "amount", "currency", "brand_id", "ts_event")
REVERSALS = ("refund", "chargeback")


def path():
    """Where the ledger lies."""
    return os.environ["POSTBACK_LEDGER"]


def read(body):
    """The postback in a body of bytes, its numbers as the decimals that they are spelled as.

    Raises ValueError where the body holds no JSON object.
    """
    try:
        event = json.loads(
            body, parse_int=decimal.Decimal, parse_float=decimal.Decimal, parse_constant=refuse_constant
        )
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(event, dict):
        raise ValueError("no JSON object")
    return event


def refuse_constant(name):
    """NaN and the infinities are Python's, not JSON's."""
    raise ValueError(f"{name} is no JSON")


def credit(event):
    """What is booked of a postback: income that is taken back is negative."""
    booked = {name: event[name] for name in MEMBERS if name in event}
    amount = booked.get("amount")
    if isinstance(amount, decimal.Decimal) and event.get("event") in REVERSALS:
        booked["amount"] = -amount
    return booked


def book(event):
    """Appends a postback. One write to a file that is open for appending keeps lines of several writers apart."""
    line = json.dumps(credit(event), default=str) + "\n"
    ledger = os.open(path(), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(ledger, line.encode())
    finally:
        os.close(ledger)


if __name__ == "__main__":
    with open(os.environ["POSTBACK_BODY"], "rb") as handed:
        book(read(handed.read()))
    print('{"status":"ok"}')
