//! The cases of HTTP against scripted trackers, where no defect of the reference stack shows what they find.

use postproof::model::Verdict;
use wiremock::matchers::{header_exists, method, path};
use wiremock::{Mock, MockServer, ResponseTemplate};

use crate::check::{found, report};
use crate::harness::shown;

/// A tracker that takes every POST; it answers HEAD with this status, and a sender that asks before its body with that.
async fn tracker(head: u16, expecting: u16) -> MockServer {
    let server = MockServer::start().await;
    let taken = || ResponseTemplate::new(200).set_body_string("{\"status\":\"ok\",\"idempotent\":false}");
    let asked = if expecting == 200 { taken() } else { ResponseTemplate::new(expecting) };
    Mock::given(method("OPTIONS")).respond_with(ResponseTemplate::new(204)).mount(&server).await;
    Mock::given(method("HEAD")).respond_with(ResponseTemplate::new(head)).mount(&server).await;
    Mock::given(header_exists("expect")).respond_with(asked).mount(&server).await;
    Mock::given(method("POST")).respond_with(taken()).mount(&server).await;
    server
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sender_that_asks_first_is_not_turned_away_and_head_breaks_nothing() {
    use Verdict::{Fail, Pass, Warn};
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("hmac"), "secret-of-the-test").expect("written");
    for (head, asked, verdicts) in
        [(405, 200, [Pass, Pass]), (200, 417, [Pass, Fail]), (500, 200, [Fail, Pass]), (501, 200, [Warn, Pass])]
    {
        let server = tracker(head, asked).await;
        let text = format!(
            "[target]\nurl = \"{}/postback\"\nsecret_file = \"{}/hmac\"\n",
            server.uri(),
            folder.path().display()
        );
        let seen = report(&text, &["http.head", "http.expect-continue"]).await;
        let told = ["http.head", "http.expect-continue"].map(|case| found(&seen, case).verdict);
        assert_eq!(told, verdicts, "{head} {asked}: {}", shown(&seen));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn books_that_cannot_be_read_in_the_end_prove_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("hmac"), "secret-of-the-test").expect("written");
    let server = tracker(405, 200).await;
    let credits = |answer| Mock::given(method("GET")).and(path("/credits")).respond_with(answer);
    credits(ResponseTemplate::new(200).set_body_string("[]")).up_to_n_times(1).mount(&server).await;
    credits(ResponseTemplate::new(500)).mount(&server).await;
    let text = format!(
        "[target]\nurl = \"{0}/postback\"\nsecret_file = \"{1}/hmac\"\n[read_back]\nurl = \"{0}/credits\"\nsettle = \"1s\"\n",
        server.uri(),
        folder.path().display()
    );
    let seen = report(&text, &["accept.deposit"]).await;
    assert_eq!(seen.verdict, Verdict::Inconclusive, "{}", shown(&seen));
    assert_eq!(found(&seen, "read-back.readable").verdict, Verdict::Inconclusive);
    assert_eq!(found(&seen, "accept.deposit").verdict, Verdict::Pass, "the answer was as it should be");
}
