//! Virtual players by goose: one task for each seat of a crowd, which plays one journey after the other. This is the only
//! file that knows goose's types; what a journey is, and when a seat is taken, is left to whoever plays.
//!
//! goose is a program as much as a library. What it does to its process, and what is done about it here:
//!
//! | habit | kept from it by |
//! |---|---|
//! | it parses `argv` and may exit | its configuration is made of nothing |
//! | tables and `N users launched.` on stdout | no metrics, and no test plan: it prints that line for each one |
//! | a logger of its own on stdout | a silent one is installed first |
//! | telnet on port 5116, websocket | not opened |
//! | Ctrl-C is taken, the second one exits with 1 | [`leave_ctrl_c_alone`] |
//! | its killswitch is one for the process | one attack at a time, and it is pulled until it is heard |
//!
//! So the ramp is not goose's either: all seats are there from the start, and the plan says when a player sits down.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Once};
use std::time::Duration;

use goose::client::GooseClientBuilder;
use goose::config::GooseConfiguration;
use goose::goose::{Scenario, Transaction, TransactionFunction};
use goose::{GooseAttack, GooseError};
use tokio::sync::{Mutex, MutexGuard, watch};

/// How often goose is told that it is over, and how long a seat rests after that before it asks again.
const AGAIN: Duration = Duration::from_millis(50);

/// goose starts so many players a second, so that all are there at once.
const AT_ONCE: &str = "1000000";

/// goose holds its crowd for so long unless it is told that it is over: longer than any plan.
const FOR_EVER: &str = "8760h";

/// What goose's own client is for: nothing. No request is made with it.
const NOWHERE: &str = "http://127.0.0.1/";

/// One attack at a time in a process.
static ONE: Mutex<()> = Mutex::const_new(());

/// The right to attack, which one holds at a time.
pub(crate) struct Alone {
    _one: MutexGuard<'static, ()>,
}

/// A future that is on its way.
pub(crate) type Playing<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What the players do.
pub(crate) trait Play: Send + Sync + 'static {
    /// Plays one journey on a seat, numbered from 0, or waits for its turn. It is called again and again until the attack
    /// is over, and has to end soon after it is.
    fn play(&self, seat: usize) -> Playing<'_>;
}

/// Why there was no attack.
#[derive(Debug, thiserror::Error)]
pub(crate) enum AttackError {
    /// goose did not start, or did not come to its end.
    #[error("the virtual players could not be run: {0}")]
    Goose(GooseError),
}

/// Waits until nobody else attacks.
pub(crate) async fn alone() -> Alone {
    Alone { _one: ONE.lock().await }
}

/// Has so many seats played on until `over` turns true, and returns when every seat is empty. Who drops it before that
/// leaves players behind.
///
/// # Errors
/// When goose does not start.
pub(crate) async fn attack(
    _alone: Alone,
    seats: usize,
    over: watch::Receiver<bool>,
    play: Arc<dyn Play>,
) -> Result<(), AttackError> {
    leave_ctrl_c_alone();
    let level = silence();
    goose::reset_killswitch();
    let attack = prepared(seats, over.clone(), play).map_err(AttackError::Goose)?;
    let ended = tokio::select! {
        // goose's future is large.
        ended = Box::pin(attack.execute()) => ended,
        never = pull_killswitch(over) => match never {},
    };
    goose::reset_killswitch();
    log::set_max_level(level);
    ended.map(drop).map_err(AttackError::Goose)
}

/// Keeps goose from taking Ctrl-C for itself, which it would do when an attack starts: it would take it away from whoever
/// listened before, and end the process at the second one. Its crate for that takes one handler in the life of a process,
/// so this one, which does nothing, is given first. Whoever wants to hear Ctrl-C has to call this *before* starting to
/// listen, because the handler takes the place of those that are there and lets later ones in beside it.
pub(crate) fn leave_ctrl_c_alone() {
    static GIVEN: Once = Once::new();
    // An error means that somebody else has given a handler: then goose cannot give one either.
    GIVEN.call_once(|| drop(ctrlc::set_handler(|| {})));
}

/// Installs a logger that says nothing, unless the process has one; tells at which level logging was, because goose
/// changes that too.
fn silence() -> log::LevelFilter {
    static SILENT: Silent = Silent;
    let level = log::max_level();
    // An error means that the process has a logger of its own, which it is to keep.
    let _ = log::set_logger(&SILENT);
    level
}

struct Silent;

impl log::Log for Silent {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        false
    }

    fn log(&self, _: &log::Record<'_>) {}

    fn flush(&self) {}
}

/// Pulls the killswitch once it is over, again and again: goose resets it when it starts.
async fn pull_killswitch(mut over: watch::Receiver<bool>) -> Infallible {
    // A sender that has gone away means that nobody will ever end it; then it goes on for ever.
    if over.wait_for(|over| *over).await.is_err() {
        std::future::pending::<()>().await;
    }
    loop {
        goose::trigger_killswitch("the plan is over");
        tokio::time::sleep(AGAIN).await;
    }
}

fn prepared(seats: usize, over: watch::Receiver<bool>, play: Arc<dyn Play>) -> Result<GooseAttack, GooseError> {
    let mut configuration = GooseConfiguration::default();
    configuration.users = Some(seats);
    configuration.increase_rate = Some(AT_ONCE.to_owned());
    configuration.run_time = Some(FOR_EVER.to_owned());
    configuration.no_telnet = true;
    configuration.no_metrics = true;
    configuration.no_print_metrics = true;
    configuration.quiet = 1;
    let function: TransactionFunction = Arc::new(move |user| {
        let (play, over, seat) = (Arc::clone(&play), over.clone(), user.weighted_users_index);
        Box::pin(async move {
            play.play(seat).await;
            if *over.borrow() {
                tokio::time::sleep(AGAIN).await;
            }
            Ok(())
        })
    });
    let journey = Scenario::new("journey").set_host(NOWHERE).register_transaction(Transaction::new(function));
    Ok(GooseAttack::initialize_with_config(configuration)?
        // One client for all seats, which is never used; it would make one for each.
        .set_client_builder_without_cookies(GooseClientBuilder::new().without_cookies())?
        .register_scenario(journey))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::sync::Mutex as Lock;

    /// Counts who plays.
    #[derive(Default)]
    struct Counting {
        seats: Lock<BTreeSet<usize>>,
    }

    impl Play for Counting {
        fn play(&self, seat: usize) -> Playing<'_> {
            Box::pin(async move {
                self.seats.lock().expect("no panic").insert(seat);
                tokio::time::sleep(Duration::from_millis(10)).await;
            })
        }
    }

    #[tokio::test]
    async fn every_seat_plays_until_it_is_over_and_then_none() {
        for seats in [1, 25] {
            let (end, over) = watch::channel(false);
            let play = Arc::new(Counting::default());
            let attack = tokio::spawn(attack(alone().await, seats, over, Arc::clone(&play) as Arc<dyn Play>));
            while play.seats.lock().expect("no panic").len() < seats {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            assert!(!attack.is_finished());
            end.send_replace(true);
            attack.await.expect("no panic").expect("an attack");
            assert_eq!(*play.seats.lock().expect("no panic"), (0..seats).collect());
            assert_eq!(Arc::strong_count(&play), 1, "nobody is left behind");
        }
    }

    #[tokio::test]
    async fn what_is_over_before_it_starts_ends() {
        let (_end, over) = watch::channel(true);
        attack(alone().await, 3, over, Arc::new(Counting::default())).await.expect("an attack");
    }
}
