//! All lanes together: started, woken, and let finish.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use super::super::postback::Speaker;
use super::super::rules::Rules;
use super::super::settings::Settings;
use super::lane::Lane;
use super::post::Post;
use crate::database::Writer;
use crate::monitoring::Monitor;

/// The lanes of an operator.
pub(in crate::operator) struct Sender {
    wakes: Arc<HashMap<String, Arc<Notify>>>,
    stop: watch::Sender<bool>,
    lanes: Mutex<JoinSet<()>>,
}

impl Sender {
    /// Starts a lane for each network; what an earlier process left pending goes out at once.
    pub(in crate::operator) fn start(
        settings: &Settings,
        rules: Rules,
        speaker: &Arc<Speaker>,
        writer: &Writer,
        monitor: &Monitor,
    ) -> reqwest::Result<Self> {
        let post = Post::new(settings.retry.timeout)?;
        let (stop, stopped) = watch::channel(false);
        let (mut lanes, mut wakes) = (JoinSet::new(), HashMap::new());
        for network in settings.networks.iter().cloned() {
            let wake = Arc::new(Notify::new());
            wakes.insert(network.name.clone(), Arc::clone(&wake));
            let (speaker, writer, post) = (Arc::clone(speaker), writer.clone(), post.clone());
            let monitor = monitor.clone();
            let lane = Arc::new(Lane { network, retry: settings.retry, rules, speaker, post, writer, monitor });
            lanes.spawn(lane.run(wake, stopped.clone()));
        }
        Ok(Self { wakes: Arc::new(wakes), stop, lanes: Mutex::new(lanes) })
    }

    /// What to call when a network is owed something new.
    pub(in crate::operator) fn waker(&self) -> impl Fn(&str) + Send + Sync + 'static {
        let wakes = Arc::clone(&self.wakes);
        move |network| {
            if let Some(wake) = wakes.get(network) {
                wake.notify_one();
            }
        }
    }

    /// Wakes every lane.
    pub(in crate::operator) fn wake_all(&self) {
        self.wakes.values().for_each(|wake| wake.notify_one());
    }

    /// Sends nothing more; what is under way gets a moment to finish.
    pub(in crate::operator) async fn stop(&self) {
        self.stop.send_replace(true);
        let mut lanes = std::mem::take(&mut *self.lanes.lock().unwrap_or_else(PoisonError::into_inner));
        while lanes.join_next().await.is_some() {}
    }
}
