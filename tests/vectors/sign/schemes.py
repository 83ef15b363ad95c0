"""Writes schemes.json: the published examples, and one deposit signed by the vendors' own packages.

Needs the packages stripe, slack-sdk and standardwebhooks; GitHub and Shopify are a plain HMAC, so hashlib does.
With --check the file is compared and not written.
"""

import base64
import datetime
import hashlib
import hmac
import json
import pathlib
import sys

import slack_sdk.signature
import standardwebhooks
import stripe

DEPOSIT = '{"account_id":"u_456","amount":100.00,"click_id":"clk_123","currency":"USD","event":"deposit_success","event_id":"dep_9aa","is_ftd":true,"ts_event":"2025-10-21T15:12:31Z"}'
AT = 1761059552
KEY = "postback-test-secret"
WHSEC = "whsec_" + base64.b64encode(KEY.encode()).decode()
SLACK_FORM = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"


def row(name, scheme, key, id, at, body, *headers):
    return {"name": name, "scheme": scheme, "key": key, "id": id, "at": at, "body": body, "headers": headers}


def digest(key, body):
    return hmac.new(key.encode(), body.encode(), hashlib.sha256).digest()


def standard(key, id, at, body):
    when = datetime.datetime.fromtimestamp(at, datetime.timezone.utc)
    signature = standardwebhooks.Webhook(key).sign(id, when, body)
    return ["webhook-id", id], ["webhook-timestamp", str(at)], ["webhook-signature", signature]


def slack(key, at, body):
    signature = slack_sdk.signature.SignatureVerifier(key).generate_signature(timestamp=str(at), body=body)
    return ["X-Slack-Request-Timestamp", str(at)], ["X-Slack-Signature", signature]


def stripe_header(key, at, body):
    signature = stripe.WebhookSignature._compute_signature(f"{at}.{body}", key)
    header = f"t={at},v1={signature}"
    assert stripe.WebhookSignature.verify_header(body, header, key, tolerance=None)
    return ["Stripe-Signature", header]


def rows():
    github = ["X-Hub-Signature-256", "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"]
    yield row("GitHub's page Validating webhook deliveries", "github", "It's a Secret to Everybody", "", 0, "Hello, World!", github)
    key, id, at, body = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, '{"test": 2432232314}'
    published = ["webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="]
    yield row("the Standard Webhooks specification's own tests", "standard-webhooks", key, id, at, body, ["webhook-id", id], ["webhook-timestamp", str(at)], published)
    published = ["X-Slack-Signature", "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"]
    yield row("Slack's page Verifying requests, and python-slack-sdk's tests", "slack", "8f742231b10e8888abcd99yyyzzz85a5", "", 1531420618, SLACK_FORM, ["X-Slack-Request-Timestamp", "1531420618"], published)
    deposit = "a deposit, by "
    yield row(deposit + "hashlib", "github", KEY, "", AT, DEPOSIT, ["X-Hub-Signature-256", "sha256=" + digest(KEY, DEPOSIT).hex()])
    yield row(deposit + "hashlib and base64", "shopify", KEY, "", AT, DEPOSIT, ["X-Shopify-Hmac-SHA256", base64.b64encode(digest(KEY, DEPOSIT)).decode()])
    yield row(deposit + "the package stripe", "stripe", WHSEC, "", AT, DEPOSIT, stripe_header(WHSEC, AT, DEPOSIT))
    yield row(deposit + "the package slack-sdk", "slack", KEY, "", AT, DEPOSIT, *slack(KEY, AT, DEPOSIT))
    yield row(deposit + "the package standardwebhooks", "standard-webhooks", WHSEC, "dep_9aa", AT, DEPOSIT, *standard(WHSEC, "dep_9aa", AT, DEPOSIT))


path = pathlib.Path(__file__).with_name("schemes.json")
text = json.dumps(list(rows()), indent=2) + "\n"
if "--check" in sys.argv:
    sys.exit(0 if path.read_text() == text else "schemes.json differs")
path.write_text(text)
