//! Everybody who is connected: how many, from where, and who has to make room.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::{AbortHandle, Id};
use tokio::time::Instant;

use super::limits::Limits;
use super::presence::Presence;

/// How long a connection is left alone after it came or its answer was written, in milliseconds: enough for a client
/// that is about to ask.
const GRACE_MS: u64 = 250;

/// Those who are connected to one listener.
#[derive(Debug)]
pub(super) struct Crowd {
    limits: Limits,
    epoch: Instant,
    members: HashMap<Id, Member>,
    addresses: HashMap<IpAddr, usize>,
}

#[derive(Debug)]
struct Member {
    presence: Arc<Presence>,
    task: AbortHandle,
    address: IpAddr,
}

/// Whether there is a place for somebody.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Free,
    /// Everybody is busy or has only just come; it is worth waiting.
    Later,
    /// This address has its share, and is busy with all of it.
    Refused,
}

impl Crowd {
    /// Nobody yet.
    pub(super) fn new(limits: Limits) -> Self {
        Self { limits, epoch: Instant::now(), members: HashMap::new(), addresses: HashMap::new() }
    }

    /// A place for somebody from that address; where there is none, who is idle the longest makes room.
    pub(super) fn place(&mut self, address: IpAddr) -> Place {
        let crowded = |count: usize, most: Option<usize>| most.is_some_and(|most| count >= most.max(1));
        let from_there = self.addresses.get(&address).copied().unwrap_or(0);
        if crowded(from_there, self.limits.per_address) && !self.make_room(Some(address)) {
            return Place::Refused;
        }
        if crowded(self.members.len(), Some(self.limits.most)) && !self.make_room(None) {
            return Place::Later;
        }
        Place::Free
    }

    /// A connection that has only just come.
    pub(super) fn newcomer(&self) -> Arc<Presence> {
        Arc::new(Presence::new(self.epoch))
    }

    /// Counts somebody in.
    pub(super) fn enter(&mut self, address: IpAddr, presence: Arc<Presence>, task: AbortHandle) {
        *self.addresses.entry(address).or_default() += 1;
        self.members.insert(task.id(), Member { presence, task, address });
    }

    /// Counts somebody out. Who was let go is counted out already.
    pub(super) fn leave(&mut self, id: Id) {
        let Some(member) = self.members.remove(&id) else { return };
        if let Some(count) = self.addresses.get_mut(&member.address) {
            *count -= 1;
            if *count == 0 {
                self.addresses.remove(&member.address);
            }
        }
    }

    /// Lets go of whoever is idle the longest, among those of one address if it is given. Says whether there was one.
    pub(super) fn make_room(&mut self, among: Option<IpAddr>) -> bool {
        let now = u64::try_from(self.epoch.elapsed().as_millis()).unwrap_or(u64::MAX);
        let asked = self.members.iter().filter(|(_, member)| among.is_none_or(|address| member.address == address));
        let idle = asked.filter_map(|(id, member)| Some((member.presence.idle_since()?, *id)));
        let longest = idle.filter(|(since, _)| since.saturating_add(GRACE_MS) <= now).min_by_key(|(since, _)| *since);
        let Some((since, id)) = longest else { return false };
        let Some(member) = self.members.get(&id).filter(|member| member.presence.let_go(since)) else { return false };
        member.task.abort();
        self.leave(id);
        true
    }
}

/// How soon it is worth looking for a place again.
pub(super) const SOON: Duration = Duration::from_millis(25);

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::super::presence::Busy;
    use super::*;

    const HERE: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
    const THERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

    fn enter(crowd: &mut Crowd, address: IpAddr) -> Arc<Presence> {
        let presence = crowd.newcomer();
        let task = tokio::spawn(std::future::pending::<()>());
        crowd.enter(address, Arc::clone(&presence), task.abort_handle());
        presence
    }

    #[tokio::test(start_paused = true)]
    async fn who_is_idle_the_longest_makes_room_and_who_is_busy_stays() {
        let mut crowd = Crowd::new(Limits { most: 2, per_address: None, ..Limits::default() });
        let first = enter(&mut crowd, HERE);
        let request = Busy::begin(&first).expect("begun");
        assert_eq!(crowd.place(HERE), Place::Free);
        let second = enter(&mut crowd, HERE);
        assert_eq!(crowd.place(HERE), Place::Later, "one is busy, the other has only just come");
        tokio::time::advance(Duration::from_millis(GRACE_MS)).await;
        assert_eq!(crowd.place(HERE), Place::Free);
        assert!(second.idle_since().is_none() && Busy::begin(&second).is_none(), "the second was let go");
        let third = enter(&mut crowd, HERE);
        tokio::time::advance(Duration::from_millis(1)).await;
        drop(request);
        tokio::time::advance(Duration::from_millis(GRACE_MS)).await;
        assert_eq!(crowd.place(HERE), Place::Free);
        assert!(first.idle_since().is_some() && third.idle_since().is_none(), "the first was asked something since");
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_has_its_share() {
        let mut crowd = Crowd::new(Limits { most: 9, per_address: Some(1), ..Limits::default() });
        enter(&mut crowd, HERE);
        assert_eq!([crowd.place(HERE), crowd.place(THERE)], [Place::Refused, Place::Free]);
        tokio::time::advance(Duration::from_millis(GRACE_MS)).await;
        assert_eq!(crowd.place(HERE), Place::Free, "the idle one made room");
        assert!(crowd.addresses.is_empty() && crowd.members.is_empty());
    }
}
