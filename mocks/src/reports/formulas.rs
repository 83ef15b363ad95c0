//! The worked examples of `docs/formulas.md`, computed.
