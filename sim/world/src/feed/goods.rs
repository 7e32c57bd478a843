//! What is in the parcels, and what their shippers and services say of it.

use super::draw::Draw;
use super::fact::{Handling, ParcelFact, product};
use crate::events::ParcelNo;
use crate::files::{Customs, Security};
use crate::scenario::{Goods, Scenario};

/// Steps between equally likely ranges of a parcel's weight, g.
const WEIGHT_G: [u64; 11] = [20, 80, 150, 250, 400, 600, 900, 1_400, 2_300, 5_000, 29_000];
/// An overweight parcel's weight, g.
const OVERWEIGHT_G: (u64, u64) = (33_000, 39_000);
/// Sides of a parcel that is declared larger than any line takes, mm.
const OVERSIZE_MM: [u16; 3] = [1_400, 600, 500];

/// A parcel's true weight, where shippers declare it.
pub(super) fn weight_g(goods: &Goods, seed: u64, parcel: ParcelNo) -> u32 {
    let mut draw = Draw::of(seed ^ 0x7765_6967_6874, u64::from(parcel));
    let (low, high) = if draw.chance(goods.overweight_per_10000) {
        OVERWEIGHT_G
    } else {
        let range = draw.below(10) as usize;
        (WEIGHT_G[range], WEIGHT_G[range + 1])
    };
    u32::try_from(low + draw.below(high - low)).unwrap_or(20)
}

/// Completes a record; `accepted` are the special handling codes that its flight takes.
pub(super) fn describe(
    scenario: &Scenario,
    seed: u64,
    parcel: ParcelNo,
    draw: &mut Draw,
    accepted: Handling,
    says: ParcelFact,
) -> ParcelFact {
    let (goods, surge) = (&scenario.host.goods, &scenario.host.surge);
    let (unscreened, alarm) = (draw.chance(goods.not_screened_per_10000), draw.chance(goods.security_alarm_per_10000));
    let mut says = ParcelFact {
        security: if alarm {
            Security::Alarm
        } else if unscreened {
            Security::NotScreened
        } else {
            Security::Screened
        },
        may_move: draw.chance(goods.may_move_per_10000),
        product: product_of(goods, draw),
        handling: handling_of(goods, draw, accepted),
        ..says
    };
    if surge.has(parcel) {
        says.customs = Customs::NotLodged;
    }
    let (wrong, oversize, silent) =
        (draw.chance(goods.wrong_weight_per_10000), draw.chance(goods.oversize_per_10000), draw.chance(1_000));
    if goods.declared {
        let grams = weight_g(goods, seed, parcel);
        says.declared_g = if wrong {
            grams * 2 + 900
        } else if silent {
            0
        } else {
            grams - grams / 40 + u32::try_from(draw.below(u64::from(grams / 20 + 1))).unwrap_or(0)
        };
    }
    if oversize {
        says.declared_mm = OVERSIZE_MM;
    }
    says
}

fn product_of(goods: &Goods, draw: &mut Draw) -> [u8; 4] {
    let mut place = draw.below(10_000);
    for share in &goods.products {
        if place < u64::from(share.per_10000) {
            return product(&share.name);
        }
        place -= u64::from(share.per_10000);
    }
    product("")
}

/// A code that the flight accepts, or one that it refuses, or none.
fn handling_of(goods: &Goods, draw: &mut Draw, accepted: Handling) -> Handling {
    let all = (1 << goods.handling.len()) - 1;
    let (handled, refused) = (draw.chance(goods.handled_per_10000), draw.chance(goods.refused_handling_per_10000));
    let choice = if refused {
        all & !accepted
    } else if handled {
        accepted
    } else {
        0
    };
    if choice == 0 {
        return 0;
    }
    let nth = draw.below(u64::from(choice.count_ones()));
    let bit = (0..32).filter(|bit| choice >> bit & 1 == 1).nth(nth as usize).unwrap_or(0);
    1 << bit
}
