//! Feed files that grow, are cut, replaced, half written or taken away.

use rustix::fs::{FileType, Mode};
use sortie_controller::config::{Problem, load_line};
use sortie_controller::feed::{FeedKind, FileFollower, Polled};
use sortie_core::input::Input;
use std::fs;
use std::io::Write;
use std::path::PathBuf;

struct Bench {
    folder: tempfile::TempDir,
    follower: FileFollower,
    taken: Vec<String>,
    told: Vec<Problem>,
}

impl Bench {
    fn new(kind: FeedKind) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let follower = FileFollower::new(kind, &folder.path().join("feed"));
        Self { folder, follower, taken: Vec::new(), told: Vec::new() }
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("feed")
    }

    fn append(&self, text: &str) {
        let mut file = fs::File::options().create(true).append(true).open(self.path()).expect("the feed file");
        file.write_all(text.as_bytes()).expect("room");
    }

    fn poll(&mut self) -> Polled {
        let (taken, told) = (&mut self.taken, &mut self.told);
        self.follower.poll(&mut |input| taken.push(key(&input)), &mut |problem| told.push(problem))
    }
}

fn key(input: &Input) -> String {
    let bytes = if let Input::Departed(key) = input {
        &key[..]
    } else if let Input::Hold(record) = input {
        &record.key[..]
    } else if let Input::Parcel(record) = input {
        &record.key[..]
    } else {
        panic!("{input:?}")
    };
    String::from_utf8_lossy(bytes).into_owned()
}

fn hold(key: &str) -> String {
    format!("{{\"parcel\":\"{key}\",\"customs\":\"hold\"}}\n")
}

#[test]
fn lines_are_taken_once_as_the_file_grows() {
    let mut bench = Bench::new(FeedKind::Holds);
    bench.append(&hold("A"));
    assert_eq!(bench.poll(), Polled { taken: 1, ..Polled::default() });
    assert_eq!(bench.poll(), Polled::default());
    bench.append(&hold("B"));
    bench.append("{\"parcel\":\"C\",\"departed\":true}\n");
    assert_eq!(bench.poll().taken, 2);
    assert_eq!(bench.taken, ["A", "B", "C"]);
    assert!(bench.told.is_empty());
}

#[test]
fn a_half_written_line_waits_until_it_is_whole() {
    let mut bench = Bench::new(FeedKind::Holds);
    let line = hold("A");
    for (index, piece) in line.as_bytes().chunks(3).enumerate() {
        bench.append(std::str::from_utf8(piece).unwrap());
        let whole = (index + 1) * 3 >= line.len();
        assert_eq!(bench.poll().taken, u32::from(whole));
        assert_eq!(bench.follower.unfinished().is_some(), !whole);
    }
    assert_eq!(bench.taken, ["A"]);
    assert!(bench.told.is_empty());
}

#[test]
fn a_cut_file_is_read_from_its_start() {
    let mut bench = Bench::new(FeedKind::Holds);
    bench.append(&(hold("A") + &hold("B")));
    bench.poll();
    fs::write(bench.path(), hold("C")).unwrap();
    assert!(bench.poll().restarted);
    assert_eq!(bench.taken, ["A", "B", "C"]);
}

#[test]
fn a_file_rewritten_longer_in_place_is_read_from_its_start() {
    let mut bench = Bench::new(FeedKind::Holds);
    bench.append(&hold("A"));
    bench.poll();
    fs::write(bench.path(), hold("X") + &hold("Y")).unwrap();
    assert!(bench.poll().restarted);
    assert_eq!(bench.taken, ["A", "X", "Y"]);
}

#[test]
fn a_file_replaced_by_rename_is_read_from_its_start() {
    let mut bench = Bench::new(FeedKind::Holds);
    bench.append(&hold("A"));
    bench.poll();
    let other = bench.folder.path().join("new");
    fs::write(&other, hold("A") + &hold("B")).unwrap();
    fs::rename(&other, bench.path()).unwrap();
    assert!(bench.poll().restarted);
    assert_eq!(bench.taken, ["A", "A", "B"]);
}

#[test]
fn a_file_that_vanishes_is_told_once_and_read_when_it_is_back() {
    let mut bench = Bench::new(FeedKind::Holds);
    assert!(bench.poll().missing);
    assert!(bench.told[0].message.contains("is not there"));
    bench.append(&hold("A"));
    assert_eq!(bench.poll().taken, 1);
    fs::remove_file(bench.path()).unwrap();
    assert!(bench.poll().missing && bench.poll().missing);
    assert_eq!(bench.told.len(), 2);
    assert!(bench.told[1].message.contains("has vanished"));
    bench.append(&hold("B"));
    assert_eq!(bench.poll().taken, 1);
    assert_eq!(bench.taken, ["A", "B"]);
}

