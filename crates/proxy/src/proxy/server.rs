//! Connections: accepted, bounded in time and size, and ended in order.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Body;
use axum::http::{Request, Version, header};
use axum::response::Response;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_io_timeout::TimeoutStream;

use super::Proxy;
use crate::http::front::Front;
use crate::http::trace::InvalidHost;
use crate::limits::handles;
use crate::limits::peer::Peer;
use crate::limits::places::Places;
use crate::telemetry;

/// Most bytes of a request's head; a returned URL with everything in it has one or two thousand.
const MAX_HEAD_BYTES: usize = 32 * 1024;

/// Most connections of one client: a browser has six, and a few people may be behind one address.
const MAX_CONNECTIONS_PER_CLIENT: usize = 32;

/// How many times as long as a read a write may stall: there are tunnels on the way to a buyer in a train.
const WRITE_TIMEOUT_FACTOR: u32 = 6;

/// How long requests under way may take once the end was asked for.
const DRAIN_AT_MOST: Duration = Duration::from_secs(10);

/// How often it is said that no connection can be accepted.
const TELL_EVERY: Duration = Duration::from_secs(60);

impl Proxy {
    /// Serves until `end` completes and the requests under way are answered, or their time is over.
    ///
    /// # Errors
    /// When no connection can be taken any more.
    pub async fn serve(self, listener: TcpListener, end: impl Future<Output = ()> + Send) -> io::Result<()> {
        let front = self.front();
        let patience = self.patience();
        // A web server in front has the connections of all its clients.
        let is_in_front = |peer: IpAddr| self.trusted_proxies().contains(peer);
        let places = Arc::new(Semaphore::new(handles::connections()));
        let per_client = Places::new(usize::MAX, MAX_CONNECTIONS_PER_CLIENT);
        let connections = GracefulShutdown::new();
        let mut end = std::pin::pin!(end);
        loop {
            let (place, stream, peer) = tokio::select! {
                accepted = accept(&listener, &places) => accepted?,
                () = &mut end => break,
            };
            let peer = peer.ip().to_canonical();
            let client_place = per_client.take(peer);
            if client_place.is_none() && !is_in_front(peer) {
                telemetry::connection_rejected();
                continue;
            }
            // A client that never reads its responses would hold a connection forever; a few thousand would take all of ours.
            let mut stream = TimeoutStream::new(stream);
            stream.set_write_timeout(Some(patience * WRITE_TIMEOUT_FACTOR));
            let front = front.clone();
            let service = service_fn(move |request| respond(front.clone(), peer, request));
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
                drop((place, client_place));
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

async fn respond(front: Front, peer: IpAddr, mut request: Request<Incoming>) -> Result<Response, Infallible> {
    if !has_one_host(&request) {
        request.extensions_mut().insert(InvalidHost);
    }
    request.extensions_mut().insert(Peer(peer));
    Ok(front.respond(request.map(Body::new)).await)
}

/// Whether a request says which host it is for, once, as HTTP/1.1 demands of each.
fn has_one_host(request: &Request<Incoming>) -> bool {
    match request.headers().get_all(header::HOST).iter().count() {
        0 => request.version() < Version::HTTP_11,
        1 => true,
        _ => false,
    }
}

/// The next connection, once there is a place for it. One that failed before it began, or a lack of file handles, does
/// not end the server.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(OwnedSemaphorePermit, TcpStream, SocketAddr)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let mut told: Option<Instant> = None;
    loop {
        match listener.accept().await {
            Ok((stream, peer)) => {
                if let Err(error) = stream.set_nodelay(true) {
                    tracing::debug!(%error, "small answers may be late");
                }
                return Ok((place, stream, peer));
            }
            Err(error) => {
                use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted};
                if ![ConnectionAborted, ConnectionRefused, ConnectionReset, Interrupted].contains(&error.kind()) {
                    if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                        tracing::error!(%error, "no connection can be accepted just now");
                        told = Some(Instant::now());
                    }
                    tokio::time::sleep(Duration::from_millis(200)).await;
                }
            }
        }
    }
}
