//! What webhooks say, however untidily they say it.

mod any;
mod shapes;
mod untidy;
