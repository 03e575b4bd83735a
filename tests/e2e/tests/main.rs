//! Whole journeys in a real browser: app, proxy and sandbox, from the choice to the verified payment.

mod accessibility;
mod buying;
mod catalog;
mod connection;
mod elements;
mod embedding;
mod engines;
mod examples;
mod faults;
mod hosts;
mod identity;
mod links;
mod looks;
mod manner;
mod page;
mod prices;
mod programs;
mod sale;
mod sandbox;
mod secrets;
mod shopping;
mod start;
mod status;
mod translated;
mod windows;
mod wrong_links;
