//! Hexadecimal text to bytes, piece by piece.

/// Reads pairs of hexadecimal digits; blanks and line ends between digits do not matter.
pub(super) struct HexReader {
    half: Option<u8>,
    line: u32,
    column: u32,
    fault: Option<String>,
}

impl HexReader {
    pub(super) fn new() -> Self {
        Self { half: None, line: 1, column: 0, fault: None }
    }

    /// The bytes of a piece of text, up to the first character that is no digit.
    pub(super) fn take(&mut self, text: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(text.len() / 2 + 1);
        for byte in text {
            self.column = self.column.saturating_add(1);
            match (byte, digit(*byte)) {
                (b'\n', _) => (self.line, self.column) = (self.line.saturating_add(1), 0),
                (_, Some(digit)) => match self.half.take() {
                    Some(high) => bytes.push(high << 4 | digit),
                    None => self.half = Some(digit),
                },
                (byte, None) if byte.is_ascii_whitespace() => {}
                (byte, None) => {
                    let (line, column, shown) = (self.line, self.column, byte.escape_ascii());
                    self.fault = Some(format!("line {line}, column {column}: '{shown}' is no hexadecimal digit"));
                    break;
                }
            }
        }
        bytes
    }

    /// What was found that is no hexadecimal text.
    pub(super) fn fault(&self) -> Option<String> {
        self.fault.clone()
    }

    /// What is wrong at the end of the text.
    pub(super) fn unfinished(&self) -> Option<String> {
        self.half.map(|_| "an odd number of hexadecimal digits: the last byte is half".to_owned())
    }
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::HexReader;

    #[test]
    fn pieces_make_the_same_bytes_as_the_whole() {
        let mut reader = HexReader::new();
        let bytes: Vec<u8> =
            [&b"0"[..], b"2 4", b"E\n6f", b"", b" 03\r\n"].iter().flat_map(|piece| reader.take(piece)).collect();
        assert_eq!(bytes, [0x02, 0x4E, 0x6F, 0x03]);
        assert_eq!((reader.fault(), reader.unfinished()), (None, None));
    }

    #[test]
    fn faults_have_a_place() {
        let mut reader = HexReader::new();
        assert_eq!(reader.take(b"02\n4g 05"), [2]);
        assert_eq!(reader.fault().unwrap(), "line 2, column 2: 'g' is no hexadecimal digit");
        assert!(reader.unfinished().is_some());
    }
}
