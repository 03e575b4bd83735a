//! The checkout in other places than its own page: in sites, in the examples, behind web servers, in the hands of programs.

mod elements;
mod embedding;
mod examples;
mod hosts;
mod programs;
