//! Which cases find which defect of the reference stack: the matrix that a test measures and keeps in `data/kills.txt`.

/// One defect a line, and behind the colon what finds it: cases, or checks of `run --through operator`.
const KILLS: &str = include_str!("../../data/kills.txt");

/// What finds a defect, as it was measured; empty for one that is not in the matrix.
pub fn killers(defect: &str) -> Vec<&'static str> {
    let row = KILLS.lines().find_map(|line| line.strip_prefix(defect)?.strip_prefix(": "));
    row.map(|row| row.split(", ").collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::all;

    #[test]
    fn what_finds_a_defect_is_a_case_or_a_check_of_a_run() {
        for line in KILLS.lines() {
            let (defect, killers) = line.split_once(": ").expect(line);
            for killer in killers.split(", ") {
                let known = all().any(|(_, case)| case.card().id == killer) || killer.starts_with("run ");
                assert!(known, "{defect}: {killer}");
            }
            assert_eq!(super::killers(defect), killers.split(", ").collect::<Vec<_>>());
        }
        assert!(killers("none-such").is_empty());
    }
}
