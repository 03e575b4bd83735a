//! Whole journeys in a real browser: app, proxy and sandbox, from the choice to the verified payment.

mod accessibility;
mod catalog;
mod gallery;
mod manner;
mod page;
mod sale;
mod sandbox;
mod secrets;
