//! The bar codes that stick on an item.

/// Symbology of a label, as far as a scanner's AIM identifier tells it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Symbology {
    /// Plain Code 128.
    #[default]
    Code128,
    /// GS1-128: the text begins with an application identifier.
    Gs1,
}

/// Longest label text.
pub const TEXT_MAX: usize = 30;
/// Most labels on an item.
pub const LABELS_MAX: usize = 3;

/// One label: its printed text and how well it can be read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Label {
    text: [u8; TEXT_MAX],
    length: u8,
    /// Symbology.
    pub symbology: Symbology,
    /// 0 (unreadable) to 1000 (perfect); the same for every scanner, which is what correlates them.
    pub quality: u16,
}

impl Label {
    /// A label for a plate as the host writes it; an SSCC is printed as GS1-128. Text beyond 30 bytes is cut off.
    pub fn of_plate(plate: &str, quality: u16) -> Self {
        let sscc = plate.len() == 18 && plate.bytes().all(|byte| byte.is_ascii_digit());
        let symbology = if sscc { Symbology::Gs1 } else { Symbology::Code128 };
        let mut label = Self { symbology, quality, ..Self::default() };
        if sscc {
            label.push(b"00");
        }
        label.push(plate.as_bytes());
        label
    }

    /// The printed text.
    pub fn text(&self) -> &[u8] {
        &self.text[..usize::from(self.length)]
    }

    /// The same label with the byte at `index` replaced.
    pub fn with(&self, index: usize, byte: u8) -> Self {
        let mut label = *self;
        if index < usize::from(self.length) {
            label.text[index] = byte;
        }
        label
    }

    /// True if one changed digit is certain to break a check digit: S10, SSCC or a piece of an air waybill.
    pub fn is_checked(&self) -> bool {
        let text = self.text();
        self.symbology == Symbology::Gs1
            || (text.len() == 13 && text[..2].iter().chain(&text[11..]).all(u8::is_ascii_uppercase))
    }

    fn push(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            if usize::from(self.length) < TEXT_MAX {
                self.text[usize::from(self.length)] = byte;
                self.length += 1;
            }
        }
    }
}

/// The labels of an item.
#[derive(Clone, Copy, Debug, Default)]
pub struct Labels {
    labels: [Label; LABELS_MAX],
    count: u8,
}

impl Labels {
    /// Sticks one more label on; a fourth finds no room.
    pub fn push(&mut self, label: Label) {
        if usize::from(self.count) < LABELS_MAX {
            self.labels[usize::from(self.count)] = label;
            self.count += 1;
        }
    }

    /// The labels.
    pub fn as_slice(&self) -> &[Label] {
        &self.labels[..usize::from(self.count)]
    }

    /// The labels, to be spoilt.
    pub fn as_mut_slice(&mut self) -> &mut [Label] {
        &mut self.labels[..usize::from(self.count)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_sscc_is_printed_as_gs1() {
        let label = Label::of_plate("280606423387880180", 900);
        assert_eq!((label.text(), label.symbology), (&b"00280606423387880180"[..], Symbology::Gs1));
        assert!(label.is_checked());
        assert!(Label::of_plate("RB123456785GB", 900).is_checked());
        assert!(!Label::of_plate("LP000123456789012", 900).is_checked());
    }
}
