//! What is served to browsers: the page and its links, in the shop's name, language and look, and the studio.

mod addresses;
mod consent;
mod embedded;
mod font;
mod headers;
mod identity;
mod kept;
mod links;
mod manner;
pub(crate) mod served;
mod studio;
