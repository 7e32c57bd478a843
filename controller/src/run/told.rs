//! What the core was told last of each thing that stands in the files of the hosts.
//!
//! A file is read from its start when the process starts, and when the file was replaced or had been away. What stands in
//! it then is what is so, and not what happens now: the record of this morning must not undo the hold of noon. So of all
//! its lines on one thing the last one counts, and it is told only if it differs from what was told last. What is appended
//! while somebody reads is told as it comes.

use sortie_core::input::Input;
use sortie_core::records::{Customs, HoldRecord, ParcelKey, ParcelRecord, Security};
use std::collections::BTreeMap;
use xxhash_rust::xxh3::xxh3_64;

/// Changes that wait for the end of a file that is read from its start, at most; it is read on after they were told.
const CHANGES_MAX: usize = 50_000;

/// A thing of which lines tell something, and of which the newest line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Topic {
    Parcel(u64),
    Departed(u64),
    Customs(u64),
    Security(u64),
    Flight(u64),
}

/// What was told last.
#[derive(Clone, Debug, Default)]
pub(super) struct Told {
    newest: BTreeMap<Topic, u64>,
    /// The states that lines on holds have given to parcels.
    states: BTreeMap<ParcelKey, (Option<Customs>, Option<Security>)>,
}

/// The reading of one file.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// From its start, and its end has not been reached yet.
    from_start: bool,
    /// What has to be told when the end is reached: the last line of each topic, as they stand in the file.
    changes: BTreeMap<Topic, (usize, Input)>,
    lines: usize,
}

impl Reading {
    /// The file is about to be read from its start.
    pub(super) fn restart(&mut self) {
        *self = Self { from_start: true, ..Self::default() };
    }

    fn changes(&mut self) -> impl Iterator<Item = Input> + use<> {
        let mut changes: Vec<(usize, Input)> = std::mem::take(&mut self.changes).into_values().collect();
        changes.sort_unstable_by_key(|(line, _)| *line);
        changes.into_iter().map(|(_, input)| input)
    }
}

impl Told {
    /// The core starts empty: nothing was told.
    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// How a file is read from its start now: where nothing was told nothing can be undone, and it is told as it comes.
    pub(super) fn reading(&self) -> Reading {
        let mut reading = Reading::default();
        if !self.newest.is_empty() {
            reading.restart();
        }
        reading
    }

    /// The core has taken this input.
    pub(super) fn taken(&mut self, input: &Input) {
        if let Input::Hold(hold) = input {
            let (customs, security) = self.states.entry(hold.key.clone()).or_default();
            *customs = hold.customs.or(*customs);
            *security = hold.security.or(*security);
        }
        if let Input::Departed(key) = input {
            self.states.remove(key);
        }
        if marked(input).is_some() {
            self.newest.extend(parts(input).filter_map(|part| marked(&part)));
        }
    }

    /// What of these lines is to be told now; `more` while the end of the file was not reached.
    pub(super) fn read(&mut self, reading: &mut Reading, lines: Vec<Input>, more: bool) -> Vec<Input> {
        let mut tell = Vec::new();
        for line in lines {
            if reading.from_start {
                parts(&line).for_each(|part| self.compare(reading, part));
                if reading.changes.len() >= CHANGES_MAX {
                    reading.changes().for_each(|input| self.tell(input, &mut tell));
                }
            } else {
                self.tell(line, &mut tell);
            }
        }
        if !more && std::mem::take(&mut reading.from_start) {
            reading.changes().for_each(|input| self.tell(input, &mut tell));
        }
        tell
    }

    fn compare(&self, reading: &mut Reading, part: Input) {
        let known = |part: &Input| marked(part).is_none_or(|(topic, mark)| self.newest.get(&topic) == Some(&mark));
        let as_written = known(&part);
        let part = self.kept_back(part);
        let Some((topic, _)) = marked(&part) else { return };
        if as_written || known(&part) {
            reading.changes.remove(&topic);
        } else {
            reading.lines += 1;
            reading.changes.insert(topic, (reading.lines, part));
        }
    }

