//! What a strike means, in words for whoever watches.

/// What happened to whom, and what the controller should make of it. `text` is the strike as the trace has it: its
/// number, its fault, the count, whether it had an effect, and the items.
#[must_use]
pub fn strike(text: &str) -> Option<(String, String)> {
    let mut words = text.strip_prefix("strike ")?.split(' ').skip(1);
    let kind = words.next()?.to_owned();
    let (_count, effective) = (words.next()?, words.next()?);
    let items: Vec<&str> = words.collect();
    let who = match items.as_slice() {
        [] => String::new(),
        [one] => format!("item {one}: "),
        several => format!("items {}: ", several.join(", ")),
    };
    let idle = if effective == "0" { " (without effect)" } else { "" };
    let sentence = format!("{who}{}{idle}", meaning(&kind));
    Some((kind, sentence))
}

/// What happens, and then what follows if all is well.
fn meaning(kind: &str) -> &'static str {
    match kind {
        "no_read" => "no scanner can read it; it must go to the no-read chute",
        "cross_read" => "a neighbour's label is read with it; it must not be sorted by that",
        "skipped_trigger" => "a scanner's trigger number jumps; it must not be believed",
        "wrong_check_digit" => "a damaged digit breaks a check digit; such a read is no code",
        "wrong_but_valid" => "a damaged digit makes its label another parcel's plate",
        "item_removed" => "somebody takes it off the belt; its fire must be cancelled",
        "item_added" => "somebody puts it on the belt; a stranger must not be diverted",
        "item_exchanged" => "they change places; neither is where it should be",
        "touching" => "it is pushed against its neighbour",
        "slip" => "it slips on the belt, out of its window if it slips far",
        "belt_stop" => "the belt stops, and somebody starts it again",
        "estop" => "emergency stop, people step in; all must be seen again first",
        "flap" => "a hole in it lets the beam through; that is no second item",
        "strap_loose" => "a strap comes loose at its rear; the sliver behind it is no item",
        "pec_chatter" => "a photo-eye turns without any item",
        "missed_divert" => "the divert strikes and it stays on; it must not count as sorted",
        "chute_full" => "a chute is full and nobody comes; another outlet must do",
        "hand_in_confirm" => "a hand breaks a confirm eye's beam; that is no parcel",
        "bit_flip" => "a bit turns over on a wire; the frame must not be believed",
        "lost_bytes" => "bytes are lost on a wire; the board's link must repeat them",
        "board_reboot" => "the line board starts anew; what rides goes to the end of line",
        "port_unplugged" => "an adapter is pulled out; it must be opened again by its name",
        "double_fed" => "two parcels lie one upon the other; they must not be taken for one that was read",
        "turned" => "it turns on the way and has another length; nobody knows it any more",
        "pec_stuck_on" => "a photo-eye says broken whatever comes; it must not be believed",
        "pec_stuck_off" => "a photo-eye sees nothing; what passes is missing",
        "slow_divert" => "the stroke comes late; who stayed on must not count as sorted",
        "unasked_divert" => "a divert strikes that nobody asked for; who is gone must be missed",
        "encoder_reset" => "the encoder counts from nought again; what rides goes to the end of line",
        "missed_pulses" => "counts are lost; what rides is not where the counts say",
        "multi_read" => "a code more is read with it; it must not be sorted by that",
        "late_result" => "a scanner's result comes late; it must be given to nobody else",
        "index_missed" => "the index sensor misses carrier 1; the ring counts on",
        "index_doubled" => "the index sensor tells of carrier 1 elsewhere; it must not be believed",
        "chute_jammed" => "it is stuck in its chute; nothing more may be sent there",
        "never_emptied" => "a chute has filled up and nobody comes; another outlet must do",
        "weigher_drifts" => "a weigher drifts; what it says must not be believed for long",
        "weigher_unstable" => "a weigher does not come to rest; such a weight is none",
        "weigher_silent" => "a weigher says nothing; what must be weighed is not sorted",
        "count_wrap" => "the encoder's counter wraps; nothing must come of it",
        "inserted_bytes" => "bytes come in between on a wire; the frame must not be believed",
        "split_frames" => "the adapter hands bytes over in other pieces; nothing must come of it",
        "duplicate_frame" => "what is sent comes twice; it must count once",
        "late_frame" => "a wire is late, and all behind it; nobody may be given another's read",
        "controller_killed" => "the controller is gone; it must go on from its journal",
        "journal_torn" => "the controller is killed as it writes; what is torn of its journal is cut off",
        "disk_full" => "the journal's disk takes nothing; nothing may be diverted until it does",
        "disk_stalled" => "the journal's disk takes its time; no fire may leave before its cause is safe",
        "clock_step" => "the wall clock is set; a flight that has closed must stay closed",
        "daylight_saving" => "the hub's clocks are moved an hour; every flight keeps its instant",
        "host_silent" => "the hosts say nothing; sorting goes on with what is known",
        "host_slow" => "what the hosts say comes late and in bulk; sorting goes on",
        "late_hold" => "it is put on hold as it rides; it must not go to a flight's chute",
        "plan_changed" => "the plan is changed as parcels ride; they must follow it",
        "flight_cancelled" => "its flight is cancelled; it must not go to that flight's chute",
        _ => "something else goes wrong",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sortie_world::events::{Strike, StrikeKind};

    #[test]
    fn every_fault_has_its_words() {
        for &kind in StrikeKind::ALL {
            let told = Strike { id: 7, kind, count: 99, items: [3, 0, 0, 0], effective: true };
            let (name, sentence) = strike(&told.to_string()).unwrap();
            assert_eq!(name, kind.name());
            assert!(sentence.starts_with("item 3: ") && !sentence.contains("something else"), "{sentence}");
        }
        let idle = Strike { id: 7, kind: StrikeKind::Slip, count: 99, items: [3, 4, 0, 0], effective: false };
        let (_, sentence) = strike(&idle.to_string()).unwrap();
        assert!(sentence.starts_with("items 3, 4: ") && sentence.ends_with("(without effect)"), "{sentence}");
        assert_eq!(strike("nothing of the kind"), None);
    }
}
