//! Where each event stands in the arrays.

use std::ops::Range;

use super::TooManyEvents;
use crate::journey::Journeys;
use crate::model::EventKey;
use crate::scenario::Traffic;

/// Where each event stands.
pub(super) enum Layout {
    /// All events of journey *n* stand from place `starts[n]` to `starts[n + 1]`.
    Whole {
        /// Four bytes a journey.
        starts: Vec<u32>,
    },
    /// One event of journey *n* stands in place *n*: that in this slot, once it is known.
    Single {
        /// One byte a journey; 0 before it is known, for that is the click's.
        slots: Vec<u8>,
    },
}

impl Layout {
    /// Most events that are judged at once: ten bytes each are two gigabytes.
    pub(super) const MAX_EVENTS: u64 = 200_000_000;

    pub(super) fn new(journeys: &Journeys<'_>, traffic: Traffic) -> Result<Self, TooManyEvents> {
        let too_many = TooManyEvents { most: Self::MAX_EVENTS };
        let count = usize::try_from(journeys.count()).map_err(|_| too_many)?;
        if journeys.count() > Self::MAX_EVENTS {
            return Err(too_many);
        }
        if traffic != Traffic::Journeys {
            return Ok(Self::Single { slots: vec![0; count] });
        }
        let mut starts = Vec::with_capacity(count + 1);
        let mut end = 0_u32;
        starts.push(end);
        for index in 0..journeys.count() {
            end = end.checked_add(journeys.events_of(index).into()).ok_or(too_many)?;
            starts.push(end);
        }
        if u64::from(end) > Self::MAX_EVENTS { Err(too_many) } else { Ok(Self::Whole { starts }) }
    }

    /// How many places there are.
    pub(super) fn len(&self) -> usize {
        match self {
            Self::Whole { starts } => starts.last().map_or(0, |&end| end as usize),
            Self::Single { slots } => slots.len(),
        }
    }

    /// How many journeys there are.
    pub(super) fn journeys(&self) -> usize {
        match self {
            Self::Whole { starts } => starts.len() - 1,
            Self::Single { slots } => slots.len(),
        }
    }

    /// The places of a journey.
    pub(super) fn range(&self, journey: usize) -> Range<usize> {
        match self {
            Self::Whole { starts } => match (starts.get(journey), starts.get(journey + 1)) {
                (Some(&start), Some(&end)) => start as usize..end as usize,
                _ => 0..0,
            },
            Self::Single { slots } if journey < slots.len() => journey..journey + 1,
            Self::Single { .. } => 0..0,
        }
    }

    /// The place of an event, or of the one that a forgery was made from; `None` for one that the plan does not have.
    pub(super) fn place(&self, key: EventKey) -> Option<usize> {
        let journey = usize::try_from(key.journey).ok()?;
        let slot = key.slot % EventKey::SLOTS;
        match self {
            Self::Whole { .. } => {
                let range = self.range(journey);
                let place = range.start + usize::from(slot.checked_sub(1)?);
                range.contains(&place).then_some(place)
            }
            Self::Single { slots } => (slot > 0 && u16::from(*slots.get(journey)?) == slot).then_some(journey),
        }
    }

    /// The place of an event that was sent, which in a journey of one event settles which it is.
    pub(super) fn claim(&mut self, key: EventKey) -> Option<usize> {
        if let (Self::Single { slots }, Ok(journey)) = (&mut *self, usize::try_from(key.journey))
            && let Some(unknown @ 0) = slots.get_mut(journey)
        {
            *unknown = u8::try_from(key.slot % EventKey::SLOTS).unwrap_or(0);
        }
        self.place(key)
    }

    /// The slot of a place within its journey.
    pub(super) fn slot(&self, journey: usize, place: usize) -> u16 {
        match self {
            Self::Whole { .. } => u16::try_from(place - self.range(journey).start + 1).unwrap_or(0),
            Self::Single { slots } => slots.get(journey).copied().unwrap_or(0).into(),
        }
    }
}