    /// Tells the core a line, and what was said before of a parcel that it hears of for the first time.
    fn tell(&mut self, line: Input, tell: &mut Vec<Input>) {
        let line = self.kept_back(line);
        let mut before = None;
        if let Input::Parcel(record) = &line
            && !self.newest.contains_key(&Topic::Parcel(hash(&record.key)))
            && let Some((customs, security)) = self.states.get(&record.key)
        {
            before = Some(Input::Hold(HoldRecord { key: record.key.clone(), customs: *customs, security: *security }));
        }
        self.taken(&line);
        tell.push(line);
        tell.extend(before);
    }

    /// A record of a parcel lets nothing go that a line on holds has held: it may be an old one that was sent again.
    fn kept_back(&self, line: Input) -> Input {
        let Input::Parcel(record) = line else { return line };
        let Some((customs, security)) = self.states.get(&record.key) else { return Input::Parcel(record) };
        let customs = match (customs, record.customs) {
            (Some(held), Customs::Released) => *held,
            (_, customs) => customs,
        };
        let security = match (security, record.security) {
            (Some(held), Security::Screened) => *held,
            (_, security) => security,
        };
        Input::Parcel(ParcelRecord { customs, security, ..record })
    }
}

/// A line on holds may tell two things.
fn parts(input: &Input) -> impl Iterator<Item = Input> + use<> {
    let parts = if let Input::Hold(HoldRecord { key, customs: Some(customs), security: Some(security) }) = input {
        [
            Some(Input::Hold(HoldRecord { key: key.clone(), customs: Some(*customs), security: None })),
            Some(Input::Hold(HoldRecord { key: key.clone(), customs: None, security: Some(*security) })),
        ]
    } else {
        [Some(input.clone()), None]
    };
    parts.into_iter().flatten()
}

/// What a part of a line is about, and what its content is recognised by; `None` for what does not stand in the files.
#[expect(clippy::wildcard_enum_match_arm, reason = "all that comes from elsewhere")]
fn marked(part: &Input) -> Option<(Topic, u64)> {
    let topic = match part {
        Input::Parcel(record) => Topic::Parcel(hash(&record.key)),
        Input::Departed(key) => Topic::Departed(hash(key)),
        Input::Hold(HoldRecord { key, customs: Some(_), .. }) => Topic::Customs(hash(key)),
        Input::Hold(HoldRecord { key, .. }) => Topic::Security(hash(key)),
        Input::Flight(record) => Topic::Flight(encoded(&record.key)),
        _ => return None,
    };
    Some((topic, encoded(part)))
}

fn hash(key: &ParcelKey) -> u64 {
    xxh3_64(key)
}

fn encoded(what: &impl serde::Serialize) -> u64 {
    let mut buffer = Vec::with_capacity(256);
    crate::journal::encode(&mut buffer, what);
    xxh3_64(&buffer)
}

#[cfg(test)]
mod tests {
    use super::{Reading, Told};
    use sortie_core::input::Input;
    use sortie_core::records::{Customs, HoldRecord, NO_PRODUCT, ParcelKey, ParcelRecord, Security};

    fn key(key: &str) -> ParcelKey {
        ParcelKey::from_slice(key.as_bytes()).unwrap()
    }

    fn hold(parcel: &str, customs: Customs) -> Input {
        Input::Hold(HoldRecord { key: key(parcel), customs: Some(customs), security: None })
    }

    fn both(parcel: &str, customs: Customs, security: Security) -> Input {
        Input::Hold(HoldRecord { key: key(parcel), customs: Some(customs), security: Some(security) })
    }

    fn parcel(parcel: &str, declared_g: u32, customs: Customs) -> Input {
        Input::Parcel(ParcelRecord {
            key: key(parcel),
            plates: heapless::Vec::new(),
            destination: *b"JFK",
            flight: None,
            may_move: false,
            customs,
            security: Security::Screened,
            product: NO_PRODUCT,
            handling: heapless::Vec::new(),
            declared_g,
            declared_mm: [0; 3],
        })
    }

    fn told(inputs: &[Input]) -> Told {
        let mut told = Told::default();
        inputs.iter().for_each(|input| told.taken(input));
        told
    }

