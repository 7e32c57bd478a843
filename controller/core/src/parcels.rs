//! Parcels on file, found by key and by plate.

use crate::identification::Discharge;
use crate::limits::PLATES_PER_PARCEL;
use crate::output::Refusal;
use crate::records::{
    CodeText, Customs, Destination, FlightKey, HANDLING_PER_PARCEL, HandlingCode, NO_PRODUCT, ParcelKey, ParcelRecord,
    Product, Security,
};
use crate::room::Room;
use crate::table::Index;

/// What ties a parcel to an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Link {
    /// Nothing ever did.
    None,
    /// An item that rides.
    Riding(u32),
    /// An item that was fired into a flight chute; the confirm stands or is awaited.
    Discharged(Discharge),
    /// It may lie in a flight chute, but nothing proves it: it may come again.
    Perhaps(Discharge),
    /// An older link that ended otherwise: the parcel may come again.
    Ended,
}

/// A parcel on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parcel {
    pub(crate) key: ParcelKey,
    plates: [u32; PLATES_PER_PARCEL],
    plate_count: u8,
    /// Which of the plates were put on here, and not named by the host, as a bit mask.
    relabelled: u8,
    pub(crate) customs: Customs,
    pub(crate) security: Security,
    pub(crate) destination: Destination,
    pub(crate) flight: Option<FlightKey>,
    pub(crate) may_move: bool,
    pub(crate) product: Product,
    pub(crate) handling: heapless::Vec<HandlingCode, HANDLING_PER_PARCEL>,
    pub(crate) declared_g: u32,
    pub(crate) declared_mm: [u16; 3],
    pub(crate) link: Link,
    /// Open entries of the pull list.
    pub(crate) pulls: u16,
    /// How often it has come to the end of a line with a return conveyor since it was last discharged.
    pub(crate) returns: u8,
    live: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Plate {
    text: CodeText,
    parcel: u32,
}

/// All parcels on file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Parcels {
    parcels: Room<Parcel>,
    free: Room<u32>,
    plates: Room<Plate>,
    free_plates: Room<u32>,
    by_key: Index,
    by_plate: Index,
    capacity: usize,
}

