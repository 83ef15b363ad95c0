//! `postproof parallel`.

mod clock;
mod diary;
