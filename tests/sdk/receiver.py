"""PyPI's `creem`, unmodified, as a receiver of the deliveries that a file holds."""

import json
import sys

from creem import WebhookHandler
from creem.webhooks import WebhookSignatureError

with open(sys.argv[1], encoding="utf-8") as file:
    sent = json.load(file)
handler = WebhookHandler(secret=sent["secret"])
called = []
handler.on("checkout.completed", lambda event: called.append(event.event_type))
for delivery in sent["deliveries"]:
    event = handler.handle(delivery["body"].encode(), delivery["signature"])
    assert event.event_type == delivery["type"], event
assert len(called) == 4, called
try:
    handler.handle(sent["deliveries"][0]["body"].encode() + b" ", sent["deliveries"][0]["signature"])
except WebhookSignatureError:
    pass
else:
    sys.exit("a changed body was taken")
