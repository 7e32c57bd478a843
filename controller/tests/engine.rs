//! The engine, its order of steps, and its journals, on a small line in virtual time.

mod rig;

use rig::{Rig, count, line};
use sortie_controller::engine::{Engine, EngineSettings};
use sortie_controller::journal::memory::{Keep, MemoryJournal};
use sortie_controller::journal::{EntryRef, Journal, JournalError};
use sortie_controller::port::{Order, OrderKind};
use sortie_core::input::Input;
use sortie_core::output::{Alarm, Record};
use sortie_core::records::{Customs, HoldRecord};
use sortie_protocol::board::telegram::{BoardTelegram, HostTelegram};
use std::cell::Cell;
use std::rc::Rc;

const MS: u64 = 1_000_000;

/// A journal whose disk can be made to refuse.
struct Refusing {
    journal: MemoryJournal,
    refuse: Rc<Cell<bool>>,
}

impl Journal for Refusing {
    fn append(&mut self, at: u64, entry: EntryRef<'_>) -> u64 {
        self.journal.append(at, entry)
    }

    fn sync(&mut self) -> Result<(), JournalError> {
        if self.refuse.get() {
            let source = std::io::Error::other("no space left");
            return Err(JournalError::Io { doing: "write", path: "journal".into(), source });
        }
        self.journal.sync()
    }

    fn durable(&self) -> u64 {
        self.journal.durable()
    }
}

fn settings(group_ms: u64) -> EngineSettings {
    EngineSettings { group_ns: group_ms * 1_000_000, ..EngineSettings::default() }
}

fn engine() -> Engine<MemoryJournal> {
    Engine::new(&line(), MemoryJournal::new(&line(), Keep::Records), settings(5))
}

#[test]
fn parcels_are_sorted_and_no_fire_leaves_before_its_cause_is_durable() {
    let mut engine = engine();
    let mut rig = Rig::new(0, false, 0);
    rig.feed(6);
    rig.run(&mut engine, 100);
    // The first read brings the scanner into step; its item is a no-read.
    (0..6).for_each(|number| rig.induct(u64::from(number) * 1000, number));
    rig.run(&mut engine, 10_000);
    assert_eq!(rig.heard.fires(), 5, "{:#?}", rig.heard.records);
    assert_eq!(rig.heard.confirmed(), 5);
    assert_eq!(rig.heard.early_fires, 0);
}

#[test]
fn beats_come_with_the_clock_at_fifty_a_second() {
    let mut engine = engine();
    let mut rig = Rig::new(0, false, 0);
    rig.feed(0);
    rig.run(&mut engine, 2_000);
    assert!((95..=105).contains(&rig.heard.beats()), "{}", rig.heard.beats());
}

#[test]
fn the_board_is_acknowledged_only_when_its_telegram_is_durable() {
    let mut engine = engine();
    let mut rig = Rig::new(0, false, 0);
    rig.run(&mut engine, 900);
    assert!(rig.heard.acknowledged().is_some());
    assert_eq!(rig.heard.early_acknowledgements, 0);
}

#[test]
fn a_group_ends_with_the_beat_that_acknowledges_it() {
    let mut engine = Engine::new(&line(), MemoryJournal::new(&line(), Keep::Records), settings(1_000));
    let mut rig = Rig::new(0, false, 0);
    rig.run(&mut engine, 1_000);
    let beats = rig.heard.beats();
    assert!(beats > 40 && rig.heard.syncs.abs_diff(beats as u32) <= 3, "{} syncs, {beats} beats", rig.heard.syncs);
    assert_eq!(rig.heard.early_acknowledgements, 0);
}

#[test]
fn a_killed_controller_goes_on_where_its_journal_ends() {
    let mut engine = engine();
    let mut rig = Rig::new(0, false, 0);
    rig.feed(3);
    rig.run(&mut engine, 100);
    (0..3).for_each(|number| rig.induct(u64::from(number) * 1000, number));
    rig.run(&mut engine, 1_503);
    let mut journal = engine.into_journal();
    journal.kill();
    let restored = journal.restore();
    assert_eq!(restored.counts.differing, 0);
    assert!(restored.counts.inputs > 50);
    let core = restored.core.as_ref().expect("a core");
    assert_eq!(core.parcels_on_file(), 3);
    assert_eq!(core.riding(), 2);
    let mut engine = Engine::restored(&line(), restored, journal, settings(5));
    rig.run(&mut engine, 9_000);
    let mut journal = engine.into_journal();
    journal.sync().expect("memory");
    assert_eq!(journal.restore().counts.differing, 0);
    assert!(rig.heard.confirmed() >= 1, "{:#?}", rig.heard.records);
}

