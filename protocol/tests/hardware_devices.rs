//! hardware.md's samples of scanners and weighers: what the page says that they say is what the decoders find.

use sortie_protocol::scanner::{ScannerDecoder, ScannerMessage, ScannerSettings};
use sortie_protocol::weigher::{Checksum, Form, ToledoSettings, WeigherDecoder};

const PAGE: &str = include_str!("../../hardware.md");

/// Dialect, settings, bytes, meaning.
fn samples() -> Vec<[String; 4]> {
    let head = "| dialect | settings | bytes | it says |";
    let rows = PAGE.lines().skip_while(|line| *line != head).skip(2).take_while(|line| line.starts_with('|'));
    let cells = |line: &str| {
        let cells: Vec<String> = line.trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect();
        cells.try_into().expect("four cells")
    };
    rows.map(cells).collect()
}

fn bytes(hex: &str) -> Vec<u8> {
    hex.split(' ').map(|pair| u8::from_str_radix(pair, 16).expect("hexadecimal")).collect()
}

fn scanner(preset: ScannerSettings, settings: &str, bytes: &[u8]) -> Vec<String> {
    let mut set = preset;
    for setting in settings.split(", ").filter(|setting| !setting.is_empty()) {
        match setting {
            "trigger_number" => set.trigger_number = true,
            "aim" => set.aim = true,
            "lrc" => set.lrc = true,
            other => set = set.with_heartbeat(other.strip_prefix("heartbeat ").expect("a known setting").as_bytes()),
        }
    }
    let mut said = Vec::new();
    ScannerDecoder::new(set).push(bytes, &mut |found| said.push(result(&found.expect("a sound frame"))));
    said
}

fn result(message: &ScannerMessage) -> String {
    let numbered = |trigger: &Option<u32>| trigger.map(|number| format!("number {number}"));
    let parts: Vec<String> = match message {
        ScannerMessage::Heartbeat => vec!["heartbeat".to_owned()],
        ScannerMessage::NoRead { trigger, .. } => numbered(trigger).into_iter().chain(["no read".to_owned()]).collect(),
        ScannerMessage::Read { trigger, codes, .. } => {
            let code = |code: &Option<sortie_protocol::scanner::Code>| {
                let Some(code) = code else { return "missing".to_owned() };
                let text = String::from_utf8_lossy(&code.bytes);
                let aim = code.aim.map(|aim| format!("{} ", String::from_utf8_lossy(&aim.bytes()[1..])));
                format!("{}{text}", aim.unwrap_or_default())
            };
            numbered(trigger).into_iter().chain(codes.iter().map(code)).collect()
        }
        ScannerMessage::Cola(_) => panic!("{message:?}"),
    };
    parts.join("; ")
}

fn weigher(mut decoder: WeigherDecoder, bytes: &[u8]) -> Vec<String> {
    let mut said = Vec::new();
    decoder.push(bytes, &mut |found| {
        let reading = found.expect("a sound frame").reading().expect("a weight");
        let value = reading.value.map(|value| format!(" {value} {}", reading.unit.symbol()));
        let grams = reading.grams().map(|grams| format!(" = {grams} g"));
        said.push([reading.status.word().to_owned(), value.unwrap_or_default(), grams.unwrap_or_default()].concat());
    });
    said
}

fn said(dialect: &str, settings: &str, bytes: &[u8]) -> Vec<String> {
    match dialect.trim_matches('`') {
        "sick-clv" => scanner(ScannerSettings::sick_clv(), settings, bytes),
        "datalogic" => scanner(ScannerSettings::datalogic(), settings, bytes),
        "mt-sics" => weigher(WeigherDecoder::mt_sics(), bytes),
        "toledo-continuous" => {
            let form = if settings.contains("tare = false") { Form::Short } else { Form::Long };
            let checksum = if settings.contains("checksum = false") { Checksum::Absent } else { Checksum::Sent };
            weigher(WeigherDecoder::toledo(ToledoSettings { form, checksum, ..ToledoSettings::default() }), bytes)
        }
        other => panic!("{other} is no dialect"),
    }
}

#[test]
fn the_samples_say_what_the_page_says() {
    let samples = samples();
    for dialect in ["sick-clv", "datalogic", "mt-sics", "toledo-continuous"] {
        let of_it = samples.iter().filter(|sample| sample[0].contains(dialect)).count();
        assert!(of_it >= 2, "{dialect} needs two samples");
    }
    for [dialect, settings, hex, meaning] in &samples {
        assert_eq!(said(dialect, settings, &bytes(hex)), [meaning.as_str()], "{dialect} {settings}");
    }
    println!("hardware.md: {} of {} samples of devices", samples.len(), samples.len());
}

#[test]
fn the_usual_framing_on_the_page_is_that_of_the_presets() {
    let row = |key: &str| {
        let line = PAGE.lines().find(|line| line.starts_with(&format!("| `{key}` |"))).expect("a row");
        let cells: Vec<&str> = line.split('|').map(str::trim).collect();
        [cells[2].to_owned(), cells[3].to_owned()]
    };
    let hex = |bytes: &[u8]| match bytes {
        [] => "none".to_owned(),
        bytes => bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(" "),
    };
    let text = |bytes: &[u8]| format!("`{}`", String::from_utf8_lossy(bytes));
    let presets = [ScannerSettings::sick_clv(), ScannerSettings::datalogic()];
    assert_eq!(row("start"), presets.each_ref().map(|preset| hex(preset.start.as_slice())));
    assert_eq!(row("stop"), presets.each_ref().map(|preset| hex(preset.stop.as_slice())));
    assert_eq!(row("terminator"), presets.each_ref().map(|preset| hex(&preset.terminator)));
    assert_eq!(row("separator"), presets.each_ref().map(|preset| text(&preset.separator)));
    assert_eq!(row("no_read"), presets.each_ref().map(|preset| text(&preset.no_read[0])));
    assert_eq!(row("frame_max_bytes"), presets.map(|preset| preset.cap.to_string()));
}
