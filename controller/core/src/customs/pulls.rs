//! The pull list.

use crate::output::{Record, Refusal};
use crate::outputs::Outputs;
use crate::records::Person;
use crate::state::Core;

impl Core {
    /// Somebody found a parcel of the pull list.
    pub(crate) fn take_found(&mut self, pull: u32, _by: &Person, out: &mut Outputs) {
        out.record(Record::Refused(Refusal::UnknownPull { pull }));
    }
}
