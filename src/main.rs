//! Finds the mount point and hands the page over to the app.

fn main() {
    checkout_app::start();
}
