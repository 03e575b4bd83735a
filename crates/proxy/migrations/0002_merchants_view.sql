-- What the merchant's own systems may read, and the order in which it came about.

-- The buyer and the order as JSON, and what the session was opened with; forgotten when their time is over.
ALTER TABLE sessions ADD COLUMN customer TEXT;
ALTER TABLE sessions ADD COLUMN order_facts TEXT;
ALTER TABLE sessions ADD COLUMN metadata TEXT;
-- The turn of the ledger in which this row last changed: who reads rows by it misses none.
ALTER TABLE sessions ADD COLUMN turn BIGINT NOT NULL DEFAULT 0;

CREATE INDEX sessions_turn ON sessions (turn);
CREATE INDEX sessions_subscription_id ON sessions (subscription_id);
CREATE INDEX sessions_updated_at ON sessions (updated_at);

ALTER TABLE events ADD COLUMN subscription_id TEXT;

CREATE INDEX events_subscription_id ON events (subscription_id);
CREATE INDEX events_received_at ON events (received_at);

-- Every status a payment had.
CREATE TABLE history (
    checkout_id TEXT NOT NULL,
    turn BIGINT NOT NULL,
    status TEXT NOT NULL,
    -- When it came about at Creem.
    changed_at BIGINT NOT NULL,
    -- When we learned of it.
    learned_at BIGINT NOT NULL,
    PRIMARY KEY (checkout_id, turn)
);

-- One row, which every change takes first: changes come one after the other, and are numbered as they do.
CREATE TABLE ledger_turn (
    id BIGINT PRIMARY KEY,
    turn BIGINT NOT NULL
);

INSERT INTO ledger_turn (id, turn) VALUES (1, 0);
