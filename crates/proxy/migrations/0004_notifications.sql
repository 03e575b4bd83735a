-- Changes of payments that the merchant's endpoint has not taken yet, each as it is sent.
CREATE TABLE notifications (
    id TEXT PRIMARY KEY,
    checkout_id TEXT NOT NULL,
    -- The turn of the ledger in which the change came about: those of one payment are sent in this order.
    turn BIGINT NOT NULL,
    body TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    -- How often it was sent.
    attempts BIGINT NOT NULL,
    -- It is not sent before. Whoever sends it moves this on, so that nobody else does at the same time.
    due_at BIGINT NOT NULL,
    -- Why it was not taken the last time.
    problem TEXT
);

CREATE INDEX notifications_due_at ON notifications (due_at);
CREATE INDEX notifications_checkout_id ON notifications (checkout_id, turn);
