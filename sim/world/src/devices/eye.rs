//! A photo-electric cell with the line board's debounce behind it.

/// One belt PEC. Travel is µm.
#[derive(Clone, Copy, Debug)]
pub struct Eye {
    /// Sensor number on the board.
    pub sensor: u16,
    debounce: i64,
    covering: u32,
    holes: u32,
    dazzled: bool,
    stuck: Option<bool>,
    reported: bool,
    since: Option<i64>,
}

/// A change that has lasted long enough to be reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Travel at which it happened.
    pub travel: i64,
    /// True: the beam was broken.
    pub blocked: bool,
}

impl Eye {
    /// A clear eye whose changes have to last `debounce` µm of travel.
    pub fn new(sensor: u16, debounce: i64) -> Self {
        Self { sensor, debounce, covering: 0, holes: 0, dazzled: false, stuck: None, reported: false, since: None }
    }

    /// An item begins or ceases to cover the beam. Says when to ask [`Eye::settle`], if a change began.
    pub fn cover(&mut self, travel: i64, covers: bool) -> Option<i64> {
        self.covering = if covers { self.covering + 1 } else { self.covering.saturating_sub(1) };
        self.changed(travel)
    }

    /// A hole in an item begins or ceases to let the beam through.
    pub fn hole(&mut self, travel: i64, opens: bool) -> Option<i64> {
        self.holes = if opens { self.holes + 1 } else { self.holes.saturating_sub(1) };
        self.changed(travel)
    }

    /// Dust or a reflection turns the eye's answer into its opposite, or ceases to.
    pub fn dazzle(&mut self, travel: i64, dazzled: bool) -> Option<i64> {
        self.dazzled = dazzled;
        self.changed(travel)
    }

    /// The eye says broken (true) or free (false) whatever is there, or (`None`) what is there again.
    pub fn stick(&mut self, travel: i64, stuck: Option<bool>) -> Option<i64> {
        self.stuck = stuck;
        self.changed(travel)
    }

    /// True while it says the same whatever is there.
    pub fn is_stuck(&self) -> bool {
        self.stuck.is_some()
    }

    /// True if its beam is broken, as it says.
    pub fn is_blocked(&self) -> bool {
        self.blocked()
    }

    /// The change that has lasted long enough at `travel`, once.
    pub fn settle(&mut self, travel: i64) -> Option<Edge> {
        let since = self.since.filter(|since| since + self.debounce <= travel)?;
        self.since = None;
        self.reported = !self.reported;
        Some(Edge { travel: since, blocked: self.reported })
    }

    /// Travel for which a change has to last.
    pub fn debounce(&self) -> i64 {
        self.debounce
    }

    /// A board that has just started takes the eye as it finds it.
    pub fn restart(&mut self) {
        self.since = None;
        self.reported = self.blocked();
    }

    fn blocked(&self) -> bool {
        self.stuck.unwrap_or((self.covering > self.holes) != self.dazzled)
    }

    fn changed(&mut self, travel: i64) -> Option<i64> {
        if self.blocked() == self.reported {
            self.since = None;
            return None;
        }
        if self.since.is_some() {
            return None;
        }
        self.since = Some(travel);
        Some(travel + self.debounce)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reports_a_lasting_change_with_the_travel_at_which_it_began() {
        let mut eye = Eye::new(0, 20);
        assert_eq!(eye.cover(100, true), Some(120));
        assert_eq!(eye.settle(119), None);
        assert_eq!(eye.settle(120), Some(Edge { travel: 100, blocked: true }));
        assert_eq!(eye.settle(121), None);
    }

    #[test]
    fn swallows_what_is_shorter_than_its_debounce() {
        let mut eye = Eye::new(0, 20);
        eye.cover(100, true);
        eye.cover(110, false);
        assert_eq!(eye.settle(120), None);
        assert_eq!(eye.dazzle(200, true), Some(220));
        eye.dazzle(219, false);
        assert_eq!(eye.settle(220), None);
    }

    #[test]
    fn a_stuck_eye_sees_nothing_until_it_is_free_again() {
        let mut eye = Eye::new(0, 20);
        eye.cover(0, true);
        eye.settle(20);
        assert_eq!(eye.stick(50, Some(false)), Some(70));
        assert_eq!(eye.settle(70), Some(Edge { travel: 50, blocked: false }));
        assert_eq!((eye.cover(90, false), eye.cover(200, true)), (None, None));
        assert_eq!(eye.stick(250, None), Some(270));
        assert_eq!(eye.settle(270), Some(Edge { travel: 250, blocked: true }));
    }

    #[test]
    fn a_hole_longer_than_the_debounce_shows() {
        let mut eye = Eye::new(0, 20);
        eye.cover(0, true);
        eye.settle(20);
        eye.hole(100, true);
        assert_eq!(eye.settle(120), Some(Edge { travel: 100, blocked: false }));
        eye.hole(150, false);
        assert_eq!(eye.settle(170), Some(Edge { travel: 150, blocked: true }));
    }
}
