//! The line board: it stamps what it sees with the count, and energises outputs at the counts it was told.

use sortie_protocol::board::telegram::{BeltMotion, BoardTelegram, HostTelegram, LampState};
use sortie_protocol::board::{self, BoardEnd, BoardEvent, FireAction, FireQueue, Identity, LinkSettings};

/// The belt at one moment, as it is and as the board sees it.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    at: u64,
    /// Belt travel, µm.
    pub travel: i64,
    seen: board::Moment,
}

/// What a host has to be told of how things stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Report {
    /// Nothing: it knows.
    #[default]
    Nothing,
    /// The state of the belt.
    Belt,
    /// The state of the belt and of every chute: telegrams are missing for the host.
    Everything,
}

/// One line board.
pub struct Board {
    link: Box<BoardEnd>,
    identity: Identity,
    fires: Box<FireQueue>,
    inbox: Vec<BoardEvent>,
    /// This boot's number.
    pub boot: u32,
    um_per_count: i64,
    /// The speed that was last asked for, µm/s, and the same in counts/s: it seldom changes, and a division is dear.
    speed: (i64, u16),
    /// Count at travel 0.
    base: u32,
    /// From this travel on no pulse of the encoder comes.
    counts_until: i64,
    started: u64,
    up: bool,
    /// Whether the induction may release; `None`: it hangs on no permit, as the host has never told of one.
    permit: Option<bool>,
    /// Permits for carriers: the induction, and the count at which the carrier is at its entry PEC, in the order in which
    /// they came.
    loads: Vec<(u16, u32)>,
    stop_wanted: bool,
    wanted: Report,
    /// Output and target count of each divert that was ordered since this was last asked for.
    aims: Vec<(u16, u32)>,
    /// Lamps that were switched since this was last asked for.
    lamps: Vec<(u16, LampState)>,
    /// Frames that earlier boots sent.
    sent_before: u64,
    /// Telegrams that were put into the stream since this was last asked for.
    told: Vec<BoardTelegram>,
    /// Telegrams of the host that were taken since this was last asked for.
    obeyed: Vec<HostTelegram>,
    /// Telegrams of this boot, and how many of them the host had acknowledged when this was last asked for.
    numbered: u32,
    acknowledged: u32,
    /// Up to here the host never asked for them: it greeted anew, or the buffer ran over.
    dropped: u32,
}

impl Board {
    /// A board that starts at time 0 with its encoder at `count`.
    pub fn new(boot: u32, count: u32, um_per_count: i64, sensors: u16, outputs: u16) -> Self {
        let identity = Identity { firmware: 1, sensors, outputs };
        Self {
            link: Box::new(BoardEnd::new(boot, identity, LinkSettings::default())),
            identity,
            fires: Box::new(FireQueue::new(outputs)),
            inbox: Vec::new(),
            boot,
            um_per_count,
            speed: (0, 0),
            base: count,
            counts_until: i64::MAX,
            started: 0,
            up: true,
            permit: None,
            loads: Vec::new(),
            stop_wanted: false,
            wanted: Report::Nothing,
            aims: Vec::new(),
            lamps: Vec::new(),
            sent_before: 0,
            told: Vec::new(),
            obeyed: Vec::new(),
            numbered: 0,
            acknowledged: 0,
            dropped: 0,
        }
    }

    /// Frames that were given to the wire so far, over all boots.
    pub fn frames_sent(&self) -> u64 {
        self.sent_before + self.link.counters().sent
    }

    /// Encoder count at a travel.
    #[inline]
    pub fn count(&self, travel: i64) -> u32 {
        self.base.wrapping_add(low_bits(travel.min(self.counts_until).div_euclid(self.um_per_count)))
    }

    /// Belt travel per count, µm.
    pub fn um_per_count(&self) -> i64 {
        self.um_per_count
    }

    /// True unless the induction hangs on a permit that the host does not give.
    pub fn permits(&self) -> bool {
        self.permit.unwrap_or(true)
    }

    /// Uses up the permits that some inductions side by side have for the first carriers in a row, a pitch apart, of which
    /// the first is at the entry PEC at a count or later. Gives the count of that one.
    pub fn take_loads(&mut self, inductions: &[u16], soonest: u32, pitch: i64, carriers: i64) -> Option<u32> {
        let since = |count: u32, from: u32| i64::from(count.wrapping_sub(from).cast_signed());
        // What is further off than all that are kept at once was permitted before the counter began anew.
        let kept = 0..=i64::try_from(LOADS).unwrap_or(0) * pitch;
        self.loads.retain(|(_, count)| kept.contains(&since(*count, soonest)));
        if !self.permits() {
            return None;
        }
        let nth = |first: u32, place: i64| {
            let way = place * pitch;
            move |(induction, count): &(u16, u32)| {
                inductions.contains(induction) && (since(*count, first) - way).abs() <= pitch / 4
            }
        };
        let in_row = |first: u32| (0..carriers).all(|place| self.loads.iter().any(nth(first, place)));
        let mut own = self.loads.iter().filter(|(induction, _)| inductions.contains(induction));
        let first = own.find(|(_, first)| in_row(*first))?.1;
        for place in 0..carriers {
            self.loads.retain(|load| !nth(first, place)(load));
        }
        Some(first)
    }

