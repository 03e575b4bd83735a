//! Whole journeys in a real browser: app, proxy and sandbox, from the choice to the verified payment.

mod appearance;
mod buying;
mod connection;
mod engines;
mod faults;
mod links;
mod page;
mod sales;
mod sandbox;
mod secrets;
mod sites;
mod start;
mod status;
mod wrong_links;
