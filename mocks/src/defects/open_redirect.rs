//! Links say themselves where they lead.

use super::Defect;
use crate::tracker::rules::Destination;

pub(super) const DEFECT: Defect = Defect {
    name: "open-redirect",
    about: "a link's own url parameter decides where it leads: phishing under the tracker's name",
    plant: |rules| rules.redirects.destination = Destination::Asked,
};