    /// True once for each time that the host asked for a controlled stop.
    #[inline]
    pub fn take_stop_request(&mut self) -> bool {
        std::mem::take(&mut self.stop_wanted)
    }

    /// What has to be told since a host greeted or the buffer ran over; asked once, it is done.
    #[inline]
    pub fn take_report(&mut self) -> Report {
        if self.link.take_overflow() {
            self.wanted = Report::Everything;
            self.dropped = self.numbered;
        }
        std::mem::take(&mut self.wanted)
    }

    /// Output and target count of a divert that was ordered, each once.
    #[inline]
    pub fn take_aim(&mut self) -> Option<(u16, u32)> {
        self.aims.pop()
    }

    /// A lamp that was switched, each time once, in order.
    #[inline]
    pub fn take_lamp(&mut self) -> Option<(u16, LampState)> {
        if self.lamps.is_empty() { None } else { Some(self.lamps.remove(0)) }
    }

    /// Tells each telegram that was put into the stream, with its number.
    #[inline]
    pub fn take_told(&mut self, to: &mut dyn FnMut(u32, BoardTelegram)) {
        for telegram in self.told.drain(..) {
            self.numbered += 1;
            to(self.numbered, telegram);
        }
    }

    /// Tells each telegram of the host that was taken.
    #[inline]
    pub fn take_obeyed(&mut self, to: &mut dyn FnMut(&HostTelegram)) {
        self.obeyed.drain(..).for_each(|telegram| to(&telegram));
    }

    /// Number of the newest telegram that the host has acknowledged, if that is news.
    #[inline]
    pub fn take_acknowledged(&mut self) -> Option<u32> {
        let kept = u32::try_from(self.link.unacknowledged()).unwrap_or(u32::MAX);
        let acknowledged = self.numbered.saturating_sub(kept);
        let news = acknowledged > self.acknowledged;
        self.acknowledged = self.acknowledged.max(acknowledged);
        (news && acknowledged > self.dropped).then_some(acknowledged)
    }

    /// The encoder's counter goes on from nought. The board does not notice. Gives how far it leapt, µm.
    pub fn reset_count(&mut self, travel: i64) -> i64 {
        let leap = 0_u32.wrapping_sub(self.count(travel));
        self.base = self.base.wrapping_add(leap);
        i64::from(leap.cast_signed()) * self.um_per_count
    }

    /// No pulse of the encoder comes from here on. False if none came before.
    pub fn lose_pulses(&mut self, travel: i64) -> bool {
        let counted = self.counts();
        if counted {
            self.counts_until = travel;
        }
        counted
    }

    /// The pulses come again; the counts in between are lost. Gives how many.
    pub fn find_pulses(&mut self, travel: i64) -> u32 {
        let stood = self.count(travel);
        self.counts_until = i64::MAX;
        let lost = self.count(travel).wrapping_sub(stood);
        self.base = self.base.wrapping_sub(lost);
        lost
    }

    /// True while the encoder's pulses come.
    pub fn counts(&self) -> bool {
        self.counts_until == i64::MAX
    }

    /// Power is lost: queue, link and count are gone.
    pub fn fail(&mut self) {
        self.up = false;
        self.inbox.clear();
    }

    /// True while the board has power.
    pub fn is_up(&self) -> bool {
        self.up
    }

    /// What the board sees at `at` ns, with the belt at `travel` µm and at `speed` µm/s.
    #[inline]
    pub fn moment(&mut self, at: u64, travel: i64, speed: i64) -> Moment {
        if self.speed.0 != speed {
            self.speed = (speed, u16::try_from(speed / self.um_per_count).unwrap_or(u16::MAX));
        }
        let seen = board::Moment {
            count: self.count(travel),
            speed_cps: if self.counts() { self.speed.1 } else { 0 },
            time_ms: low_bits((at.saturating_sub(self.started) / 1_000_000).cast_signed()),
        };
        Moment { at, travel, seen }
    }

    /// Starts anew: another boot, an empty queue, and a count from nought.
    pub fn restart(&mut self, now: Moment) {
        let Self { um_per_count, identity, boot, .. } = *self;
        let sent_before = self.frames_sent();
        // A permit is an output, and outputs are off when the board starts.
        let permit = self.permit.map(|_| false);
        *self = Self::new(boot.wrapping_add(1), 0, um_per_count, identity.sensors, identity.outputs);
        self.base = 0_u32.wrapping_sub(low_bits(now.travel.div_euclid(um_per_count)));
        self.started = now.at;
        self.sent_before = sent_before;
        self.permit = permit;
    }

    /// The port was plugged in again.
    pub fn reopened(&mut self) {
        self.link.reopened();
    }

