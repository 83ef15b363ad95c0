//! A receiver of webhooks on a port of its own.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use axum::extract::State;
use axum::routing::post;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::time;

/// A receiver that keeps what it is told.
pub(crate) struct Receiver {
    pub(crate) url: String,
    told: Arc<Mutex<Vec<Value>>>,
}

impl Receiver {
    pub(crate) async fn listen() -> Self {
        let told = Arc::<Mutex<Vec<Value>>>::default();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
        let router = Router::new().route("/hook", post(take)).with_state(Arc::clone(&told));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, told }
    }

    /// Waits for so many messages.
    pub(crate) async fn messages(&self, count: usize) -> Vec<Value> {
        let told = || self.told.lock().expect("not poisoned").clone();
        for _ in 0..800 {
            if told().len() >= count {
                break;
            }
            time::sleep(Duration::from_millis(10)).await;
        }
        let told = told();
        assert!(told.len() >= count, "{count} messages do not come: {told:?}");
        told
    }
}

async fn take(State(told): State<Arc<Mutex<Vec<Value>>>>, body: String) {
    told.lock().expect("not poisoned").push(serde_json::from_str(&body).expect("JSON"));
}
