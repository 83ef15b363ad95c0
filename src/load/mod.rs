//! Load: postbacks that arrive whether or not the target keeps up, on one single-threaded runtime per core, and the files
//! that a load leaves in its folder. What is sent when follows from the plan and the seed; how a load is judged is left to the
//! statistics and to the oracle, and its course from beginning to end to `run`.
//!
//! `schedule` says when, `feed` says what, `pacer` waits, `line` is a connection, `lane` is a core at work, `tally` is what it
//! counts, and `fire` starts the lanes and adds up what they tell once a second. `exposition` writes that down for Prometheus, to
//! whom `scrape` opens a door.
//!
//! Players who wait for their answers are another way: `crowd` says how many there are when, and `goose` has them play.

mod alarm;
mod backlog;
mod buffers;
mod crowd;
mod effort;
mod exposition;
mod feed;
mod fire;
mod gate;
mod goose;
mod identity;
mod interval_log;
mod lane;
mod ledger;
mod line;
mod merge;
mod pacer;
mod record;
mod roots;
mod schedule;
mod scrape;
mod shard;
mod start;
mod tag;
mod tally;

pub(crate) use crowd::Crowd;
pub use effort::Effort;
pub(crate) use exposition::Exposition;
pub use fire::{Fired, Ground, Tick, fire};
pub(crate) use goose::{Play, Playing, alone, attack, leave_ctrl_c_alone};
pub use identity::{Difference, Identity, Place};
pub use interval_log::{Interval, IntervalError, IntervalLog, Intervals};
pub use ledger::{LedgerError, LedgerReader, LedgerWriter, Ledgers, Written, file_name};
pub use line::{Endpoint, EndpointError};
pub use merge::{Findings, FindingsError, LATENCIES, RECORD, clear, read_record, write_record};
pub use record::{Canaries, EXHAUSTED, EffortSums, LOAD_SCHEMA, LoadRecord, RecordError, Shards, SlotSums};
pub use schedule::{Slot, Slots};
pub(crate) use scrape::{Door, PATH as METRICS_PATH};
pub use shard::{Shard, ShardError};
pub use start::{StartAt, StartAtError, wait_until};
pub use tally::{Ends, Figures, SlotCounts, Tally};
