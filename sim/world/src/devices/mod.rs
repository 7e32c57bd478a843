//! The devices along the belt. Each is a small state machine that is told what happens to it and says what follows;
//! none of them knows what an item is for.

pub mod chute;
pub mod eye;
pub mod scanner;
pub mod weigher;
pub mod wire;
