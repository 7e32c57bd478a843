//! The line controller around the core: engine, ports, journal, configuration, command line.
//!
//! This crate decides nothing about parcels; the core does, and only with what the engine hands it.

pub mod check;
pub mod cli;
pub mod clock;
pub mod config;
pub mod decode;
pub mod engine;
pub mod explain;
pub mod feed;
pub mod journal;
pub mod ledger;
pub mod local_time;
mod plain_file;
pub mod plans;
pub mod port;
pub mod ports_list;
pub mod recorder;
mod refusal;
pub mod replay;
pub mod run;
pub mod sheets;
pub mod stats;
pub mod terminal;
pub mod trace;
mod words;
