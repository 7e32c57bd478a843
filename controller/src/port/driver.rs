//! stub
use super::{Order, PortCounters};
use crate::config::LineConfig;
use sortie_core::input::Input;
/// x
#[derive(Debug)]
pub struct Driver;
/// x
#[derive(Debug)]
pub struct Busy;
impl Driver {
    /// x
    pub fn all(_c: &LineConfig, _s: u32, _r: Option<(u32, u32)>) -> Vec<(Self, usize)> {
        Vec::new()
    }
    /// x
    pub fn is_board(&self) -> bool {
        false
    }
    /// x
    pub fn opened(&mut self, _sink: &mut dyn FnMut(Input)) {}
    /// x
    pub fn closed(&mut self, _sink: &mut dyn FnMut(Input)) {}
    /// x
    pub fn receive(&mut self, _at: u64, _b: &[u8], _sink: &mut dyn FnMut(Input)) {}
    /// x
    pub fn order(&mut self, _o: &Order) -> Result<(), Busy> {
        Ok(())
    }
    /// x
    pub fn transmit(&mut self, _now: u64, _sink: &mut dyn FnMut(&[u8])) {}
    /// x
    pub fn next_timeout(&self) -> Option<u64> {
        None
    }
    /// x
    pub fn counters(&self) -> PortCounters {
        PortCounters::default()
    }
}
