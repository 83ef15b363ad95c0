//! Load: postbacks that arrive whether or not the target keeps up, on one single-threaded runtime per core, and the files
//! that a load leaves in its folder. What is sent when follows from the plan and the seed; how a load is judged is left to the
//! statistics and to the oracle, and its course from beginning to end to `run`.
//!
//! `schedule` says when, `feed` says what, `pacer` waits, `line` is a connection, `lane` is a core at work, `tally` is what it
//! counts, and `fire` starts the lanes and adds up what they tell once a second.

mod alarm;
mod backlog;
mod buffers;
mod feed;
mod fire;
mod identity;
mod interval_log;
mod lane;
mod ledger;
mod line;
mod pacer;
mod record;
mod roots;
mod schedule;
mod shard;
mod start;
mod tag;
mod tally;

pub use fire::{Fired, Ground, Tick, fire};
pub use identity::{Difference, Identity};
pub use interval_log::{Interval, IntervalError, IntervalLog, Intervals};
pub use ledger::{LedgerError, LedgerReader, LedgerWriter, Ledgers, Written, file_name};
pub use line::{Endpoint, EndpointError};
pub use record::{Canaries, LOAD_SCHEMA, LoadRecord, RecordError, Shards, SlotSums};
pub use schedule::{Slot, Slots};
pub use shard::{Shard, ShardError};
pub use start::{StartAt, StartAtError, wait_until};
pub use tally::{Ends, Figures, SlotCounts, Tally};