    /// The whole file is read from its start.
    fn whole(told: &mut Told, lines: &[Input]) -> Vec<Input> {
        let mut reading = told.reading();
        let mut tell = told.read(&mut reading, lines.to_vec(), true);
        tell.extend(told.read(&mut reading, Vec::new(), false));
        assert!(told.read(&mut reading, Vec::new(), false).is_empty());
        tell
    }

    const HOLD: Customs = Customs::Hold;
    const FREE: Customs = Customs::Released;

    #[test]
    fn what_was_told_is_not_told_again() {
        let lines = [hold("P1", HOLD), hold("P1", FREE), parcel("P2", 7, FREE)];
        assert!(whole(&mut told(&lines), &lines).is_empty());
        assert_eq!(whole(&mut Told::default(), &lines), lines, "to an empty core all of it");
    }

    #[test]
    fn the_last_line_holds_when_a_file_says_again_what_it_said_before() {
        let mut told = told(&[hold("P1", HOLD), hold("P1", FREE)]);
        assert_eq!(whole(&mut told, &[hold("P1", HOLD)]), [hold("P1", HOLD)], "another file, of the hold alone");
        assert_eq!(whole(&mut told, &[hold("P1", FREE), hold("P1", HOLD)]), [], "nothing happens meanwhile");
    }

    #[test]
    fn what_is_appended_is_told_as_it_comes() {
        let mut told = told(&[hold("P1", HOLD), hold("P1", FREE)]);
        let (mut holds, mut parcels) = (Reading::default(), Reading::default());
        parcels.restart();
        assert_eq!(told.read(&mut holds, vec![hold("P1", HOLD)], false), [hold("P1", HOLD)]);
        assert!(told.read(&mut parcels, Vec::new(), false).is_empty());
        assert_eq!(told.read(&mut holds, vec![hold("P1", HOLD)], false), [hold("P1", HOLD)]);
    }

    #[test]
    fn changes_are_told_in_the_order_of_the_file() {
        let mut told = told(&[parcel("P1", 1, FREE), parcel("P2", 1, FREE)]);
        let lines = [parcel("P2", 2, FREE), parcel("P3", 1, FREE), parcel("P1", 2, FREE), parcel("P2", 3, FREE)];
        assert_eq!(whole(&mut told, &lines), [lines[1].clone(), lines[2].clone(), lines[3].clone()]);
    }

    #[test]
    fn a_record_that_is_sent_again_lets_nothing_go() {
        let mut told = told(&[parcel("P1", 1, FREE), both("P1", HOLD, Security::Alarm)]);
        let mut reading = Reading::default();
        let heavier = told.read(&mut reading, vec![parcel("P1", 2, FREE)], false);
        let Input::Parcel(record) = &heavier[0] else { panic!("{heavier:?}") };
        assert_eq!((record.customs, record.security, record.declared_g), (HOLD, Security::Alarm, 2));
        assert!(whole(&mut told, &[parcel("P1", 2, FREE)]).is_empty(), "nor when its file is read again");
        let worse = parcel("P1", 2, Customs::DoNotLoad);
        let Input::Parcel(record) = &told.read(&mut reading, vec![worse], false)[0] else { panic!() };
        assert_eq!(record.customs, Customs::DoNotLoad, "but it may hold what was free");
        told.read(&mut reading, vec![both("P1", FREE, Security::Screened)], false);
        assert_eq!(told.read(&mut reading, vec![parcel("P1", 2, FREE)], false), [parcel("P1", 2, FREE)]);
    }

    #[test]
    fn what_was_said_before_the_record_came_holds_when_it_comes() {
        for state in [HOLD, FREE] {
            let mut told = Told::default();
            let mut reading = Reading::default();
            told.read(&mut reading, vec![hold("P1", state)], false);
            let tell = told.read(&mut reading, vec![parcel("P1", 1, Customs::Assessing)], false);
            assert_eq!(tell, [parcel("P1", 1, Customs::Assessing), hold("P1", state)]);
            let tell = told.read(&mut reading, vec![parcel("P1", 2, Customs::Assessing)], false);
            assert_eq!(tell, [parcel("P1", 2, Customs::Assessing)], "once");
        }
    }
}
