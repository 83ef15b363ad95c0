//! Certificates of an authority that is made for the test, good and otherwise.

use std::net::Ipv4Addr;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair, date_time_ymd};

use super::*;

struct Folder {
    folder: tempfile::TempDir,
    issuer: CertifiedIssuer<'static, KeyPair>,
}

impl Folder {
    fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("a key")).expect("a certificate");
        let made = Self { folder: tempfile::tempdir().expect("a folder"), issuer };
        made.write("ca.pem", &made.issuer.pem());
        made.write("text", "no PEM");
        made
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("written");
    }

    /// A certificate for these names, valid for these years.
    fn issue(&self, name: &str, names: &[&str], years: [i32; 2]) {
        let names = names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let mut params = CertificateParams::new(names).expect("parameters");
        [params.not_before, params.not_after] = years.map(|year| date_time_ymd(year, 1, 1));
        let key = KeyPair::generate().expect("a key");
        let certificate = params.signed_by(&key, &self.issuer).expect("a certificate");
        self.write(&format!("{name}.pem"), &certificate.pem());
        self.write(&format!("{name}.key"), &key.serialize_pem());
    }

    fn read(&self, certificate: &str, key: &str, client_ca: Option<&str>) -> Result<Tls, TlsError> {
        let client_ca = client_ca.map(|name| self.path(name));
        let files = TlsFiles { certificate: self.path(certificate), key: self.path(key), client_ca };
        Tls::read(&files, "2026-06-01T00:00:00Z".parse().expect("an instant"))
    }

    fn error(&self, certificate: &str, key: &str, client_ca: Option<&str>) -> String {
        self.read(certificate, key, client_ca).expect_err("a mistake").to_string()
    }
}

#[test]
fn a_certificate_is_good_between_its_dates() {
    let folder = Folder::new();
    folder.issue("good", &["localhost"], [2026, 2027]);
    folder.issue("old", &["localhost"], [2025, 2026]);
    folder.issue("new", &["localhost"], [2027, 2028]);
    assert!(folder.read("good.pem", "good.key", None).is_ok());
    assert!(folder.read("good.pem", "good.key", Some("ca.pem")).is_ok_and(|tls| tls.asks_clients));
    let old = folder.error("old.pem", "old.key", None);
    assert!(old.contains("certificate 1 in ") && old.contains("old.pem expired at 2026-01-01T00:00:00Z"), "{old}");
    let new = folder.error("new.pem", "new.key", None);
    assert!(new.contains("new.pem is not valid before 2027-01-01T00:00:00Z"), "{new}");
}

#[test]
fn every_certificate_of_a_chain_has_to_be_good() {
    let folder = Folder::new();
    folder.issue("good", &["localhost"], [2026, 2027]);
    let between = |years: [i32; 2]| {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        [params.not_before, params.not_after] = years.map(|year| date_time_ymd(year, 1, 1));
        params.signed_by(&KeyPair::generate().expect("a key"), &folder.issuer).expect("a certificate").pem()
    };
    let leaf = std::fs::read_to_string(folder.path("good.pem")).expect("written before");
    let chain = |years| folder.write("chain.pem", &format!("{leaf}{}{}", between([2026, 2027]), between(years)));
    chain([2026, 2027]);
    assert!(folder.read("chain.pem", "good.key", None).is_ok());
    chain([2025, 2026]);
    let old = folder.error("chain.pem", "good.key", None);
    assert!(old.contains("certificate 3 in ") && old.contains("chain.pem expired at 2026-01-01T00:00:00Z"), "{old}");
    chain([2027, 2028]);
    let new = folder.error("chain.pem", "good.key", None);
    assert!(new.contains("certificate 3 in ") && new.contains("not valid before 2027-01-01"), "{new}");
}

#[test]
fn files_that_do_not_belong_together_are_named() {
    let folder = Folder::new();
    folder.issue("good", &["localhost"], [2026, 2027]);
    folder.issue("other", &["localhost"], [2026, 2027]);
    let other = folder.error("good.pem", "other.key", None);
    assert!(other.contains("other.key is not that of the certificate in") && other.contains("good.pem"), "{other}");
    for (certificate, key, authority, told) in [
        ("missing.pem", "good.key", None, "missing.pem cannot be read"),
        ("good.pem", "missing.key", None, "missing.key cannot be read"),
        ("text", "good.key", None, "text holds no certificate"),
        ("good.key", "good.key", None, "good.key holds no certificate"),
        ("good.pem", "good.pem", None, "good.pem holds no private key"),
        ("good.pem", "good.key", Some("text"), "text holds no certificate"),
    ] {
        let error = folder.error(certificate, key, authority);
        assert!(error.contains(told), "{error}");
    }
}

#[test]
fn urls_carry_a_name_that_the_certificate_has() {
    let folder = Folder::new();
    let host = |names: &[&str]| {
        folder.issue("named", names, [2026, 2027]);
        folder.read("named.pem", "named.key", None).expect("good").host(Ipv4Addr::LOCALHOST.into())
    };
    assert_eq!(host(&["localhost", "127.0.0.1"]), "127.0.0.1");
    assert_eq!(host(&["*.tracker.example", "tracker.example"]), "tracker.example");
    assert_eq!(host(&["*.tracker.example"]), "127.0.0.1");
}
