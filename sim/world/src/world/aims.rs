//! What each fault strikes, as patterns: every fault stands in one of the two.

/// Faults that strike an item of their own choice.
macro_rules! on_items {
    () => {
        $crate::events::StrikeKind::NoRead
            | $crate::events::StrikeKind::CrossRead
            | $crate::events::StrikeKind::SkippedTrigger
            | $crate::events::StrikeKind::WrongCheckDigit
            | $crate::events::StrikeKind::WrongButValid
            | $crate::events::StrikeKind::ItemRemoved
            | $crate::events::StrikeKind::ItemAdded
            | $crate::events::StrikeKind::ItemExchanged
            | $crate::events::StrikeKind::Touching
            | $crate::events::StrikeKind::Slip
            | $crate::events::StrikeKind::Flap
            | $crate::events::StrikeKind::StrapLoose
            | $crate::events::StrikeKind::MissedDivert
            | $crate::events::StrikeKind::DoubleFed
            | $crate::events::StrikeKind::Turned
            | $crate::events::StrikeKind::MultiRead
            | $crate::events::StrikeKind::LateResult
            | $crate::events::StrikeKind::SlowDivert
            | $crate::events::StrikeKind::UnaskedDivert
            | $crate::events::StrikeKind::CountWrap
            | $crate::events::StrikeKind::ChuteJammed
    };
}

/// Faults that strike a belt, a wire, a chute, a device, a process or what stands beyond the line.
macro_rules! on_the_line {
    () => {
        $crate::events::StrikeKind::BeltStop
            | $crate::events::StrikeKind::Estop
            | $crate::events::StrikeKind::PecChatter
            | $crate::events::StrikeKind::ChuteFull
            | $crate::events::StrikeKind::HandInConfirm
            | $crate::events::StrikeKind::BitFlip
            | $crate::events::StrikeKind::LostBytes
            | $crate::events::StrikeKind::InsertedBytes
            | $crate::events::StrikeKind::SplitFrames
            | $crate::events::StrikeKind::DuplicateFrame
            | $crate::events::StrikeKind::LateFrame
            | $crate::events::StrikeKind::BoardReboot
            | $crate::events::StrikeKind::PortUnplugged
            | $crate::events::StrikeKind::ControllerKilled
            | $crate::events::StrikeKind::JournalTorn
            | $crate::events::StrikeKind::DiskFull
            | $crate::events::StrikeKind::DiskStalled
            | $crate::events::StrikeKind::ClockStep
            | $crate::events::StrikeKind::DaylightSaving
            | $crate::events::StrikeKind::HostSilent
            | $crate::events::StrikeKind::HostSlow
            | $crate::events::StrikeKind::LateHold
            | $crate::events::StrikeKind::PlanChanged
            | $crate::events::StrikeKind::FlightCancelled
            | $crate::events::StrikeKind::PecStuckOn
            | $crate::events::StrikeKind::PecStuckOff
            | $crate::events::StrikeKind::EncoderReset
            | $crate::events::StrikeKind::MissedPulses
            | $crate::events::StrikeKind::NeverEmptied
            | $crate::events::StrikeKind::IndexMissed
            | $crate::events::StrikeKind::IndexDoubled
            | $crate::events::StrikeKind::WeigherDrifts
            | $crate::events::StrikeKind::WeigherUnstable
            | $crate::events::StrikeKind::WeigherSilent
    };
}

pub(super) use {on_items, on_the_line};
