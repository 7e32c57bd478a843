//! Push-buttons on the line board: what each is for stands in `line.toml`.

use crate::containers::Place;
use crate::line::ButtonDuty;
use crate::output::{ContainerCause, Record, Refusal};
use crate::outputs::Outputs;
use crate::records::ContainerId;
use crate::state::Core;

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
    /// the old one still stands there, and pieces still fall into it.
    fn container_button(&mut self, chute: usize, out: &mut Outputs) {
        match self.chutes[chute].place {
            Place::Open(_) => self.close_container(chute, ContainerCause::Button, out),
            Place::Closing { .. } => {
                let chute = self.geometry.chutes()[chute].number;
                out.record(Record::Refused(Refusal::ContainerOpen { chute }));
            }
            Place::Empty | Place::Closed => {
                self.open_container(chute, ContainerId::new(), out);
            }
        }
    }
}
