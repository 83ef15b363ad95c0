//! Which fields of a log tell what conversions are broken down by.

use crate::attribution::Dimension;
use crate::scenario::Field;

/// The dimension that a field tells, if it tells one.
pub(super) fn dimension(field: Field) -> Option<Dimension> {
    match field {
        Field::Brand => Some(Dimension::Brand),
        Field::Affiliate => Some(Dimension::Affiliate),
        Field::Country => Some(Dimension::Country),
        Field::Browser => Some(Dimension::Browser),
        Field::Device => Some(Dimension::Device),
        Field::Path => Some(Dimension::Path),
        _ => None,
    }
}
