//! Bad input while the line runs: a clear message with its place, and the line keeps running.

mod running;

use running::Running;
use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;

/// A PTY whose other end stands in the folder as the scanner's port.
fn scanner(folder: &Path) -> fs::File {
    port(folder, "scanner-top")
}

/// A PTY whose other end stands in the folder as a port.
fn port(folder: &Path, role: &str) -> fs::File {
    use rustix::pty::OpenptFlags;
    // The controller must not inherit the device's end: it would never see the port go.
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let device = rustix::pty::openpt(flags).expect("a PTY");
    rustix::pty::grantpt(&device).expect("a PTY");
    rustix::pty::unlockpt(&device).expect("a PTY");
    let name = rustix::pty::ptsname(&device, Vec::new()).expect("a PTY");
    fs::create_dir_all(folder.join("tty")).expect("room");
    symlink(name.to_str().expect("a path"), folder.join("tty").join(role)).expect("room");
    fs::File::from(device)
}

const PARCEL: &str = "{\"parcel\":\"Q1\",\"plates\":[\"LP000999456789012\"],\"destination\":\"JFK\"}\n";

#[test]
fn a_malformed_line_is_told_and_the_next_one_loads() {
    let line = Running::start();
    line.append("parcels.ndjson", "{\"parcel\":\"Q0\",\"plates\":[]}\n");
    line.told("parcels.ndjson:6:");
    line.append("parcels.ndjson", PARCEL);
    line.counted(|stats| stats["files"]["skipped"] == 1 && stats["files"]["taken"] == 10);
    line.stop();
}

#[test]
fn a_half_written_line_waits_for_its_end() {
    let line = Running::start();
    let (half, rest) = PARCEL.split_at(20);
    line.append("parcels.ndjson", half);
    // A whole line elsewhere shows that the files were looked at meanwhile.
    line.append("holds.ndjson", "{\"parcel\":\"P0000001\",\"customs\":\"hold\"}\n");
    line.counted(|stats| stats["files"]["taken"] == 10);
    line.append("parcels.ndjson", rest);
    line.counted(|stats| stats["files"]["taken"] == 11 && stats["files"]["skipped"] == 0);
    line.stop();
}

#[test]
fn a_last_line_without_an_end_is_told_in_the_end() {
    let line = Running::start();
    line.append("parcels.ndjson", PARCEL.trim_end());
    line.told("parcels.ndjson:6:1: the last line has no end");
    line.append("parcels.ndjson", "\n");
    line.counted(|stats| stats["files"]["taken"] == 10 && stats["files"]["skipped"] == 0);
    line.stop();
}

#[test]
fn a_file_that_vanishes_is_told_and_read_again_when_it_is_back() {
    let line = Running::start();
    let text = line.text("parcels.ndjson");
    // A file that was never read cannot vanish.
    line.counted(|stats| stats["files"]["taken"] == 9);
    fs::remove_file(line.folder.join("parcels.ndjson")).unwrap();
    line.told("parcels.ndjson: has vanished");
    line.replace("parcels.ndjson", &(text + PARCEL));
    line.counted(|stats| stats["files"]["taken"] == 15);
    line.stop();
}

#[test]
fn a_bad_plan_is_told_and_the_one_in_use_stays() {
    let line = Running::start();
    let plan = line.text("plan.toml");
    line.replace("plan.toml", &plan.replace("version = 1", "version = 2").replace("[1, 2]", "[1, 99]"));
    line.told("the line has no chute 99");
    line.told("the plan in use stays in use");
    line.counted(|stats| stats["plan_version"] == 1);
    line.replace("plan.toml", &plan.replace("version = 1", "version = 3"));
    line.told("plan version 3 is in use");
    line.counted(|stats| stats["plan_version"] == 3);
    line.stop();
}

#[test]
fn a_plan_that_vanishes_is_told_and_the_one_in_use_stays() {
    let line = Running::start();
    let plan = line.text("plan.toml");
    fs::remove_file(line.folder.join("plan.toml")).unwrap();
    line.told("plan.toml: cannot be read");
    line.told("the plan in use stays in use");
    line.counted(|stats| stats["plan_version"] == 1);
    line.replace("plan.toml", &plan.replace("version = 1", "version = 2"));
    line.told("plan version 2 is in use");
    line.stop();
}

#[test]
fn a_plan_that_was_taken_is_never_edited() {
    let line = Running::start();
    let plan = line.text("plan.toml");
    line.replace("plan.toml", &plan.replace("full_delay_ms = 500", "full_delay_ms = 600"));
    line.told("ALARM plan version 1 has another content than the plan of that version that was taken");
    line.counted(|stats| stats["alarms"].to_string().contains("was refused"));
    let check = line.check();
    assert!(
        check.contains("plan version 1 has another content than the plan of that version that the line"),
        "{check}"
    );
    line.replace("plan.toml", &plan.replace("version = 1", "version = 5"));
    line.told("plan version 5 is in use");
    line.replace("plan.toml", &plan);
    line.told("plan version 1 is older than version 5, which was taken");
    line.counted(|stats| stats["plan_version"] == 5);
    assert!(line.check().contains("plan version 1 is older than version 5, which the line has taken"));
    line.replace("plan.toml", &plan.replace("version = 1", "version = 5"));
    line.told("alarm over: the plan's file is plan version 5, as it was taken");
    line.counted(|stats| !stats["alarms"].to_string().contains("was refused"));
    line.stop();
}

