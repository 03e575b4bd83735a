//! Whole journeys in a real browser: app, proxy and sandbox, from the choice to the verified payment.

mod accessibility;
mod buying;
mod engines;
mod gallery;
mod page;
mod sale;
mod sandbox;
mod secrets;