impl Parcels {
    pub(crate) fn new(capacity: usize) -> Self {
        let plates = capacity + capacity / 2 + PLATES_PER_PARCEL;
        Self {
            parcels: Room::new(capacity),
            free: Room::new(capacity),
            plates: Room::new(plates),
            free_plates: Room::new(plates),
            by_key: Index::new(capacity),
            by_plate: Index::new(plates),
            capacity,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.parcels.len() - self.free.len()
    }

    pub(crate) fn get(&self, parcel: u32) -> Option<&Parcel> {
        self.parcels.get(parcel as usize).filter(|parcel| parcel.live)
    }

    pub(crate) fn get_mut(&mut self, parcel: u32) -> Option<&mut Parcel> {
        self.parcels.get_mut(parcel as usize).filter(|parcel| parcel.live)
    }

    pub(crate) fn by_key(&self, key: &[u8]) -> Option<u32> {
        self.by_key.find(key, |parcel| self.parcels[parcel as usize].key == key)
    }

    pub(crate) fn by_plate(&self, text: &[u8]) -> Option<u32> {
        let plate = self.by_plate.find(text, |plate| self.plates[plate as usize].text == text)?;
        Some(self.plates[plate as usize].parcel)
    }

    /// Adds or replaces a parcel. A plate that another parcel holds refuses the whole record.
    pub(crate) fn put(&mut self, record: &ParcelRecord) -> Result<u32, Refusal> {
        let known = self.by_key(&record.key);
        for plate in &record.plates {
            if self.by_plate(plate).is_some_and(|owner| Some(owner) != known) {
                return Err(Refusal::PlateTaken { key: record.key.clone(), plate: plate.clone() });
            }
        }
        let (own, labels) = known.map_or_else(Default::default, |parcel| {
            (usize::from(self.parcels[parcel as usize].plate_count), self.labels(parcel))
        });
        // Asked before anything is touched: a record that is refused leaves what is on file as it was.
        let full = || Refusal::ParcelsFull { key: record.key.clone() };
        if self.free_plates.len() + self.plates.left() + own < record.plates.len() {
            return Err(full());
        }
        let parcel = match known {
            Some(parcel) => {
                self.drop_plates(parcel);
                parcel
            }
            None => self.take_slot(&record.key).ok_or_else(full)?,
        };
        for plate in &record.plates {
            self.add_plate(parcel, plate);
        }
        for label in &labels {
            // The host may need the room for its own plates.
            let _ = self.relabel(parcel, label);
        }
        let slot = &mut self.parcels[parcel as usize];
        slot.customs = record.customs;
        slot.security = record.security;
        slot.destination = record.destination;
        slot.flight = record.flight;
        slot.may_move = record.may_move;
        slot.product = record.product;
        slot.handling = record.handling.clone();
        slot.declared_g = record.declared_g;
        slot.declared_mm = record.declared_mm;
        Ok(parcel)
    }

    /// Gives a parcel one more plate.
    pub(crate) fn relabel(&mut self, parcel: u32, plate: &CodeText) -> Result<(), Refusal> {
        let Some(key) = self.get(parcel).map(|parcel| parcel.key.clone()) else { return Ok(()) };
        match self.by_plate(plate) {
            Some(owner) if owner == parcel => return Ok(()),
            Some(_) => return Err(Refusal::PlateTaken { key, plate: plate.clone() }),
            None => {}
        }
        let room = self.free_plates.len() + self.plates.left();
        if usize::from(self.parcels[parcel as usize].plate_count) >= PLATES_PER_PARCEL || room == 0 {
            return Err(Refusal::PlatesFull { key });
        }
        self.parcels[parcel as usize].relabelled |= 1 << self.parcels[parcel as usize].plate_count;
        self.add_plate(parcel, plate);
        Ok(())
    }

    /// The plates that were put on a parcel here: the host does not know that they hang on it, and its records do not
    /// take them off.
    fn labels(&self, parcel: u32) -> heapless::Vec<CodeText, PLATES_PER_PARCEL> {
        let parcel = &self.parcels[parcel as usize];
        let plates = parcel.plates.iter().take(usize::from(parcel.plate_count)).enumerate();
        let labels = plates.filter(|(index, _)| parcel.relabelled >> index & 1 == 1);
        labels.map(|(_, entry)| self.plates[*entry as usize].text.clone()).collect()
    }

    pub(crate) fn remove(&mut self, parcel: u32) {
        self.drop_plates(parcel);
        let slot = &mut self.parcels[parcel as usize];
        slot.live = false;
        self.by_key.remove(&slot.key, parcel);
        self.free.push(parcel);
    }

    fn take_slot(&mut self, key: &ParcelKey) -> Option<u32> {
        let parcel = Parcel {
            key: key.clone(),
            plates: [0; PLATES_PER_PARCEL],
            plate_count: 0,
            relabelled: 0,
            customs: Customs::NotLodged,
            security: Security::NotScreened,
            destination: *b"???",
            flight: None,
            may_move: false,
            product: NO_PRODUCT,
            handling: heapless::Vec::new(),
            declared_g: 0,
            declared_mm: [0; 3],
            link: Link::None,
            pulls: 0,
            returns: 0,
            live: true,
        };
        let slot = if let Some(slot) = self.free.pop() {
            self.parcels[slot as usize] = parcel;
            slot
        } else if self.parcels.len() < self.capacity {
            self.parcels.push(parcel);
            self.parcels.len() as u32 - 1
        } else {
            return None;
        };
        self.by_key.insert(key, slot);
        Some(slot)
    }

    fn add_plate(&mut self, parcel: u32, text: &CodeText) {
        if self.by_plate(text).is_some() {
            // The same plate twice in one record.
            return;
        }
        let plate = Plate { text: text.clone(), parcel };
        let entry = if let Some(entry) = self.free_plates.pop() {
            self.plates[entry as usize] = plate;
            entry
        } else {
            self.plates.push(plate);
            self.plates.len() as u32 - 1
        };
        self.by_plate.insert(text, entry);
        let slot = &mut self.parcels[parcel as usize];
        slot.plates[usize::from(slot.plate_count)] = entry;
        slot.plate_count += 1;
    }

    fn drop_plates(&mut self, parcel: u32) {
        let slot = &mut self.parcels[parcel as usize];
        let (plates, count) = (slot.plates, slot.plate_count);
        slot.plate_count = 0;
        slot.relabelled = 0;
        for entry in &plates[..usize::from(count)] {
            let text = self.plates[*entry as usize].text.clone();
            self.by_plate.remove(&text, *entry);
            self.free_plates.push(*entry);
        }
    }
}