#[test]
fn a_flight_that_no_longer_fits_the_plan_is_told() {
    let line = Running::start();
    let second = "\n[[flight]]\nflight = \"5X222A/2026-11-24/LGG\"\nchutes = [1]\n";
    let flight = line.text("flights.ndjson").lines().nth(1).unwrap().to_owned();
    let later = flight.replace("2026-11-23T19:00:00+01:00", "2026-11-23T23:00:00+01:00");
    line.append("flights.ndjson", &format!("{later}\n"));
    line.replace("plan.toml", &(line.text("plan.toml").replace("version = 1", "version = 2") + second));
    line.told("plan version 2 is in use");
    line.append("flights.ndjson", &format!("{flight}\n"));
    line.told("chute 1 serves flight 3V4711/2026-11-23/LGG already");
    line.told("the plan in use stays in use");
    line.stop();
}

#[test]
fn a_plan_half_written_changes_nothing_until_it_is_whole() {
    let line = Running::start();
    let plan = line.text("plan.toml").replace("version = 1", "version = 2");
    line.replace("plan.toml", &plan[..plan.len() / 2 - 3]);
    line.told("not TOML");
    line.replace("plan.toml", &plan);
    line.told("plan version 2 is in use");
    line.stop();
}

#[test]
fn a_plan_is_not_taken_while_it_is_written() {
    let line = Running::start();
    let plan = line.text("plan.toml").replace("version = 1", "version = 2");
    // The first part is a good plan by itself, without the chutes of its exceptions.
    let (part, rest) = plan.split_at(plan.find("[[exception]]").unwrap());
    assert!(rest.len() > 20);
    fs::write(line.folder.join("plan.toml"), part).unwrap();
    std::thread::sleep(std::time::Duration::from_millis(2_500));
    line.append("plan.toml", rest);
    let told = line.told("plan version 2 is in use");
    assert!(!told.contains("never edited"), "{told}");
    line.counted(|stats| stats["plan_version"] == 2 && stats["files"]["plan_refused"] == false);
    let check = line.check();
    assert!(!check.contains("that the line has taken"), "{check}");
    line.stop();
}

#[test]
fn a_plan_for_a_flight_that_comes_later_is_used_when_it_has_come() {
    let line = Running::start();
    let plan = line.text("plan.toml").replace("version = 1", "version = 2").replace("3V4711", "3V4799");
    line.replace("plan.toml", &plan);
    line.told("flight 3V4799/2026-11-23/LGG is unknown");
    let flight = line.text("flights.ndjson").lines().next().unwrap().replace("3V4711", "3V4799");
    line.append("flights.ndjson", &format!("{flight}\n"));
    line.told("plan version 2 is in use");
    line.stop();
}

#[test]
fn missing_ports_are_told_and_the_line_waits_for_them() {
    let line = Running::start();
    let mut seen = line.opening.clone();
    for role in ["board", "scanner-top", "scale"] {
        let told = format!("port {role}: cannot open tty/{role}: ");
        if !seen.contains(&told) {
            seen += &line.told(&told);
        }
    }
    line.counted(|stats| stats["ports"]["board"]["present"] == false && stats["files"]["taken"] == 9);
    line.stop();
}

#[test]
fn garbage_on_a_port_is_counted_and_the_next_result_is_read() {
    let mut device = None;
    let line = Running::start_with(|folder| device = Some(scanner(folder)));
    let mut device = device.unwrap();
    line.counted(|stats| stats["ports"]["scanner-top"]["present"] == true);
    device.write_all(b"login: \x1b[0m garbage of another device \xfe\xfd").unwrap();
    line.counted(|stats| stats["ports"]["scanner-top"]["errors"].as_u64() > Some(0));
    device.write_all(b"\x02000001;]C0LP000123456789012\r\n\x03").unwrap();
    line.counted(|stats| stats["ports"]["scanner-top"]["frames"].as_u64() > Some(0));
    line.stop();
}

#[test]
fn a_port_that_vanishes_is_told_and_opened_again() {
    let mut device = None;
    let line = Running::start_with(|folder| device = Some(scanner(folder)));
    line.counted(|stats| stats["ports"]["scanner-top"]["present"] == true);
    fs::remove_file(line.folder.join("tty/scanner-top")).unwrap();
    drop(device);
    line.told("port scanner-top");
    let _device = scanner(&line.folder);
    line.counted(|stats| stats["ports"]["scanner-top"]["opened"].as_u64() > Some(1));
    line.stop();
}

#[test]
fn another_device_on_the_boards_port_is_told() {
    let mut device = None;
    let line = Running::start_with(|folder| device = Some(port(folder, "board")));
    let mut device = device.unwrap();
    line.counted(|stats| stats["ports"]["board"]["present"] == true);
    let start = std::time::Instant::now();
    let mut told = String::new();
    while !told.contains("ALARM port board: what comes in is not what this device says") {
        assert!(start.elapsed().as_secs() < 30, "nobody was told that a weigher hangs on the board's port: {told}");
        device.write_all(b"\x02=0   1235     0\rS S      1.235 kg\r\n\0").unwrap();
        told += &line.heard(std::time::Duration::from_millis(100));
    }
    line.counted(|stats| stats["link_up"] == false && stats["ports"]["board"]["trouble"].is_string());
    line.stop();
}
