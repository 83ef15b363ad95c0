//! Load: what postbacks are sent under load, and the files that a load leaves in its folder. How a load is judged is left to
//! the oracle, and its course from beginning to end to `run`.

mod buffers;
mod identity;
mod interval_log;
mod ledger;
mod merge;
mod record;
mod shard;
mod start;
mod tag;

pub use identity::{Difference, Identity, Place};
pub use interval_log::{Interval, IntervalError, IntervalLog, Intervals};
pub use ledger::{LedgerError, LedgerReader, LedgerWriter, Ledgers, Written, file_name};
pub use merge::{Findings, FindingsError, LATENCIES, RECORD, clear, read_record, write_record};
pub use record::{Canaries, LOAD_SCHEMA, LoadRecord, RecordError, Shards, SlotSums};
pub use shard::{Shard, ShardError};
pub use start::{StartAt, StartAtError, wait_until};
