//! Push-buttons on the line board: what each is for stands in `line.toml`.

use crate::containers::Place;
use crate::line::ButtonDuty;
use crate::output::{ContainerCause, Record, Refusal};
use crate::outputs::Outputs;
use crate::records::ContainerId;
use crate::state::Core;

/// Nobody puts another container in place within this after the lamp began to ask for it, ns.
const NOBODY_CHANGES_WITHIN_NS: u64 = 1_000_000_000;

impl Core {
    /// A button was pressed. One that is not listed acknowledges.
    #[inline(never)]
    pub(crate) fn take_button(&mut self, number: u16, out: &mut Outputs) {
        let duty = self.geometry.line.buttons.iter().find(|button| button.number == number).map(|button| button.duty);
        match duty.unwrap_or(ButtonDuty::Acknowledge) {
            ButtonDuty::Acknowledge => self.take_acknowledge(out),
            ButtonDuty::Container(chute) => {
                if let Some(chute) = self.geometry.chute_of_number(chute) {
                    self.container_button(chute, out);
                }
            }
        }
    }

    /// Each press is the next end of the change. One that comes while the old container is closing comes too early:
    /// the old one still stands there, and pieces still fall into it. So does one that comes before anybody can have
    /// followed the lamp: a flight or a plan closed the container just when somebody wanted that.
    fn container_button(&mut self, chute: usize, out: &mut Outputs) {
        let too_early = |asked: Option<u64>| asked.is_none_or(|asked| self.now < asked + NOBODY_CHANGES_WITHIN_NS);
        match self.chutes[chute].place {
            Place::Open(_) => self.close_container(chute, ContainerCause::Button, out),
            Place::Closing { .. } => self.refuse_button(chute, out),
            Place::Closed { asked } if too_early(asked) => self.refuse_button(chute, out),
            Place::Empty | Place::Closed { .. } => {
                self.open_container(chute, ContainerId::new(), out);
            }
        }
    }

    fn refuse_button(&self, chute: usize, out: &mut Outputs) {
        let chute = self.geometry.chutes()[chute].number;
        out.record(Record::Refused(Refusal::ContainerOpen { chute }));
    }
}
