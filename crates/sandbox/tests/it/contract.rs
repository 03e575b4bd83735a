//! The API as a client meets it: keys, bodies, answers and errors, the document that describes them, and what is refused.

mod api;
mod breadth;
mod openapi;
mod refusals;
