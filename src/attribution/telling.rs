//! What both methods write down of conversions when nothing is set up wrongly: each deposit by S2S, and by the pixel as far as
//! browsers let it.

use jiff::SignedDuration;

use super::conversion::Conversion;
use super::pairing::{Logs, Side};
use super::sighting::{Sighting, Traits};
use super::texts::Names;
use crate::model::{EventKey, EventKind, Ids};

/// The place of a first deposit in a journey: after click, registration and KYC.
const DEPOSIT: u16 = 3;

/// How long after the deposit a message comes in.
const DELAY: SignedDuration = SignedDuration::from_secs(2);

/// What both methods write down, in the order of the conversions. A pixel without its cookie is there and credited to no click; one
/// that never left is not there.
pub fn told<'p>(conversions: impl IntoIterator<Item = Conversion<'p>>, ids: &Ids) -> Logs {
    let mut logs = Logs::default();
    for conversion in conversions {
        let traits = traits(&conversion, &mut logs.names);
        write(&mut logs.s2s, &conversion, ids, (traits, true));
        match conversion.cookie {
            Ok(()) => write(&mut logs.cookie, &conversion, ids, (traits, true)),
            Err(cause) if cause.leaves_pixel() => write(&mut logs.cookie, &conversion, ids, (traits, false)),
            Err(_) => {}
        }
    }
    logs
}

fn write(side: &mut Side, conversion: &Conversion<'_>, ids: &Ids, (traits, attributed): (Traits, bool)) {
    let player = conversion.player;
    let deposit = EventKey { journey: player, slot: DEPOSIT, kind: EventKind::Deposit };
    let click = if attributed { side.texts.add(&ids.click(player)) } else { None };
    side.sightings.push(Sighting {
        at: conversion.deposited,
        received: Some(conversion.deposited.saturating_add(DELAY).unwrap_or(conversion.deposited)),
        click,
        transaction: side.texts.add(&ids.event(deposit)),
        account: side.texts.add(&format!("u_{}_{player}", ids.tag())),
        money: Some((conversion.money.amount(), conversion.money.currency())),
        attributed,
        traits,
        row: u32::try_from(side.sightings.len() + 1).unwrap_or(u32::MAX),
    });
}

fn traits(conversion: &Conversion<'_>, names: &mut Names) -> Traits {
    let Conversion { brand, affiliate, country, path, browser, device, .. } = conversion;
    let [brand, affiliate, country] = [brand, affiliate, country].map(|label| label.as_str());
    Traits::told(names, [brand, affiliate, country, browser.name(), device.name(), path.as_str()])
}
