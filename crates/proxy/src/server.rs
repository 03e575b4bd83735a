//! Connections: accepted, bounded in time and size, and ended in order.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio_io_timeout::TimeoutStream;
use tower::util::MapRequestLayer;
use tower::{Layer, ServiceExt};

use crate::peer::Peer;
use crate::proxy::Proxy;

/// Most bytes of a request's head; a returned URL with everything in it has one or two thousand.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// Most connections at once; others wait to be accepted.
const MAX_CONNECTIONS: usize = 4096;

/// How many times our patience an answer may stand still: on the way to a buyer in a train there are tunnels.
const STANDSTILL: u32 = 6;

/// How long requests under way may take once the end was asked for.
const DRAIN_AT_MOST: Duration = Duration::from_secs(10);

impl Proxy {
    /// Serves until `end` completes and the requests under way are answered, or their time is over.
    ///
    /// # Errors
    /// When no connection can be taken any more.
    pub async fn serve(self, listener: TcpListener, end: impl Future<Output = ()> + Send) -> io::Result<()> {
        let app = self.app();
        let patience = self.patience();
        let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
        let connections = GracefulShutdown::new();
        let mut end = std::pin::pin!(end);
        loop {
            let place = Arc::clone(&places).acquire_owned().await.map_err(io::Error::other)?;
            let (stream, peer) = tokio::select! {
                accepted = accept(&listener) => accepted,
                () = &mut end => break,
            };
            let named = MapRequestLayer::new(move |mut request: Request<hyper::body::Incoming>| {
                request.extensions_mut().insert(Peer(peer.ip()));
                request
            });
            // Who asks and never reads would otherwise keep a connection for ever, and a few thousand of them all of ours.
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(patience * STANDSTILL));
            let service = TowerToHyperService::new(named.layer(app.clone()).boxed_clone());
            let connection = http1::Builder::new()
                .timer(TokioTimer::new())
                .header_read_timeout(patience)
                .max_buf_size(MAX_HEAD_BYTES)
                .serve_connection(TokioIo::new(Box::pin(stream)), service);
            let connection = connections.watch(connection);
            tokio::spawn(async move {
                if let Err(error) = connection.await {
                    tracing::debug!(%error, "a connection ended early");
                }
                drop(place);
            });
        }
        drop(listener);
        self.end();
        if tokio::time::timeout(DRAIN_AT_MOST, connections.shutdown()).await.is_err() {
            tracing::warn!("requests under way were cut off");
        }
        Ok(())
    }
}

/// The next connection. One that failed before it began, or a lack of file handles, does not end the server.
async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "small answers may be late");
                }
                return (stream, peer);
            }
            Err(error) => {
                use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
                if ![ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted].contains(&error.kind()) {
                    tracing::error!(%error, "no connection can be accepted just now");
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }
}
