//! What an operator has to be, and what is told about one that is not.

use super::*;
use crate::model::Road;
use crate::scenario::{self, Scenario};

fn checked(text: &str) -> Result<Scenario, String> {
    let raw = scenario::read("my.toml", text).map_err(|error| error.to_string())?;
    scenario::check(&raw, "my.toml", text).map_err(|error| error.to_string())
}

#[test]
fn nothing_said_is_the_reference_operator_and_the_own_road() {
    let scenario = checked("").expect("a scenario");
    assert_eq!((scenario.road, scenario.read_back.settle.as_secs()), (Road::Own, 10));
    let plan = scenario.operator;
    assert_eq!(plan.paths.of(EventKind::Chargeback), "/operator/accounts/{account}/chargebacks");
    assert_eq!((plan.event_id.as_deref(), plan.account_id.as_str()), (Some("/event_id"), "/account_id"));
    assert_eq!((plan.fields.account, plan.fields.amount.as_deref()), (None, Some("amount")));
    assert!(plan.url.is_none() && plan.encoding == Encoding::Json);
}

#[test]
fn an_operator_is_the_target_of_its_road_unless_one_is_named() {
    let road = "through = \"operator\"\n";
    let inside = checked(road).expect("a scenario");
    assert!(inside.target.is_none() && inside.read_back.settle.as_secs() == 30);
    let operator = "[operator]\nurl = \"http://127.0.0.1:1/api\"\n";
    let target = |text: &str| checked(text).expect("a scenario").target.expect("a target").url.to_string();
    assert_eq!(target(&format!("{road}{operator}")), "http://127.0.0.1:1/api");
    assert_eq!(target(&format!("{road}{operator}[target]\nurl = \"http://127.0.0.1:2/p\"\n")), "http://127.0.0.1:2/p");
    // An operator that is described and not asked for changes nothing.
    assert!(checked(operator).expect("a scenario").target.is_none());
}

#[test]
fn what_is_wrong_is_named_with_its_key() {
    for (text, told) in [
        ("through = \"tracker\"\n", "`through` is `tracker`"),
        (
            "through = \"operator\"\n[target]\nurl = \"http://127.0.0.1:1/p\"\n",
            "`target.url` stands without the operator",
        ),
        (
            "through = \"operator\"\n[target]\nclick_url = \"http://127.0.0.1:1/c\"\n",
            "`target.click_url` stands without",
        ),
        ("[operator]\nurl = \"http://h/?a=1\"\n", "`operator.url` has a query"),
        ("[operator]\nurl = \"ftp://h/\"\n", "`operator.url` is a URL by `ftp`"),
        ("[operator]\nencoding = \"xml\"\n", "`operator.encoding` is `xml`"),
        ("[operator.paths]\nkyc = \"kyc\"\n", "`operator.paths.kyc` is `kyc`, which does not begin"),
        ("[operator.paths]\nkyc = \"/{user}/kyc\"\n", "no placeholder but {account}"),
        ("[operator.paths]\npages = [\"/a?b\"]\n", "`operator.paths.pages` is `/a?b`, which is more than a path"),
        ("[operator.fields]\ngeo = \"device\"\n", "`operator.fields.device` is `device`, as another field is"),
        ("[operator.fields]\ngeo = \"a\\u0007\"\n", "`operator.fields.geo` is no name"),
        ("[operator.answer]\nevent_id = \"id\"\n", "`operator.answer.event_id` is `id`, which is no JSON pointer"),
        ("[operator.answer]\naccount_id = \"\"\n", "`operator.answer.account_id` is empty"),
        ("[operator]\ntoken = \"x\"\n", "unknown field `token`"),
    ] {
        let error = checked(text).expect_err(text);
        assert!(error.contains(told), "{text}: {error}");
    }
    let pages = vec!["\"/p\""; MOST_PAGES + 1].join(", ");
    let error = checked(&format!("[operator.paths]\npages = [{pages}]\n")).expect_err("too many");
    assert!(error.contains("names 21 pages"), "{error}");
}
