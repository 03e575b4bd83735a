//! Whole journeys in a real browser: app, proxy and sandbox, from the choice to the verified payment.

mod accessibility;
mod connection;
mod faults;
mod gallery;
mod links;
mod looks;
mod page;
mod sale;
mod sandbox;
mod secrets;
mod start;
mod status;
mod windows;
