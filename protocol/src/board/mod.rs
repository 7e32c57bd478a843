//! The board link: telegrams between the line board and the host.

pub mod telegram;