#[test]
fn a_bad_line_costs_that_line_only() {
    let mut bench = Bench::new(FeedKind::Holds);
    bench.append(&(hold("A") + "nonsense\n\n" + &hold("B")));
    assert_eq!(bench.poll(), Polled { taken: 2, skipped: 1, ..Polled::default() });
    assert_eq!((bench.told[0].line, bench.told[0].column), (2, 2));
    assert_eq!(bench.follower.totals(), (2, 1));
}

#[test]
fn a_line_longer_than_any_bite_is_skipped_and_the_next_one_read() {
    let mut bench = Bench::new(FeedKind::Holds);
    bench.append(&hold("A"));
    bench.append(&"x".repeat(1_000_000));
    while bench.poll().more {}
    bench.append(&"x".repeat(1_000_000));
    while bench.poll().more {}
    bench.append(&("\n".to_owned() + &hold("B")));
    while bench.poll().more {}
    assert_eq!(bench.taken, ["A", "B"]);
    assert_eq!(bench.told.len(), 1);
    assert_eq!(bench.told[0].line, 2);
    bench.append("bad\n");
    bench.poll();
    assert_eq!(bench.told[1].line, 4);
}

#[test]
fn a_large_file_is_taken_in_bites() {
    let mut bench = Bench::new(FeedKind::Holds);
    bench.append(&(0..20_000).map(|n| hold(&format!("P{n}"))).collect::<String>());
    let mut polls = 1;
    while bench.poll().more {
        polls += 1;
    }
    assert!(polls >= 3, "{polls}");
    assert_eq!(bench.taken.len(), 20_000);
    assert_eq!(bench.taken.last().unwrap(), "P19999");
}

#[test]
fn a_plate_of_two_parcels_is_told_and_the_update_of_one_is_not() {
    let mut bench = Bench::new(FeedKind::Parcels);
    let parcel =
        |key: &str| format!("{{\"parcel\":\"{key}\",\"plates\":[\"LP000123456789012\"],\"destination\":\"JFK\"}}\n");
    bench.append(&(parcel("A") + &parcel("A") + &parcel("B")));
    assert_eq!(bench.poll().taken, 3);
    assert_eq!(bench.told.len(), 1);
    assert_eq!(bench.told[0].line, 3);
    assert!(bench.told[0].message.contains("LP000123456789012"));
}

/// A pipe in place of the file: whoever opens one waits for its other end, and no hold would be obeyed meanwhile.
#[test]
fn a_pipe_or_a_device_is_told_and_not_waited_for() {
    let mut bench = Bench::new(FeedKind::Holds);
    rustix::fs::mknodat(rustix::fs::CWD, bench.path(), FileType::Fifo, Mode::RUSR | Mode::WUSR, 0).expect("a pipe");
    assert!(bench.poll().unreadable);
    bench.poll();
    assert_eq!(bench.told.len(), 1, "{:?}", bench.told);
    let problem = bench.told[0].to_string();
    assert!(problem.contains("it is a pipe or a device") && problem.contains("name a plain file"), "{problem}");

    fs::remove_file(bench.path()).expect("a pipe");
    std::os::unix::fs::symlink("/dev/zero", bench.path()).expect("a name");
    assert!(bench.poll().unreadable, "it would never end");
    assert!(load_line(&bench.path()).is_err());

    fs::remove_file(bench.path()).expect("a name");
    bench.append(&hold("A"));
    bench.poll();
    assert_eq!(bench.taken, ["A"]);
}

/// It is opened without complaint, and fails only when it is read.
#[test]
fn a_folder_in_place_of_the_file_is_told_once() {
    let mut bench = Bench::new(FeedKind::Holds);
    fs::create_dir(bench.path()).expect("a folder");
    for _ in 0..3 {
        assert!(bench.poll().unreadable);
    }
    assert_eq!(bench.told.len(), 1, "{:?}", bench.told);
    assert!(bench.told[0].to_string().contains("name a file, not a folder"), "{:?}", bench.told);
    assert_eq!(bench.follower.unfinished(), None, "what cannot be read has no last line");
}
