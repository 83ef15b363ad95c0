//! Where a target has no operator pages: what postproof does in the operator's place. It fires the postbacks with the click id that the
//! redirect gave, and the pixel with what the model leaves the browser.

use super::browser::{Browser, tracker_site};
use super::player::Stage;
use crate::attribution::{Itinerary, Loss};
use crate::fault::Course;
use crate::model::Event;
use crate::scenario::{PixelPlan, Setup, Told};

/// Fires an event's postback. Its event id is the same however often that is done, so that a run which goes on sends nothing as new.
///
/// # Errors
/// When it was not taken; in words.
pub(super) async fn postback(stage: &Stage, itinerary: &Itinerary<'_>, event: &Event<'_>) -> Result<String, String> {
    let Itinerary { journey, .. } = itinerary;
    let name = event.key.kind.name();
    let postback = stage.field.postback(&journey.player, event).map_err(|error| format!("{name}: {error}"))?;
    let course = Course::new(&[], event.key, stage.field.inputs.seed);
    let delivery = stage.field.deliver(journey, event, postback, (Vec::new(), course)).await;
    if delivery.any_ok() {
        return Ok(delivery.sent.event_id);
    }
    let outcome = delivery.attempts.last().map_or_else(|| "not sent".to_owned(), |attempt| attempt.outcome.to_string());
    Err(format!("{name} was not taken: {outcome}"))
}

/// Fires the pixel of a first deposit, of which that transaction was told.
///
/// # Errors
/// When it is refused; in words.
pub(super) async fn pixel(
    browser: &mut Browser<'_>,
    plan: &PixelPlan,
    itinerary: &Itinerary<'_>,
    transaction: &str,
) -> Result<(), String> {
    let Itinerary { journey, visitor, .. } = itinerary;
    let Some(conversion) = &visitor.conversion else { return Ok(()) };
    if conversion.cookie.is_err_and(|loss| !loss.leaves_pixel()) {
        return Ok(());
    }
    browser.lose(journey.player.click_id.as_str(), conversion.cookie);
    let own = matches!(browser.field.scenario.parallel.setup, Setup::FirstParty(_)) && conversion.cookie.is_ok();
    let url = plan.address(|told| match told {
        Told::ClickId if own => journey.player.click_id.as_str().to_owned(),
        Told::ClickId => String::new(),
        Told::TransactionId => transaction.to_owned(),
        Told::Account => journey.player.account.clone(),
        Told::Amount => conversion.money.amount().to_string(),
        Told::Currency => conversion.money.currency().code().to_owned(),
        Told::BrandId => visitor.brand.as_str().to_owned(),
        Told::Time => conversion.deposited.to_string(),
    });
    let site = tracker_site(&browser.field.scenario.parallel, &url, visitor.brand.as_str());
    browser.dot(&url, site.as_deref(), conversion.cookie == Err(Loss::ThirdParty)).await
}