    /// Puts a telegram into the numbered stream.
    #[inline]
    pub fn tell(&mut self, telegram: BoardTelegram) {
        if self.up {
            self.link.send(telegram);
            self.told.push(telegram);
        }
    }

    /// Tells count, time and speed.
    #[inline]
    pub fn clock(&mut self, now: Moment) {
        let board::Moment { count, speed_cps, time_ms } = now.seen;
        self.link.set_clock(time_ms, count);
        self.tell(BoardTelegram::Clock { count, time_ms, speed_cps });
    }

    /// Tells the state of the belt.
    pub fn belt(&mut self, now: Moment, motion: BeltMotion, estop: bool) {
        self.tell(BoardTelegram::Belt { count: now.seen.count, motion, estop, guard_open: false });
    }

    /// Takes bytes in; what they say is acted upon at the next scan.
    #[inline]
    pub fn receive(&mut self, at: u64, bytes: &[u8]) {
        if self.up {
            let Self { link, inbox, .. } = self;
            link.receive(at, bytes, &mut |event| inbox.push(event));
        }
    }

    /// True if something was received that must not wait: anything but beats.
    #[inline]
    pub fn has_orders(&self) -> bool {
        let beat =
            |event: &BoardEvent| matches!(event, BoardEvent::Telegram { telegram: HostTelegram::Beat { .. }, .. });
        !self.inbox.iter().all(beat)
    }

    /// One scan: orders, outputs, link. Outputs that are energised go to `energised`, bytes for the wire to `out`.
    #[inline]
    pub fn scan(&mut self, now: Moment, energised: &mut Vec<u16>, out: &mut Vec<u8>) {
        if !self.up {
            return;
        }
        if !self.inbox.is_empty() {
            self.obey(now.seen);
        }
        if !self.fires.is_empty() {
            let Self { fires, link, told, .. } = self;
            fires.due(now.seen, &mut |action| act(action, link, told, energised));
        }
        let link = &mut self.link;
        link.transmit(now.at, &mut |frame: &[u8]| out.extend_from_slice(frame));
    }

    /// When the link has to be looked at again.
    #[inline]
    pub fn next_timeout(&self) -> Option<u64> {
        self.link.next_timeout().filter(|_| self.up)
    }

    /// Travel at which the next output is due, at the present speed.
    #[inline]
    pub fn next_actuation(&mut self, now: Moment) -> Option<i64> {
        if self.fires.is_empty() {
            return None;
        }
        let wait = self.fires.next_due(now.seen.speed_cps)?.wrapping_sub(now.seen.count).cast_signed();
        Some(now.travel + i64::from(wait.max(0)) * self.um_per_count)
    }

    fn obey(&mut self, moment: board::Moment) {
        let Self { inbox, fires, link, permit, loads, stop_wanted, wanted, aims, lamps, told, obeyed, .. } = self;
        let (numbered, dropped) = (self.numbered, &mut self.dropped);
        for event in inbox.drain(..) {
            match event {
                BoardEvent::Hello { new, missing, lease_ms, .. } => {
                    fires.hello(new, lease_ms);
                    if missing {
                        *dropped = numbered + u32::try_from(told.len()).unwrap_or(0);
                    }
                    *wanted = (*wanted).max(if missing { Report::Everything } else { Report::Belt });
                }
                BoardEvent::Telegram { telegram, .. } => {
                    obeyed.push(telegram);
                    match telegram {
                        HostTelegram::StopRequest { .. } => *stop_wanted = true,
                        HostTelegram::Permit { allowed, .. } => {
                            *permit = Some(allowed);
                            if !allowed {
                                loads.clear();
                            }
                        }
                        HostTelegram::Load { induction, count } => keep_load(loads, (induction, count)),
                        HostTelegram::Fire(fire) => aims.push((fire.output, fire.count)),
                        HostTelegram::Lamp { lamp, state } => lamps.push((lamp, state)),
                        HostTelegram::Cancel { .. } | HostTelegram::Beat { .. } | HostTelegram::QueueQuery { .. } => {}
                    }
                    // A fire that is refused at once is told at once; none is energised before the next look.
                    fires.apply(&telegram, moment, &mut |action| act(action, link, told, &mut Vec::new()));
                }
            }
        }
    }
}

/// Permits for carriers that a board keeps.
const LOADS: usize = 64;

fn keep_load(loads: &mut Vec<(u16, u32)>, load: (u16, u32)) {
    if !loads.contains(&load) && loads.len() < LOADS {
        loads.push(load);
    }
}

fn act(action: FireAction, link: &mut BoardEnd, told: &mut Vec<BoardTelegram>, energised: &mut Vec<u16>) {
    match action {
        FireAction::Energise(fire) => energised.push(fire.output),
        FireAction::Tell(telegram) => {
            link.send(telegram);
            told.push(telegram);
        }
    }
}

/// The low 32 bits: counts and board time wrap.
#[inline]
fn low_bits(value: i64) -> u32 {
    (value & i64::from(u32::MAX)).try_into().unwrap_or(0)
}
