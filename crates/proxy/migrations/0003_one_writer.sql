-- What a payment is worth trusting for: what its session was opened with beside what was paid, refunds by amount, and
-- events that could not be read.

-- How far paying itself came: pending, processing, expired or paid. `status` follows from it and from `movements`.
ALTER TABLE sessions ADD COLUMN reached TEXT NOT NULL DEFAULT 'pending';
ALTER TABLE sessions ADD COLUMN reached_at BIGINT NOT NULL DEFAULT 0;
UPDATE sessions SET reached = CASE WHEN standing >= 3 THEN 'paid' ELSE status END, reached_at = changed_at;

-- What the session was opened with and what was paid, as JSON; and the names of what differs, separated by spaces.
ALTER TABLE sessions ADD COLUMN opened TEXT;
ALTER TABLE sessions ADD COLUMN paid TEXT;
ALTER TABLE sessions ADD COLUMN mismatch TEXT;

-- What went back so far, in minor units.
ALTER TABLE sessions ADD COLUMN refunded_amount BIGINT NOT NULL DEFAULT 0;

-- How often Creem was asked about it since it was opened.
ALTER TABLE sessions ADD COLUMN look_ups BIGINT NOT NULL DEFAULT 0;

-- Money that went back or is asked back: each refund and dispute once, by whatever it names.
CREATE TABLE movements (
    id TEXT PRIMARY KEY,
    kind TEXT NOT NULL,
    -- 1 when it counts: a refund that failed does not.
    counts BIGINT NOT NULL,
    -- Absent when it was not said: then it is all of it.
    amount BIGINT,
    currency TEXT,
    checkout_id TEXT,
    order_id TEXT,
    subscription_id TEXT,
    changed_at BIGINT NOT NULL
);

CREATE INDEX movements_checkout_id ON movements (checkout_id);
CREATE INDEX movements_order_id ON movements (order_id);
CREATE INDEX movements_subscription_id ON movements (subscription_id);

INSERT INTO movements (id, kind, counts, checkout_id, order_id, subscription_id, changed_at)
SELECT id, CASE WHEN event_type = 'dispute.created' THEN 'dispute' ELSE 'refund' END, 1,
    checkout_id, order_id, subscription_id, created_at
FROM events
WHERE checkout_id IS NOT NULL OR order_id IS NOT NULL OR subscription_id IS NOT NULL;

-- 0 while an event waits to be understood, and why.
ALTER TABLE events ADD COLUMN applied BIGINT NOT NULL DEFAULT 1;
ALTER TABLE events ADD COLUMN problem TEXT;

CREATE INDEX events_waiting ON events (received_at) WHERE applied = 0;

-- The session an attempt opened: its answer holds as long as that can be paid.
ALTER TABLE attempts ADD COLUMN checkout_id TEXT;

-- 1 when a signed intent fixed what the session sells: it decides over those that anybody could open.
ALTER TABLE sessions ADD COLUMN by_intent BIGINT NOT NULL DEFAULT 0;

-- Each index costs every write; these serve nobody, or only what is paid.
DROP INDEX events_checkout_id;
DROP INDEX events_order_id;
DROP INDEX events_subscription_id;
DROP INDEX sessions_order_id;
DROP INDEX sessions_subscription_id;
CREATE INDEX sessions_order_id ON sessions (order_id) WHERE order_id IS NOT NULL;
CREATE INDEX sessions_subscription_id ON sessions (subscription_id) WHERE subscription_id IS NOT NULL;
-- What nobody paid is forgotten after a while, and is few among many that were.
CREATE INDEX sessions_unpaid ON sessions (updated_at) WHERE standing < 3;
