//! Serving until told to stop.

use std::future::Future;
use std::io;
use std::time::Duration;

use axum::Router;
use axum::serve::ListenerExt as _;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// How long answers under way may take once the end was announced.
const PATIENCE: Duration = Duration::from_secs(10);

/// Serves the doors until `shutdown` comes true and the answers under way are finished, ten
/// seconds at most.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let (announce, announced) = oneshot::channel();
    let shutdown = async move {
        shutdown.await;
        // Nobody listens only when the server has ended by itself.
        let _ = announce.send(());
    };
    let listener = listener.tap_io(|stream| {
        // Pieces of an answer are small, and each is wanted at once.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "TCP_NODELAY was refused");
        }
    });
    let serving = axum::serve(listener, router).with_graceful_shutdown(shutdown);
    let limit = async move {
        if announced.await.is_err() {
            std::future::pending::<()>().await;
        }
        tokio::time::sleep(PATIENCE).await;
    };
    tokio::select! {
        served = serving => served,
        () = limit => Ok(()),
    }
}
