//! Serving until told to stop.

#[cfg(test)]
mod tests;

use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1::Builder;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use tokio::task::JoinSet;

/// How long answers under way may take once the end was announced.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the head of a request may take to arrive: slower ones hold a connection for nothing.
const HEAD: Duration = Duration::from_secs(30);
/// Connections at once; further ones wait to be accepted.
const MOST: usize = 1024;
/// A pause after the machine refused a connection, for want of file descriptors for example.
const PAUSE: Duration = Duration::from_millis(100);

/// Where connections come from: a listener, or whoever shook hands for one.
pub trait Connections: Send {
    /// One of them.
    type Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static;

    /// The next one. Dropped half-way, it loses none.
    fn next(&mut self) -> impl Future<Output = io::Result<Self::Stream>> + Send;
}

impl Connections for TcpListener {
    type Stream = TcpStream;

    async fn next(&mut self) -> io::Result<TcpStream> {
        let (stream, _) = self.accept().await?;
        // Pieces of an answer are small, and each is wanted at once.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
        Ok(stream)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> Connections for mpsc::Receiver<S> {
    type Stream = S;

    async fn next(&mut self) -> io::Result<S> {
        match self.recv().await {
            Some(stream) => Ok(stream),
            // Nobody brings any more.
            None => std::future::pending().await,
        }
    }
}

/// Serves the doors until `shutdown` comes true and the answers under way are finished, ten
/// seconds at most.
pub async fn serve(
    mut listener: impl Connections,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(MOST));
    let announced = GracefulShutdown::new();
    // Dropped at the end, which cuts what is left.
    let mut connections = JoinSet::new();
    let mut shutdown = pin!(shutdown);
    loop {
        let (stream, place) = tokio::select! {
            () = &mut shutdown => break,
            accepted = accept(&mut listener, &places) => accepted?,
        };
        let service = TowerToHyperService::new(router.clone());
        let connection = builder().serve_connection(TokioIo::new(stream), service);
        let connection = announced.watch(connection);
        connections.spawn(async move {
            if let Err(error) = connection.await {
                tracing::debug!(%error, "a connection ended early");
            }
            drop(place);
        });
        while connections.try_join_next().is_some() {}
    }
    drop(listener);
    if tokio::time::timeout(PATIENCE, announced.shutdown()).await.is_err() {
        tracing::warn!("answers under way were cut at the end");
    }
    Ok(())
}

fn builder() -> Builder {
    let mut builder = Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD);
    builder
}

/// The next connection, and the place it takes.
async fn accept<C: Connections>(
    listener: &mut C,
    places: &Arc<Semaphore>,
) -> io::Result<(C::Stream, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    loop {
        match listener.next().await {
            Ok(stream) => return Ok((stream, place)),
            Err(error) => {
                tracing::warn!(%error, "a connection was not accepted");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}
