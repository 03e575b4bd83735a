//! Rebuilds the binary when the page inside it was built anew.

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if std::env::var_os("CARGO_FEATURE_EMBED_PAGE").is_some() {
        println!("cargo::rerun-if-changed=../../dist");
    }
}
