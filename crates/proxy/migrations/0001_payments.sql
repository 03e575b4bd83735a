-- Only TEXT and BIGINT, so that SQLite and PostgreSQL read the same. Moments are milliseconds since 1970.

-- One row for each checkout session: what is known of its payment.
CREATE TABLE sessions (
    checkout_id TEXT PRIMARY KEY,
    request_id TEXT NOT NULL,
    product_id TEXT NOT NULL,
    status TEXT NOT NULL,
    -- How far the status has come; it never goes back.
    standing BIGINT NOT NULL,
    -- When that status came about at Creem.
    changed_at BIGINT NOT NULL,
    amount BIGINT,
    currency TEXT,
    order_id TEXT,
    subscription_id TEXT,
    created_at BIGINT NOT NULL,
    -- When this row last changed.
    updated_at BIGINT NOT NULL,
    -- When Creem was last asked about it.
    looked_up_at BIGINT NOT NULL
);

CREATE INDEX sessions_request_id ON sessions (request_id);
CREATE INDEX sessions_order_id ON sessions (order_id);

-- Every webhook event, once, as it came.
CREATE TABLE events (
    id TEXT PRIMARY KEY,
    event_type TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    received_at BIGINT NOT NULL,
    -- Which payment a refund or dispute is about, for the case that it comes before the payment.
    checkout_id TEXT,
    order_id TEXT,
    payload TEXT NOT NULL
);

CREATE INDEX events_checkout_id ON events (checkout_id);
CREATE INDEX events_order_id ON events (order_id);

-- Attempts to open a session, by the key their sender gave them.
CREATE TABLE attempts (
    idempotency_key TEXT PRIMARY KEY,
    body_hash TEXT NOT NULL,
    -- Who is working on it.
    claim TEXT NOT NULL,
    claimed_at BIGINT NOT NULL,
    -- What was answered, once it was.
    answer TEXT
);
