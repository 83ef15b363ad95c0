//! `tls.*`: who the target shows itself to be, how old a protocol it speaks, and whom it lets in.

mod certificate;
mod client_certificate;
mod protocol_floor;

use crate::contract::Case;

/// The family's cases.
pub(super) const CASES: &[&dyn Case] =
    &[&certificate::Certificate, &protocol_floor::ProtocolFloor, &client_certificate::ClientCertificate];