#[test]
fn a_checkpoint_shortens_the_journal_and_changes_nothing() {
    let run = |bytes| {
        let journal = MemoryJournal::new(&line(), Keep::Records).with_checkpoint_bytes(bytes);
        let mut engine = Engine::new(&line(), journal, settings(5));
        let mut rig = Rig::new(0, false, 0);
        rig.feed(3);
        rig.induct(500, 0);
        rig.run(&mut engine, 5_000);
        let restored = engine.into_journal().restore();
        assert_eq!(restored.counts.differing, 0);
        (restored.counts.inputs, format!("{:?}", restored.core))
    };
    let (short, long) = (run(4096), run(usize::MAX));
    assert!(short.0 < long.0);
    assert_eq!(short.1, long.1);
}

#[test]
fn a_journal_that_keeps_nothing_changes_nothing() {
    let run = |keep| {
        let mut engine = Engine::new(&line(), MemoryJournal::new(&line(), keep), settings(5));
        let mut rig = Rig::new(0, false, 0);
        rig.feed(200);
        rig.induct(500, 0);
        rig.run(&mut engine, 60_000);
        (engine.journal().newest().to_vec(), engine.into_journal().durable(), rig.heard.records)
    };
    let (newest, durable, records) = run(Keep::Newest);
    assert!(!newest.is_empty() && durable > 1_000 && !records.is_empty());
    assert_eq!((newest, durable, records), run(Keep::Records));
}

#[test]
fn when_the_disk_fails_nothing_fires_and_an_alarm_stands() {
    let refuse = Rc::new(Cell::new(false));
    let journal = Refusing { journal: MemoryJournal::new(&line(), Keep::Records), refuse: Rc::clone(&refuse) };
    let mut engine = Engine::new(&line(), journal, settings(5));
    let mut rig = Rig::new(0, false, 0);
    rig.feed(3);
    rig.run(&mut engine, 100);
    refuse.set(true);
    rig.induct(100, 0);
    rig.run(&mut engine, 4_000);
    let alarm =
        |raised| move |record: &(u64, Record)| record.1 == Record::Alarm { alarm: Alarm::JournalFailed, raised };
    assert_eq!(rig.heard.fires(), 0);
    assert!(rig.heard.records.iter().any(alarm(true)));
    assert!((8..=10).contains(&rig.heard.failures), "tried twice a second: {}", rig.heard.failures);
    let acknowledged = rig.heard.acknowledged().expect("acknowledged on receipt");
    assert!(acknowledged > 150, "{acknowledged}");
    refuse.set(false);
    rig.run(&mut engine, 1_000);
    assert!(rig.heard.records.iter().any(alarm(false)));
    rig.induct(100, 1);
    rig.run(&mut engine, 4_000);
    assert_eq!((rig.heard.fires(), rig.heard.confirmed()), (1, 1));
    assert_eq!(engine.into_journal().journal.restore().counts.differing, 0);
}

#[test]
fn no_lamp_asks_for_what_could_be_forgotten() {
    let lamps = |rig: &Rig| {
        let lamp = |order: &Order| matches!(order.what, OrderKind::Command(HostTelegram::Lamp { .. }));
        rig.heard.orders.iter().filter(|(_, _, order)| lamp(order)).count()
    };
    let mut line = line();
    line.chutes[0].lamp = Some(50);
    let refuse = Rc::new(Cell::new(true));
    let journal = Refusing { journal: MemoryJournal::new(&line, Keep::Records), refuse: Rc::clone(&refuse) };
    let mut engine = Engine::new(&line, journal, settings(5));
    let mut rig = Rig::new(0, false, 0);
    rig.run(&mut engine, 1_000);
    assert_eq!((lamps(&rig), engine.held()), (0, 0), "it was told with the first clock, and did not leave");
    refuse.set(false);
    rig.run(&mut engine, 1_000);
    assert_eq!(lamps(&rig), 1, "told again");
    assert_eq!(rig.heard.early_fires, 0);
}

