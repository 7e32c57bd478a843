//! Proofs about the wires of scanners and weighers: what they say has to get through in the time that it may take.

use super::geometry::Proof;
use crate::config::{AIM_BYTES, LineConfig, Parity, Place, PortConfig, ScannerConfig, WeigherConfig, WeigherDialect};

/// Characters of the shortest line with a weight, `S S     100.00 g` and its end, if the blanks are left out.
const SICS_BYTES: u64 = 12;

/// Every scanner and every weigher.
pub(super) fn wires(config: &LineConfig) -> impl Iterator<Item = Proof> {
    let scanners = config.scanners.iter().map(|scanner| {
        let subject = format!("scanner {}", scanner.name);
        proof(config, subject, scanner.port, shortest_result(scanner), scanner.read_jitter_ms, scanner.place)
    });
    let weighers = config.weighers.iter().map(|weigher| {
        let subject = format!("weigher {}", weigher.name);
        proof(config, subject, weigher.port, shortest_reading(weigher), weigher.read_jitter_ms, weigher.place)
    });
    scanners.chain(weighers)
}

/// Characters of the shortest result that every scanner has to tell: that it read nothing, or the shortest code that counts.
fn shortest_result(scanner: &ScannerConfig) -> u64 {
    let code = scanner.filter.length.0 as usize + if scanner.aim { AIM_BYTES } else { 0 };
    (scanner.framing.around(scanner.trigger_number) + scanner.no_read.len().max(code)) as u64
}

fn shortest_reading(weigher: &WeigherConfig) -> u64 {
    let toledo = weigher.toledo;
    match weigher.dialect {
        WeigherDialect::MtSics => SICS_BYTES,
        // STX, three status characters, the weight, the tare, CR.
        WeigherDialect::ToledoContinuous => 11 + if toledo.tare { 6 } else { 0 } + if toledo.checksum { 1 } else { 0 },
    }
}

/// Longest time of some characters from one end to the other, in milliseconds, rounded up.
fn wire_ms(port: &PortConfig, bytes: u64) -> u64 {
    let parity = if port.parity == Parity::None { 0 } else { 1 };
    let bits = 1 + u64::from(port.data_bits) + parity + u64::from(port.stop_bits);
    (bytes * bits * 1000).div_ceil(u64::from(port.baud.max(1))) + u64::from(port.usb_latency_ms)
}

fn proof(config: &LineConfig, subject: String, port: usize, bytes: u64, read_jitter_ms: u32, place: Place) -> Proof {
    let port = config.ports.get(port);
    let takes_ms = port.map_or(0, |port| wire_ms(port, bytes));
    let latency = port.map_or(0, |port| port.usb_latency_ms);
    let role = port.map_or("", |port| port.role.as_str());
    Proof {
        rule: "wire",
        subject,
        holds: takes_ms <= u64::from(read_jitter_ms),
        text: format!(
            "{bytes} characters at {} baud and usb_latency_ms = {latency} take {takes_ms} ms; read_jitter_ms = \
             {read_jitter_ms}",
            port.map_or(0, |port| port.baud)
        ),
        remedy: format!(
            "all that it tells would be late: raise the baud rate of port {role}, lower its usb_latency_ms, or write \
             read_jitter_ms as it is measured"
        ),
        place,
    }
}
