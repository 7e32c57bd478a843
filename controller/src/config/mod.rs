//! The files that an operator writes: `line.toml` and `plan.toml`, checked once and turned into the core's types.
//!
//! Every problem of a file is found in one reading, each with its place, what is allowed and what to do. A file with
//! a problem yields nothing: half a line is no line.

mod allowed;
mod characters;
mod devices;
mod identifiers;
mod line;
mod line_toml;
mod names;
mod nearest;
mod plan;
mod problem;
mod reach;
mod ring;
mod scanners;
mod section;
mod source;
mod stations;
mod tables;
mod unique;
mod weighers;
mod zones;

pub use allowed::{FrameEnd, HandheldDialect, Parity, ScannerDialect, Side, WeigherDialect};
pub use line::{
    BoardConfig, ChuteConfig, FilesConfig, HandheldConfig, LineConfig, PecConfig, Place, PortConfig, lead_ms, lead_um,
    telegram_ms,
};
pub use line_toml::{Reading, line_from_str, line_keys, load_line, read_line};
pub use names::Names;
pub use nearest::nearest;
pub use plan::{CheckedPlan, exception_codes, load_plan, load_plan_alone, plan_from_str};
pub(crate) use problem::unreadable_remedy;
pub use problem::{Problem, Problems};
pub use reach::{commit_um, identified_um};
pub(crate) use scanners::AIM_BYTES;
pub use scanners::{CodeFilter, Framing, ScannerConfig, Symbology};
pub use source::Key;
pub use tables::Tables;
pub use weighers::{ToledoForm, WeigherConfig};
pub use zones::ZoneConfig;
