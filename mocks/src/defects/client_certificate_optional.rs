//! Clients are not asked for certificates, although an authority for them is set.

use super::Defect;
use crate::tracker::rules::Check;

pub(super) const DEFECT: Defect = Defect {
    name: "client-certificate-optional",
    about: "clients without a certificate are let in: mTLS keeps nobody out",
    plant: |rules| rules.client_certificates = Check::Skipped,
};
