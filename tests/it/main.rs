//! The integration tests, in one binary.

mod sign_vectors;
