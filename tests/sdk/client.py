"""PyPI's `creem`, unmodified, as a client of the sandbox at the given address."""

import json
import sys
import urllib.request

from creem import Creem
from creem.errors import CreemError

LIFETIME = "prod_SandboxLifetime0000001"
address = sys.argv[1]
creem = Creem("creem_test_sandbox", base_url=address)

assert creem.products.get(LIFETIME)["price"] == 1999
checkout = creem.checkouts.create(product_id=LIFETIME, request_id="order_py", metadata={"plan": "pro"})
pay = urllib.request.Request(
    f"{address}_sandbox/checkouts/{checkout['id']}/pay",
    data=json.dumps({"email": "grace@example.com"}).encode(),
    headers={"content-type": "application/json"},
)
urllib.request.urlopen(pay)
paid = creem.checkouts.get(checkout["id"])
assert (paid["status"], paid["metadata"]) == ("completed", {"plan": "pro"}), paid
assert creem.refunds.create(transaction_id=paid["order"]["transaction"])["status"] == "pending"
account = creem.credits.create_account(customer_id=paid["customer"]["id"], initial_balance="10")
assert creem.credits.balance(account["id"])["balance"] == "10"
assert creem.moderation.screen(prompt="A landscape")["decision"] == "allow"
try:
    creem.checkouts.create(product_id="prod_none")
except CreemError as error:
    assert "Product not found" in str(error), error
else:
    sys.exit("a product that is not there was sold")
