//! The postback endpoint answers with a redirect.

use super::Defect;
use crate::tracker::rules::Endpoint;

pub(super) const DEFECT: Defect = Defect {
    name: "redirecting-endpoint",
    about: "the endpoint redirects: senders that do not follow lose every event, those that do may send their token elsewhere",
    plant: |rules| rules.endpoint = Endpoint::Redirecting,
};
