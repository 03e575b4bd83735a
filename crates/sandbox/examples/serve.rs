//! A sandbox on a free port that ends with its standard input; its first line of output is its address.
//!
//! For programs in other languages that want one for their tests: they start it, read the line, and close the pipe.

use std::io::Write;

use sandbox::{Options, Sandbox, Seed};
use tokio::io::AsyncReadExt;
use tokio::net::TcpListener;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let public_url = format!("http://{}", listener.local_addr()?).parse()?;
    writeln!(std::io::stdout(), "{public_url}")?;
    let sandbox = Sandbox::new(Options { public_url, webhook_url: None, shop_url: None, seed: Seed::default() });
    let closed = async {
        let mut rest = Vec::new();
        // Whether the pipe was closed or broke: nobody is there any more.
        let _ = tokio::io::stdin().read_to_end(&mut rest).await;
    };
    sandbox.serve(listener, closed).await?;
    Ok(())
}
