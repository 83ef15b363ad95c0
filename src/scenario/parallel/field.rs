//! What an exported log can say of a conversion, and the names that columns of it usually have. What a column's cells mean is left to
//! `reconcile`.

/// What a column says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is named by what it says; `name` and `synonyms` spell it out")]
pub enum Field {
    At,
    Click,
    Transaction,
    Account,
    Amount,
    Currency,
    Received,
    Attributed,
    Event,
    IsFtd,
    Brand,
    Affiliate,
    Country,
    Browser,
    Device,
    Path,
}

impl Field {
    /// All of them.
    pub const ALL: [Self; 16] = [
        Self::At,
        Self::Click,
        Self::Transaction,
        Self::Account,
        Self::Amount,
        Self::Currency,
        Self::Received,
        Self::Attributed,
        Self::Event,
        Self::IsFtd,
        Self::Brand,
        Self::Affiliate,
        Self::Country,
        Self::Browser,
        Self::Device,
        Self::Path,
    ];

    /// The name in flags and scenarios: the first of its synonyms.
    pub fn name(self) -> &'static str {
        self.synonyms()[0]
    }

    /// Names that a column of it may have, best first; letter case, spaces and hyphens do not matter.
    pub fn synonyms(self) -> &'static [&'static str] {
        match self {
            Self::At => &[
                "ts_event",
                "at",
                "timestamp",
                "event_time",
                "conversion_time",
                "created_at",
                "time",
                "ts",
                "datetime",
                "date",
            ],
            Self::Click => &["click_id", "clickid", "click", "subid", "sub_id", "cid", "aff_click_id"],
            Self::Transaction => {
                &["transaction_id", "transactionid", "transaction", "txn_id", "txid", "tid", "order_id", "event_id"]
            }
            Self::Account => &["account", "account_id", "player_id", "playerid", "player", "user_id", "customer_id"],
            Self::Amount => &["amount", "deposit_amount", "deposit", "value", "sum"],
            Self::Currency => &["currency", "currency_code", "deposit_currency"],
            Self::Received => &["received_at", "received", "tracked_at"],
            Self::Attributed => &["attributed"],
            Self::Event => &["event", "event_type", "event_name", "goal"],
            Self::IsFtd => &["is_ftd", "first_deposit"],
            Self::Brand => &["brand_id", "brand"],
            Self::Affiliate => &["affiliate_id", "affiliate", "aff_id", "partner_id"],
            Self::Country => &["country", "country_code", "geo"],
            Self::Browser => &["browser", "browser_name"],
            Self::Device => &["device", "device_type"],
            Self::Path => &["path", "page_path"],
        }
    }

    /// A column's name as names are compared: letter case, spaces and hyphens do not matter.
    pub fn normal(name: &str) -> String {
        name.trim().to_lowercase().replace([' ', '-'], "_")
    }

    /// The field of a name, its synonyms included.
    pub fn of(name: &str) -> Option<Self> {
        let name = Self::normal(name);
        Self::ALL.into_iter().find(|field| field.synonyms().contains(&name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_means_two_things() {
        let mut names: Vec<_> = Field::ALL.iter().flat_map(|field| field.synonyms()).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all);
        assert!(names.iter().all(|name| Field::normal(name) == **name));
    }

    #[test]
    fn fields_are_found_by_any_of_their_names() {
        assert_eq!(Field::of("Click ID"), Some(Field::Click));
        assert_eq!(Field::of("player-id"), Some(Field::Account));
        assert_eq!(Field::of("colour"), None);
        assert!(Field::ALL.into_iter().all(|field| Field::of(field.name()) == Some(field)));
    }
}
