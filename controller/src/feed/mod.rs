//! The files that hosts and operators write: parcels, flights, holds and orders, one JSON object a line.
//!
//! A line that cannot be used is reported with its place and skipped; the rest loads. Nothing here keeps parcels:
//! each good line becomes one [`Input`](sortie_core::input::Input) for the core.

mod flights;
mod follower;
mod lines;
mod plates;

pub use flights::Flights;
pub use follower::{FileFollower, LINE_BYTES_MAX, Polled};
pub use lines::{LineFault, parse_line};
pub use plates::{PlateFault, normalised_plate};

use sortie_core::records::{NO_PRODUCT, Product};

/// Which file a line comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FeedKind {
    /// `parcels.ndjson`: parcels, and parcels that have departed.
    Parcels,
    /// `flights.ndjson`: flights.
    Flights,
    /// `holds.ndjson`: customs and security states, and parcels that have departed.
    Holds,
    /// `orders.ndjson`: what operators and supervisors order.
    Orders,
}

impl FeedKind {
    /// What one line of it describes.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Parcels => "parcels",
            Self::Flights => "flights",
            Self::Holds => "holds",
            Self::Orders => "orders",
        }
    }

    /// A whole line of it; the schema of each kind in one look.
    #[must_use]
    pub fn example(self) -> &'static str {
        match self {
            Self::Parcels => concat!(
                r#"{"parcel":"P1","plates":["LP000123456789012"],"destination":"JFK","customs":"released","#,
                r#""security":"screened"}; also flight, may_move, product, handling, declared_g, declared_mm, departed"#
            ),
            Self::Flights => concat!(
                r#"{"flight":"3V4711/2026-11-23/LGG","mode":"air","destination":"JFK","zone":"Europe/Brussels","#,
                r#""opens":"2026-11-23T19:00","cutoff":"2026-11-23T22:30","departs":"2026-11-24T00:10"}; "#,
                "also traffic, order, expected, capacity_pieces, capacity_kg, capacity_g, handling"
            ),
            Self::Holds => concat!(
                r#"{"parcel":"P1","customs":"hold"}, {"parcel":"P1","security":"alarm"} "#,
                r#"or {"parcel":"P1","departed":true}"#
            ),
            Self::Orders => r#"{"by":"A. Name","order":"close-container","chute":12}"#,
        }
    }
}

/// Reads a product: one to four upper-case letters or digits.
#[must_use]
pub fn product(name: &str) -> Option<Product> {
    let legal = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
    let fits = (1..=NO_PRODUCT.len()).contains(&name.len()) && name.bytes().all(legal);
    let mut product = NO_PRODUCT;
    product.iter_mut().zip(name.bytes()).for_each(|(place, byte)| *place = byte);
    fits.then_some(product)
}
