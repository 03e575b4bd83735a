//! Whole journeys in a real browser: app, proxy and sandbox, from the choice to the verified payment.

mod gallery;
mod sale;
mod sandbox;
mod secrets;
