//! The rules, in their order. Each gives its code, or lets the next one speak.

use crate::items::{Identity, Item};
use crate::output::{DoubtCause, Reason};
use crate::parcels::Parcel;
use crate::records::{Customs, FlightKey, Security};
use crate::state::Core;

impl Core {
    /// The flight of an item, or the code of the first rule that speaks against it.
    pub(super) fn rule(&self, item: &Item) -> Result<FlightKey, Reason> {
        self.tracking_rule(item)?;
        let parcel = self.identity_rule(item)?;
        security_rule(parcel)?;
        customs_rule(parcel)?;
        self.flights.choose(parcel.flight, parcel.destination)
    }

    /// Rule 1.
    fn tracking_rule(&self, item: &Item) -> Result<(), Reason> {
        match item.doubt {
            Some(DoubtCause::Flushed) => return Err(Reason::Flu),
            Some(_) => return Err(Reason::Trk),
            None => {}
        }
        if item.unproven || self.journal_failed {
            Err(Reason::Trk)
        } else if item.overlong {
            Err(Reason::Ovl)
        } else if item.gap_short {
            Err(Reason::Gap)
        } else {
            Ok(())
        }
    }

    /// Rules 2 and 3.
    fn identity_rule(&self, item: &Item) -> Result<&Parcel, Reason> {
        match item.identity {
            Identity::Open | Identity::NoRead => Err(Reason::Nrd),
            Identity::Several => Err(Reason::Mrd),
            Identity::Parcel(_) if item.duplicate => Err(Reason::Dup),
            Identity::NoData => Err(Reason::Ndt),
            Identity::Parcel(parcel) => self.parcels.get(parcel).ok_or(Reason::Ndt),
        }
    }
}

/// Rule 4: unknown is never cleared.
fn security_rule(parcel: &Parcel) -> Result<(), Reason> {
    match parcel.security {
        Security::Screened => Ok(()),
        Security::NotScreened | Security::Alarm => Err(Reason::Sec),
    }
}

/// Rule 5: unknown is never released.
fn customs_rule(parcel: &Parcel) -> Result<(), Reason> {
    match parcel.customs {
        Customs::Released => Ok(()),
        Customs::DoNotLoad => Err(Reason::Dnl),
        Customs::ScreeningWanted => Err(Reason::Rfs),
        Customs::Inspection => Err(Reason::Ins),
        Customs::Hold => Err(Reason::Hld),
        Customs::NotLodged | Customs::Assessing => Err(Reason::Cus),
    }
}
