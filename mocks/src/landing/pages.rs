//! What the pages say.

use crate::operator::{Visit, escaped};

/// A page of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Site {
    Landing,
    Games,
    Promotions,
    Register,
}

impl Site {
    /// Every page.
    pub(super) const ALL: [Self; 4] = [Self::Landing, Self::Games, Self::Promotions, Self::Register];

    /// Where it is.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Landing => "/landing",
            Self::Games => "/landing/games",
            Self::Promotions => "/landing/promotions",
            Self::Register => "/landing/register",
        }
    }

    /// Whether it is one to look around on, between landing and registering.
    pub(super) fn looks_around(self) -> bool {
        matches!(self, Self::Games | Self::Promotions)
    }

    /// What it is called; the landing page by the visitor's brand.
    pub(super) fn title(self, visit: &Visit) -> String {
        match self {
            Self::Landing => visit.brand_id.clone().unwrap_or_else(|| "Test casino".to_owned()),
            Self::Games => "Games".to_owned(),
            Self::Promotions => "Promotions".to_owned(),
            Self::Register => "Register".to_owned(),
        }
    }

    /// Its HTML. The landing page has the form as well, for those who make up their minds at once.
    pub(super) fn content(self, visit: &Visit) -> String {
        let (links, arrival, form) = (links(), arrival(visit), form(visit));
        let text = match self {
            Self::Landing => format!("{arrival}{form}"),
            Self::Games => "<ul>\n<li>Roulette</li>\n<li>Blackjack</li>\n<li>Slots</li>\n</ul>\n".to_owned(),
            Self::Promotions => "<p>There are none: bonuses make no first deposits.</p>\n".to_owned(),
            Self::Register => form,
        };
        format!("{links}{text}<p>No money is taken here: this site belongs to a test.</p>\n")
    }
}

fn links() -> String {
    let links = Site::ALL.map(|site| {
        let name = match site {
            Site::Landing => "Home".to_owned(),
            other => other.title(&Visit::default()),
        };
        format!("<a href=\"{}\">{name}</a>", site.path())
    });
    format!("<nav>{}</nav>\n", links.join(" · "))
}

fn arrival(visit: &Visit) -> String {
    match &visit.click_id {
        Some(id) => format!("<p>You came with click <code>{}</code>.</p>\n", escaped(id)),
        None => "<p>You came without a click.</p>\n".to_owned(),
    }
}

/// The form names no click: the operator knows it. It names the brand, which a visitor without a session has too.
fn form(visit: &Visit) -> String {
    let brand = visit.brand_id.as_deref().map_or_else(String::new, |brand| {
        format!("<input type=\"hidden\" name=\"brand_id\" value=\"{}\">\n", escaped(brand))
    });
    format!(
        "<form method=\"post\" action=\"/operator/register\">\n{brand}\
         <p><label>Country <input name=\"geo\" maxlength=\"64\" autocomplete=\"country\"></label></p>\n\
         <p><label>Device <input name=\"device\" maxlength=\"64\"></label></p>\n\
         <p><label><input type=\"checkbox\" name=\"consent_version\" value=\"1\"> I agree to version 1 of the terms \
         on analytics and advertising</label></p>\n\
         <p><button>Register</button></p>\n</form>\n"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit() -> Visit {
        let (click_id, brand_id) = (Some("clk_1\"><script>".to_owned()), Some("a&b\"'<i>".to_owned()));
        Visit { click_id, brand_id, ..Visit::default() }
    }

    #[test]
    fn links_and_forms_carry_no_click_id() {
        for site in Site::ALL {
            let html = site.content(&visit());
            let carriers = html.split('<').filter(|tag| tag.starts_with("a ") || tag.starts_with("input"));
            let carrying: Vec<_> = carriers.filter(|tag| tag.contains("clk_1")).collect();
            assert!(carrying.is_empty(), "{carrying:?}");
            assert_eq!(html.matches("href=\"/landing").count(), Site::ALL.len());
        }
    }

    #[test]
    fn what_visitors_bring_stays_text() {
        let html = Site::Landing.content(&visit());
        assert!(!html.contains("<script") && !html.contains("<i>"), "{html}");
        assert!(html.contains("value=\"a&amp;b&quot;&#39;&lt;i&gt;\""), "{html}");
        assert!(Site::Landing.content(&Visit::default()).contains("without a click"));
    }
}
