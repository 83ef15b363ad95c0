//! Clicks as URLs: what an affiliate's link carries, and where a landing URL carries the click id (seed 003 §2).
//! Clicking itself is left to `run` and to the cases of the contract.

use url::Url;

use crate::model::Player;

/// Longest click id that is taken for one, in bytes.
const LONGEST: usize = 256;

/// Everything that a redirector logs of a player's click. No personal data stands in a URL (seed 003 §9).
pub fn link<'a>(player: &Player<'a>) -> [(&'static str, &'a str); 12] {
    [
        ("utm_source", player.affiliate.as_str()),
        ("utm_medium", "affiliate"),
        ("utm_campaign", player.campaign.as_str()),
        ("utm_content", player.creative.as_str()),
        ("affiliate", player.affiliate.as_str()),
        ("sub_id", player.aff_sub.as_str()),
        ("brand", player.brand.as_str()),
        ("campaign", player.campaign.as_str()),
        ("creative", player.creative.as_str()),
        ("geo", player.geo.as_str()),
        ("device", player.device.as_str()),
        ("consent_version", player.consent.as_str()),
    ]
}

/// The click id that a landing URL carries in one of these parameters, the first that is there.
pub fn click_id(landing: &Url, parameters: &[String]) -> Option<String> {
    parameters.iter().find_map(|name| {
        let value = landing.query_pairs().find(|(key, _)| key == name)?.1;
        (!value.is_empty() && value.len() <= LONGEST).then(|| value.into_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_click_id_is_found_under_its_names() {
        let names = ["click_id".to_owned(), "clickid".to_owned()];
        let find = |url: &str| click_id(&Url::parse(url).unwrap(), &names);
        assert_eq!(find("https://x.test/?a=1&click_id=abc%2F1"), Some("abc/1".to_owned()));
        assert_eq!(find("https://x.test/?clickid=abc"), Some("abc".to_owned()));
        assert_eq!(find("https://x.test/?click_id="), None);
        assert_eq!(find("https://x.test/?id=abc"), None);
    }
}
