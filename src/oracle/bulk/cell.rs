//! What is known of one genuine event, in sixteen bits, and where that puts it in the table.

use crate::model::{EventKind, Outcome};
use crate::oracle::Standing;

/// What is known of one event. Nothing of it, where no bit is set.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Cell(u16);

const OK: u16 = 1;
const INFO: u16 = 1 << 1;
const FAIL: u16 = 1 << 2;
/// Given up, and in the sender's DLQ.
const DEAD_LETTERED: u16 = 1 << 3;
/// Another body was sent under its id.
const CONFLICT: u16 = 1 << 4;
/// A forgery was made from it.
const FORGED: u16 = 1 << 5;
/// A credit says something else than was sent.
const CORRUPT: u16 = 1 << 6;
/// A credit counts it as an FTD.
const TOLD_FTD: u16 = 1 << 7;
/// How many new credits there are: 0, 1, or 2 for more.
const CREDITS: u16 = 8;
/// How many answers called it new, counted alike.
const CALLED_NEW: u16 = 10;
/// The number of its kind, three bits.
const KIND: u16 = 12;

/// What else decides, where books were read.
#[derive(Clone, Copy)]
pub(super) struct Bound {
    /// The books hold events of this kind.
    pub(super) held: bool,
    /// Credits may still be on their way.
    pub(super) unsettled: bool,
    /// The FTD flag that is owed, where flags are told at all.
    pub(super) ftd: Option<bool>,
}

impl Cell {
    /// Notes how an attempt ended.
    pub(super) fn answered(&mut self, kind: EventKind, outcome: Outcome) {
        self.0 |= (kind as u16) << KIND;
        self.0 |= match outcome {
            Outcome::Ok { .. } => OK,
            Outcome::Info(_) => INFO,
            Outcome::Fail(_) => FAIL,
        };
        if outcome == (Outcome::Ok { repeat: Some(false) }) {
            self.count(CALLED_NEW);
        }
    }

    pub(super) fn dead_letter(&mut self) {
        self.0 |= DEAD_LETTERED;
    }

    /// Notes that another body goes out under its id.
    pub(super) fn conflict(&mut self, kind: EventKind) {
        self.0 |= CONFLICT | (kind as u16) << KIND;
    }

    /// Notes that a forgery is made from it.
    pub(super) fn forge(&mut self) {
        self.0 |= FORGED;
    }

    /// Notes a new credit.
    pub(super) fn credit(&mut self, told_ftd: bool, corrupt: bool) {
        self.count(CREDITS);
        self.0 |= if told_ftd { TOLD_FTD } else { 0 } | if corrupt { CORRUPT } else { 0 };
    }

    /// Forgets all credits, for the books are read again.
    pub(super) fn forget_credits(&mut self) {
        self.0 &= !(CORRUPT | TOLD_FTD | 0b11 << CREDITS);
    }

    /// Whether anything at all was sent that has to do with it.
    pub(super) fn is_touched(self) -> bool {
        self.0 != 0
    }

    /// Whether a genuine attempt was made.
    pub(super) fn is_sent(self) -> bool {
        self.0 & (OK | INFO | FAIL) != 0
    }

    pub(super) fn is_conflicted(self) -> bool {
        self.0 & CONFLICT != 0
    }

    pub(super) fn any_ok(self) -> bool {
        self.0 & OK != 0
    }

    pub(super) fn any_info(self) -> bool {
        self.0 & INFO != 0
    }

    /// Whether a credit says something else than was sent, its FTD flag apart.
    pub(super) fn is_corrupt(self) -> bool {
        self.0 & CORRUPT != 0
    }

    /// Whether a credit counts it as an FTD.
    pub(super) fn told_ftd(self) -> bool {
        self.0 & TOLD_FTD != 0
    }

    /// 0, 1, or 2 for more.
    pub(super) fn credits(self) -> u16 {
        self.0 >> CREDITS & 0b11
    }

    /// What happened; of no meaning where neither an attempt nor a conflict was noted.
    pub(super) fn kind(self) -> EventKind {
        EventKind::ALL[usize::from(self.0 >> KIND).min(EventKind::ALL.len() - 1)]
    }

    /// Where books were read: its place in the table, which is that of [`crate::oracle::prove`]. What exactly is corrupt
    /// is not told here.
    pub(super) fn standing(self, bound: Bound) -> Standing {
        let corrupt = self.is_corrupt() || bound.ftd.is_some_and(|owed| owed != self.told_ftd());
        match (self.credits(), self.any_ok(), self.any_info()) {
            (2.., _, _) => Standing::Double,
            (0, true, _) if bound.held && bound.unsettled => Standing::Unresolved,
            (0, true, _) if bound.held => Standing::Lost,
            (0, false, _) => self.without_credit(),
            (1, false, false) => Standing::Contradicted,
            (1, _, _) if corrupt => Standing::Corrupt(Vec::new()),
            (0 | 1, true, _) => Standing::Ok,
            (1, false, true) => Standing::Recovered,
        }
    }

    /// Where the answers are the only evidence.
    pub(super) fn standing_by_answers(self) -> Standing {
        match self.0 >> CALLED_NEW & 0b11 {
            2.. => Standing::Double,
            _ if self.any_ok() => Standing::Ok,
            _ => self.without_credit(),
        }
    }

    /// Never accepted, and not in the books.
    fn without_credit(self) -> Standing {
        match self.any_info() {
            true if self.0 & DEAD_LETTERED != 0 => Standing::DeadLettered,
            true => Standing::Unresolved,
            false => Standing::Refused,
        }
    }

    /// Counts one more, up to two.
    fn count(&mut self, place: u16) {
        if self.0 >> place & 0b11 < 2 {
            self.0 += 1 << place;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::InfoReason;

    #[test]
    fn bits_do_not_run_into_each_other() {
        for kind in EventKind::ALL {
            let mut cell = Cell::default();
            assert!(!cell.is_touched());
            for _ in 0..9 {
                cell.answered(kind, Outcome::Ok { repeat: Some(false) });
                cell.credit(true, true);
            }
            assert_eq!((cell.kind(), cell.credits(), cell.any_info()), (kind, 2, false));
            cell.forget_credits();
            assert_eq!((cell.kind(), cell.credits(), cell.any_ok()), (kind, 0, true));
            assert_eq!(cell.standing_by_answers(), Standing::Double);
            let bound = Bound { held: true, unsettled: false, ftd: Some(false) };
            assert_eq!(cell.standing(bound), Standing::Lost);
            cell.credit(false, false);
            assert_eq!(cell.standing(bound), Standing::Ok, "what was forgotten leaves no trace");
        }
    }

    #[test]
    fn a_letter_is_dead_only_while_nobody_took_it() {
        let mut cell = Cell::default();
        cell.answered(EventKind::Deposit, Outcome::Info(InfoReason::Timeout));
        cell.dead_letter();
        assert_eq!(cell.standing_by_answers(), Standing::DeadLettered);
        cell.credit(false, false);
        let bound = Bound { held: true, unsettled: true, ftd: None };
        assert_eq!(cell.standing(bound), Standing::Recovered);
    }
}
