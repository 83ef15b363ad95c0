//! By what figures are grouped, and which group an event, a click or a day's spend belongs to.

use jiff::civil::Date;

use super::entry::{ClickEntry, ClickFacts, Entry};
use crate::tracker::books::spend::Spend;

/// Most dimensions of one report: what two of them hold apart is still read by people.
pub(crate) const MAX_DIMENSIONS: usize = 3;

/// By what figures are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dimension {
    /// Who brought the player.
    Affiliate,
    /// Which brand the player is with.
    Brand,
    /// The programme's campaign.
    Campaign,
    /// `utm_source` of the click.
    UtmSource,
    /// `utm_campaign` of the click.
    UtmCampaign,
    /// The advertisement.
    Creative,
    /// The country of the click.
    Geo,
    /// The device of the click.
    Device,
    /// The day, in the zone asked for.
    Day,
    /// The calendar month, in the zone asked for.
    Month,
}

/// A group's name: one value a dimension, nothing where the event has none.
pub(crate) type Key = Vec<Option<String>>;

/// What is counted, as a dimension sees it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    affiliate: Option<&'a str>,
    brand: Option<&'a str>,
    campaign: Option<&'a str>,
    click: Option<&'a ClickFacts>,
}

impl Dimension {
    /// All of them, in the order in which they are offered.
    pub(crate) const ALL: [Self; 10] = [
        Self::Affiliate,
        Self::Brand,
        Self::Campaign,
        Self::UtmSource,
        Self::UtmCampaign,
        Self::Creative,
        Self::Geo,
        Self::Device,
        Self::Day,
        Self::Month,
    ];

    /// The name in requests and reports.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Affiliate => "affiliate",
            Self::Brand => "brand",
            Self::Campaign => "campaign",
            Self::UtmSource => "utm_source",
            Self::UtmCampaign => "utm_campaign",
            Self::Creative => "creative",
            Self::Geo => "geo",
            Self::Device => "device",
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The dimension of that name.
    pub(crate) fn by_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.name() == name)
    }

    /// The group of a subject on a day.
    fn value(self, subject: Subject<'_>, day: Date) -> Option<String> {
        let click = subject.click;
        let text = match self {
            Self::Affiliate => subject.affiliate,
            Self::Brand => subject.brand,
            Self::Campaign => subject.campaign,
            Self::UtmSource => click.and_then(|click| click.utm_source.as_deref()),
            Self::UtmCampaign => click.and_then(|click| click.utm_campaign.as_deref()),
            Self::Creative => click.and_then(|click| click.creative.as_deref()),
            Self::Geo => click.and_then(|click| click.geo.as_deref()),
            Self::Device => click.and_then(|click| click.device.as_deref()),
            Self::Day => return Some(day.to_string()),
            Self::Month => return Some(day.strftime("%Y-%m").to_string()),
        };
        text.map(str::to_owned)
    }
}

impl<'a> Subject<'a> {
    /// A booked event.
    pub(crate) fn entry(entry: &'a Entry) -> Self {
        let click = entry.click.as_deref();
        let campaign = click.and_then(|click| click.campaign.as_deref());
        Self { affiliate: entry.affiliate(), brand: entry.brand(), campaign, click }
    }

    /// A click.
    pub(crate) fn click(click: &'a ClickEntry) -> Self {
        let facts = click.facts.as_ref();
        let (affiliate, brand) = (facts.affiliate.as_deref(), facts.brand.as_deref());
        Self { affiliate, brand, campaign: facts.campaign.as_deref(), click: Some(facts) }
    }

    /// What a campaign cost on a day. Nobody knows how it divides by device or country.
    pub(crate) fn spend(spend: &'a Spend) -> Self {
        let (affiliate, brand) = (spend.affiliate.as_deref(), spend.brand.as_deref());
        Self { affiliate, brand, campaign: Some(&spend.campaign), click: None }
    }

    /// The settlement of one affiliate with one brand.
    pub(crate) fn settlement(affiliate: &'a str, brand: Option<&'a str>) -> Self {
        Self { affiliate: Some(affiliate), brand, campaign: None, click: None }
    }

    /// Who brought the player.
    pub(crate) fn affiliate(&self) -> Option<&'a str> {
        self.affiliate
    }

    /// Which brand it concerns.
    pub(crate) fn brand(&self) -> Option<&'a str> {
        self.brand
    }

    /// The group it belongs to on a day.
    pub(crate) fn key(self, by: &[Dimension], day: Date) -> Key {
        by.iter().map(|dimension| dimension.value(self, day)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back() {
        for dimension in Dimension::ALL {
            assert_eq!(Dimension::by_name(dimension.name()), Some(dimension));
        }
        assert_eq!(Dimension::by_name("Geo"), None);
    }

    #[test]
    fn a_key_has_a_value_for_each_dimension() {
        let facts =
            ClickFacts { geo: Some("BR".to_owned()), campaign: Some("spring".to_owned()), ..ClickFacts::default() };
        let click = ClickEntry { id: 1, at: jiff::Timestamp::UNIX_EPOCH, facts: facts.into() };
        let day = Date::new(2026, 2, 3).expect("a day");
        let by = [Dimension::Geo, Dimension::Device, Dimension::Month, Dimension::Day, Dimension::Campaign];
        let key = Subject::click(&click).key(&by, day);
        let values: Vec<_> = key.iter().map(Option::as_deref).collect();
        assert_eq!(values, [Some("BR"), None, Some("2026-02"), Some("2026-02-03"), Some("spring")]);
    }
}
