//! What a page asks of a browser as far as tracking goes: cookies that its scripts set, and images that it shows, pixels among them.
//! Loading them is left to whoever plays the browser.

use html5gum::{StartTag, Token, Tokenizer};

/// What a page asks for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// Whose page it is, by name (`data-site` of its `html`), where several sites of a test system share an address.
    pub site: Option<String>,
    /// Texts that its scripts give to `document.cookie` (`data-cookie` of a `script`).
    pub cookies: Vec<String>,
    /// Its images.
    pub images: Vec<Image>,
}

/// An image of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// Its address, as it stands in the page.
    pub src: String,
    /// Whose it is, by name (`data-site`), where that is not the host of its address.
    pub site: Option<String>,
}

/// Most images and most cookies that are taken from a page.
const MOST: usize = 50;

impl Page {
    /// Reads a page. What is no HTML has nothing in it.
    pub fn read(html: &[u8]) -> Self {
        let mut page = Self::default();
        for token in Tokenizer::new(html) {
            if let Ok(Token::StartTag(tag)) = token {
                page.take(&tag);
            }
        }
        page
    }

    fn take(&mut self, tag: &StartTag<()>) {
        match &**tag.name {
            b"html" if self.site.is_none() => self.site = attribute(tag, "data-site").filter(|name| is_host(name)),
            b"script" if self.cookies.len() < MOST => self.cookies.extend(attribute(tag, "data-cookie")),
            b"img" if self.images.len() < MOST => {
                let site = attribute(tag, "data-site").filter(|name| is_host(name));
                self.images.extend(attribute(tag, "src").map(|src| Image { src, site }));
            }
            _ => {}
        }
    }
}

fn attribute(tag: &StartTag<()>, name: &str) -> Option<String> {
    let value = tag.attributes.get(name.as_bytes())?;
    Some(String::from_utf8_lossy(value).into_owned()).filter(|value| !value.is_empty())
}

/// Whether a text can be the name of a host: letters, digits, hyphens, points.
fn is_host(name: &str) -> bool {
    name.len() <= 253 && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_names_its_site_its_cookie_and_its_pixels() {
        let html = br#"<!doctype html><html lang="en" data-site="aurora.example"><head>
            <script data-cookie="aff_click=clk_1; Path=/">document.cookie = 1 < 2;</script></head>
            <body><!-- <img src="/never"> --><IMG SRC='/pixel?a=1&amp;b=2' data-site=tracker.test width=1>
            <img alt="no address"><img src="/logo.png"></body>"#;
        let image = |src: &str, site: Option<&str>| Image { src: src.to_owned(), site: site.map(str::to_owned) };
        assert_eq!(
            Page::read(html),
            Page {
                site: Some("aurora.example".to_owned()),
                cookies: vec!["aff_click=clk_1; Path=/".to_owned()],
                images: vec![image("/pixel?a=1&b=2", Some("tracker.test")), image("/logo.png", None)],
            }
        );
    }

    #[test]
    fn whatever_is_answered_is_read_without_complaint() {
        for html in [&b""[..], b"{\"error\":1}", b"<img", b"<html data-site='a b'>", &[0xff, b'<', 0x80, b'>']] {
            assert_eq!(Page::read(html), Page::default(), "{html:?}");
        }
        let many = "<img src=x>".repeat(1000);
        assert_eq!(Page::read(many.as_bytes()).images.len(), MOST);
    }
}