#[test]
fn a_controller_that_is_killed_as_its_disk_recovers_assigns_again() {
    let refuse = Rc::new(Cell::new(false));
    let journal = Refusing { journal: MemoryJournal::new(&line(), Keep::Records), refuse: Rc::clone(&refuse) };
    let mut engine = Engine::new(&line(), journal, settings(5));
    let mut rig = Rig::new(0, false, 0);
    rig.feed(3);
    rig.run(&mut engine, 100);
    refuse.set(true);
    rig.run(&mut engine, 2_000);
    refuse.set(false);
    // All that waited is durable now, that the disk failed among it; that it takes entries again is not.
    let recovered =
        |(_, record): &(u64, Record)| *record == Record::Alarm { alarm: Alarm::JournalFailed, raised: false };
    while !rig.heard.records.iter().any(recovered) {
        rig.run(&mut engine, 1);
    }
    let mut journal = engine.into_journal().journal;
    assert!(journal.kill() > 0, "the recovery was not written yet");
    let restored = journal.restore();
    let mut engine = Engine::restored(&line(), restored, journal, settings(5));
    engine.take(rig.now, &Input::Started, &mut rig.heard);
    assert!(!engine.core().alarms().contains(&Alarm::JournalFailed));
}

#[test]
fn of_a_group_that_was_torn_in_any_way_a_beginning_is_left() {
    let mut left = [0; 21];
    for draw in 0..2_000_u64 {
        let mut journal = MemoryJournal::new(&line(), Keep::Records);
        for number in 1..=20 {
            journal.append(number * MS, EntryRef::Input(&Input::Utc { utc_ms: 1_000_000 + number as i64 }));
            if number == 10 {
                journal.sync().expect("memory");
            }
        }
        journal.tear(draw.wrapping_mul(0x9e37_79b9_7f4a_7c15)).expect("a torn tail is no damage");
        let kept = journal.durable();
        assert_eq!(journal.restore().counts.inputs, kept);
        left[usize::try_from(kept).expect("at most all")] += 1;
        assert_eq!(journal.append(30 * MS, EntryRef::Input(&Input::Started)), kept + 1, "it goes on behind");
    }
    assert_eq!(left[..10].iter().sum::<u32>(), 0, "what was durable is never lost");
    assert!(left[10..].iter().filter(|count| **count > 20).count() >= 10, "{left:?}");
}

#[test]
fn a_stamp_never_goes_back() {
    let mut engine = engine();
    let mut rig = Rig::new(5_000_000_000, false, 0);
    rig.run(&mut engine, 10);
    let before = engine.at();
    engine.take(1, &Input::Utc { utc_ms: 1 }, &mut rig.heard);
    assert_eq!(engine.at(), before);
}

#[test]
fn a_cancel_does_not_leave_a_fire_behind_that_still_waits_for_the_disk() {
    let mut engine = engine();
    let mut rig = Rig::new(0, false, 0);
    rig.feed(2);
    rig.run(&mut engine, 100);
    (0..2).for_each(|number| rig.induct(u64::from(number) * 1000, number));
    // The second item is a parcel; its fire is due 3310 mm behind its birth. One turn takes the count of the fire, and a
    // hold that came meanwhile.
    rig.run(&mut engine, 2_300);
    let mut seq = 10_000;
    while engine.held() == 0 {
        rig.now += MS;
        seq += 1;
        let time_ms = u32::try_from(rig.now / MS).expect("a short test");
        let telegram = BoardTelegram::Clock { count: count(rig.now), time_ms, speed_cps: 2500 };
        engine.take(rig.now, &Input::Board { seq, telegram }, &mut rig.heard);
    }
    engine.take(rig.now, &hold(1), &mut rig.heard);
    engine.finish(rig.now, &mut rig.heard);
    let left: Vec<&str> = rig.heard.orders.iter().filter_map(|(_, _, order)| divert(order)).collect();
    assert_eq!(left, ["cancel", "fire", "cancel"]);
}

fn divert(order: &Order) -> Option<&'static str> {
    match order.what {
        OrderKind::Command(HostTelegram::Fire(_)) => Some("fire"),
        OrderKind::Command(HostTelegram::Cancel { .. }) => Some("cancel"),
        OrderKind::Command(_) | OrderKind::Acknowledge(_) => None,
    }
}

fn hold(number: u32) -> Input {
    let record = rig::parcel(number);
    Input::Hold(HoldRecord { key: record.key, customs: Some(Customs::Hold), security: None })
}
