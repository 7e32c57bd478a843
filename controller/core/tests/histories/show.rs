//! A history as a short list that a person can read.

use crate::belt::{Act, Load};
use crate::model::{Plan, What};
use std::fmt;

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Travel(counts) => write!(f, "… {counts} mm"),
            Self::Put(load) => write!(f, "put {load}"),
            Self::Say(What::Plan(plan)) => write!(f, "plan {plan}"),
            Self::Say(What::Flight(it)) => {
                let limits = (it.capacity_pieces, it.capacity_g);
                let times = (it.opens, it.cutoff, it.departs);
                write!(
                    f,
                    "flight {} to {} {} {} {times:?} takes {limits:?} {:?}",
                    it.key, it.to, it.traffic, it.order, it.handling
                )
            }
            Self::Say(What::Parcel(it)) => {
                let declared = (it.declared_g, it.declared_mm);
                let moves = if it.may_move { "may move" } else { "" };
                write!(f, "parcel {} {:?} to {} {:?} {moves} ", it.key, it.plates, it.to, it.booked)?;
                write!(f, "{} {} {} {:?} {declared:?}", it.customs, it.security, it.product, it.handling)
            }
            Self::Say(what) => write!(f, "{what:?}"),
            other => write!(f, "{other:?}"),
        }
    }
}

impl fmt::Display for Load {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} mm behind {} mm {:?}", self.length, self.gap, self.labels)?;
        self.grams.iter().try_for_each(|grams| write!(f, " {grams} g"))?;
        self.vanishes_at.iter().try_for_each(|at| write!(f, ", vanishes at {at}"))?;
        write!(
            f,
            "{}{}",
            if self.sticks { ", sticks" } else { "" },
            if self.unconfirmed { ", unconfirmed" } else { "" }
        )
    }
}

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.version)?;
        self.from.iter().try_for_each(|from| write!(f, " from {from}"))?;
        for (flight, own, overflow) in &self.flights {
            write!(f, " {}:{own:?}+{overflow:?}", &flight[..6])?;
        }
        for (code, outlets) in self.exceptions.iter().filter(|(_, outlets)| !outlets.is_empty()) {
            write!(f, " {code}:{outlets:?}")?;
        }
        let most: Vec<_> = self.most.iter().filter(|(_, most)| *most != [0; 3]).collect();
        write!(f, " most {most:?} a minute {:?} containers {:?} ", self.per_minute, self.containers)?;
        write!(f, "disabled {:?} boarding {:?}", self.disabled, self.boarding)
    }
}
