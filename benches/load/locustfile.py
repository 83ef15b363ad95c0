"""The same kinds of events as postproof's, each unique and signed, by locust's fast client."""

import hashlib
import hmac
import itertools
import json
import random
from datetime import datetime, timezone

from locust import FastHttpUser, constant, task

SECRET = b"postback-test-secret"
NUMBERS = itertools.count()
KINDS = ["registration", "kyc_approved", "deposit_success", "deposit_success"]


def event(number):
    """An event with the members that postproof writes for its kind."""
    player, kind = number // len(KINDS), KINDS[number % len(KINDS)]
    body = {
        "account_id": f"u_benchtag_{player}",
        "brand_id": "brand_1",
        "click_id": f"clk_benchtag_{player}",
        "event": kind,
        "event_id": f"{kind}_benchtag_{number}",
        "ts_event": datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
    if kind == "registration":
        body |= {
            "aff_sub": "sub_1",
            "campaign": "spring",
            "consent_version": "2025-01",
            "creative_id": "creative_1",
            "device": "android",
            "geo": "DE",
            "ip": f"192.0.2.{player % 256}",
            "session_id": f"s_benchtag_{player}",
            "ua": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36",
        }
    elif kind == "kyc_approved":
        body |= {"kyc_level": "full"}
    else:
        amount = round(random.lognormvariate(4, 1), 2)
        body |= {"amount": amount, "currency": "EUR", "is_ftd": number % len(KINDS) == 2, "payment_method": "card"}
    return body


class Sender(FastHttpUser):
    """Sends one postback after the other, without a pause."""

    wait_time = constant(0)

    @task
    def postback(self):
        body = json.dumps(event(next(NUMBERS)), sort_keys=True, separators=(",", ":")).encode()
        signature = "sha256=" + hmac.new(SECRET, body, hashlib.sha256).hexdigest()
        headers = {"Content-Type": "application/json", "User-Agent": "postproof/0.1.0", "X-Signature": signature}
        self.client.post("/postback", data=body, headers=headers)
