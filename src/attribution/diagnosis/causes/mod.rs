//! The causes, one a file. Where two explain the same things equally surely, the one that stands first in [`CAUSES`] is named.

mod browser_losses;
mod click_id_lost;
mod click_id_truncated;
mod cookie_domain;
mod currency;
mod macro_unexpanded;
mod pixel_outage;
mod pixel_page;
mod pixel_twice;
mod postback_twice;
mod s2s_affiliate;
mod s2s_begun_late;
mod s2s_brand;
mod s2s_late;
mod s2s_outage;
mod s2s_silent;
mod time_zone;

use super::Cause;

/// Every cause.
pub const CAUSES: &[&dyn Cause] = &[
    &click_id_truncated::ClickIdTruncated,
    &macro_unexpanded::MacroUnexpanded,
    &currency::WrongCurrency,
    &time_zone::TimeZone,
    &s2s_late::S2sLate,
    &pixel_page::PixelPage,
    &pixel_twice::PixelTwice,
    &postback_twice::PostbackTwice,
    &s2s_silent::S2sSilent,
    &s2s_begun_late::S2sBegunLate,
    &s2s_brand::S2sBrand,
    &s2s_affiliate::S2sAffiliate,
    &click_id_lost::ClickIdLost,
    &s2s_outage::S2sOutage,
    &cookie_domain::CookieDomain,
    &pixel_outage::PixelOutage,
    &browser_losses::BrowserLosses,
];
