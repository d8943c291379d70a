use jiff::SignedDuration;
use kibana_cases::SortField;

use super::simulation::Simulation;

/// A source that was read in full and has been quiet since.
fn followed(n_cases: u32) -> Simulation {
    let mut simulation = Simulation::new(n_cases);
    let ids: Vec<_> = simulation.there.keys().cloned().collect();
    // A page of them: untouched cases have no order among the newest changes.
    for id in ids.iter().rev().take(5) {
        simulation.update(id);
    }
    for _ in 0..5 {
        simulation.pass();
    }
    assert!(simulation.is_converged());
    simulation
}

#[test]
fn the_first_page_holds_the_newest_cases_and_the_first_reading_goes_past_the_limit() {
    let mut simulation = Simulation::new(43);
    let newest = simulation.insert();
    assert!(!simulation.turn());
    assert!(simulation.knows(&newest));
    assert_eq!(simulation.n_known(), 5, "the board has its first page");
    while !simulation.turn() {}
    assert!(simulation.is_converged());
    assert_eq!(simulation.n_requests, 11, "a page tells four new cases");
}

#[test]
fn a_first_reading_goes_on_after_a_failure() {
    let mut simulation = Simulation::new(43);
    for _ in 0..6 {
        simulation.turn();
        simulation.follow.failed();
    }
    while !simulation.turn() {}
    assert!(simulation.is_converged());
    assert_eq!(simulation.n_requests, 11);
}

#[test]
fn a_quiet_source_costs_one_request_a_pass_and_alternates() {
    let mut simulation = followed(30);
    let ids: Vec<_> = simulation.there.keys().cloned().collect();
    for id in &ids[..12] {
        simulation.update(id);
    }
    for _ in 0..4 {
        simulation.pass();
    }
    let mut asked = Vec::new();
    for _ in 0..4 {
        asked.push(simulation.follow.request(simulation.now).sort_field);
        assert_eq!(simulation.pass(), 1, "twelve cases share the newest change");
    }
    assert_eq!(
        asked,
        [
            SortField::UpdatedAt,
            SortField::CreatedAt,
            SortField::UpdatedAt,
            SortField::CreatedAt
        ]
    );
}

#[test]
fn changes_that_share_a_moment_are_all_found() {
    let mut simulation = followed(40);
    let ids: Vec<_> = simulation.there.keys().cloned().collect();
    for id in &ids[..3] {
        simulation.update(id);
    }
    simulation.turn();
    for id in &ids[3..14] {
        simulation.update(id);
    }
    simulation.wait(15_000);
    simulation.pass();
    simulation.pass();
    assert!(simulation.is_converged());
}

#[test]
fn more_changes_than_kibana_lists_are_read_in_full() {
    let mut simulation = followed(60);
    let ids: Vec<_> = simulation.there.keys().cloned().collect();
    for id in &ids {
        simulation.update(id);
    }
    simulation.pass();
    simulation.pass();
    assert!(simulation.is_converged());
}

#[test]
fn a_change_that_search_shows_late_is_found() {
    let mut simulation = followed(30);
    let ids: Vec<_> = simulation.there.keys().cloned().collect();
    simulation.lag = SignedDuration::from_secs(5);
    simulation.update(&ids[0]);
    simulation.wait(4_000);
    for id in &ids[1..8] {
        simulation.update(id);
    }
    // Searching shows the first change alone, then with its lag gone the rest, which a newer change is laid over.
    simulation.wait(1_500);
    simulation.pass();
    assert!(simulation.knows(&ids[0]));
    assert!(!simulation.knows(&ids[1]));
    simulation.pass();
    simulation.pass();
    assert!(simulation.is_converged());
}

#[test]
fn a_new_case_that_nobody_touched_shows_within_two_passes() {
    let mut simulation = followed(30);
    let new = simulation.insert();
    assert_eq!(simulation.pass(), 2, "the total tells that there is one");
    assert!(simulation.knows(&new));
    assert!(simulation.is_converged());
}

#[test]
fn a_deleted_case_goes_away_though_another_came() {
    let mut simulation = followed(30);
    let gone = simulation.there.keys().nth(7).unwrap().clone();
    simulation.delete(&gone);
    simulation.insert();
    assert_eq!(simulation.pass(), 1, "totals are equal");
    assert!(!simulation.is_converged());
    for _ in 0..3 {
        simulation.pass();
    }
    assert!(simulation.is_converged());
}

#[test]
fn a_source_of_one_page_forgets_a_deleted_case_at_once() {
    let mut simulation = followed(4);
    let gone = simulation.there.keys().next().unwrap().clone();
    simulation.delete(&gone);
    simulation.pass();
    assert!(simulation.is_converged());
}

#[test]
fn a_restart_goes_on_and_reads_in_full_where_totals_disagree_or_a_day_has_passed() {
    let mut simulation = followed(40);
    simulation.restart();
    let id = simulation.there.keys().nth(9).unwrap().clone();
    simulation.update(&id);
    assert_eq!(simulation.pass(), 1);
    assert!(simulation.is_converged());

    simulation.restart();
    simulation.delete(&id);
    simulation.pass();
    assert!(simulation.is_converged(), "at once, after a restart");

    simulation.restart();
    simulation.wait(25 * 3_600_000);
    assert_eq!(simulation.pass(), 10, "every page");
    assert_eq!(simulation.pass(), 1);
}
