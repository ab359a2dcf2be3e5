//! What a session is doing right now. Those who do it note it here; progress and the message of a deadline read it.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// How many questions to people are open in this process, whose terminal they share.
static OPEN_QUESTIONS: AtomicUsize = AtomicUsize::new(0);

/// Whether a person is asked for something, so that the terminal is theirs.
pub(super) fn is_person_asked() -> bool {
    OPEN_QUESTIONS.load(Ordering::Relaxed) > 0
}

/// The requests and lists of one session.
#[derive(Debug, Default)]
pub struct Activity {
    /// Those that are under way, in their order.
    requests: RefCell<BTreeMap<u64, String>>,
    lists: RefCell<Vec<Rc<List>>>,
    next: Cell<u64>,
    /// What a run waits for that takes its output. It stays if the run ends meanwhile.
    taker: RefCell<Option<String>>,
    retrying: Cell<usize>,
    /// How many requests were sent so far, the repeated ones included, and how many of them were repeated.
    sent: Cell<u64>,
    repeated: Cell<u64>,
    /// How many people are asked for something, and since when.
    pauses: Cell<usize>,
    paused_since: Cell<Option<Instant>>,
    paused_before: Cell<Duration>,
}

/// A list that arrives.
#[derive(Debug)]
pub struct List {
    /// Such as `groups`.
    pub name: String,
    pub since: Instant,
    rows: Cell<u64>,
    expected: Cell<Option<u64>>,
}

impl List {
    pub fn rows(&self) -> u64 {
        self.rows.get()
    }

    /// How many rows there will be, if that is known.
    pub fn expected(&self) -> Option<u64> {
        self.expected.get()
    }
}

impl Activity {
    /// A list begins to arrive.
    pub fn list(self: &Rc<Self>, name: &str) -> Arrival {
        let list = Rc::new(List {
            name: name.to_owned(),
            since: Instant::now(),
            rows: Cell::default(),
            expected: Cell::default(),
        });
        self.lists.borrow_mut().push(Rc::clone(&list));
        Arrival { activity: Rc::clone(self), list }
    }

    /// A request is sent, and sent again if need be. `what` names it, such as `GET /v2/groups/my_groups`.
    pub fn request(&self, what: impl FnOnce() -> String) -> Underway<'_> {
        self.sent.set(self.sent.get() + 1);
        let number = self.next.get();
        self.next.set(number + 1);
        self.requests.borrow_mut().insert(number, what());
        Underway { activity: self, number }
    }

    /// A request waits to be sent again.
    pub fn retry(&self) -> Retry<'_> {
        self.retrying.set(self.retrying.get() + 1);
        self.sent.set(self.sent.get() + 1);
        self.repeated.set(self.repeated.get() + 1);
        Retry(self)
    }

    /// An output waits, or may wait, for this, such as ``a reader of `pipe` ``, until [`is_taken`](Self::is_taken).
    pub fn awaits(&self, taker: String) {
        self.taker.replace(Some(taker));
    }

    /// The output is taken.
    pub fn is_taken(&self) {
        self.taker.replace(None);
    }

    /// What an output waits for.
    pub fn awaited(&self) -> Option<String> {
        self.taker.borrow().clone()
    }

    /// A person is asked for something, such as a login.
    pub fn pause(&self) -> Pause<'_> {
        OPEN_QUESTIONS.fetch_add(1, Ordering::Relaxed);
        if self.pauses.replace(self.pauses.get() + 1) == 0 {
            self.paused_since.set(Some(Instant::now()));
        }
        Pause(self)
    }

    pub fn lists(&self) -> Vec<Rc<List>> {
        self.lists.borrow().clone()
    }

    /// How many requests wait to be sent again.
    pub fn retrying(&self) -> usize {
        self.retrying.get()
    }

    /// How many requests were sent so far, the repeated ones included.
    pub fn sent(&self) -> u64 {
        self.sent.get()
    }

    /// How many of them were repeated.
    pub fn repeated(&self) -> u64 {
        self.repeated.get()
    }

    /// Whether one of its requests waits for a person.
    pub fn is_paused(&self) -> bool {
        self.pauses.get() > 0
    }

    /// How long people were asked for something.
    pub fn paused(&self) -> Duration {
        let now = self.paused_since.get().map(|since| since.elapsed());
        self.paused_before.get() + now.unwrap_or_default()
    }

    /// What is under way, such as `412 of 1000 groups had arrived, and a response to GET /v2/groups/ID was awaited`.
    pub fn in_words(&self) -> String {
        let lists = self.lists.borrow();
        let arrived = lists.iter().map(|list| match list.expected() {
            Some(expected) => format!("{} of {expected} {} had arrived", list.rows(), list.name),
            None => format!("{} {} had arrived", list.rows(), list.name),
        });
        let requests = self.requests.borrow();
        let awaited = requests.values().next().map(|first| match requests.len() {
            1 => format!("`{first}` had no complete response"),
            more => format!("`{first}` and {} more had no complete response", more - 1),
        });
        let taker = self.taker.borrow();
        let taker = taker.iter().map(|taker| format!("the output waited for {taker}"));
        let parts: Vec<String> = arrived.chain(awaited).chain(taker).collect();
        if parts.is_empty() { "it had not begun".to_owned() } else { parts.join(", and ") }
    }
}

/// A list for as long as it arrives.
#[derive(Debug)]
pub struct Arrival {
    activity: Rc<Activity>,
    list: Rc<List>,
}

impl Arrival {
    /// The rows so far are void: the list begins again.
    pub fn restart(&self) {
        self.list.rows.set(0);
    }

    pub fn add_row(&self) {
        self.list.rows.set(self.list.rows.get() + 1);
    }

    /// So many rows will arrive.
    pub fn expect(&self, rows: u64) {
        self.list.expected.set(Some(rows));
    }
}

impl Drop for Arrival {
    fn drop(&mut self) {
        self.activity.lists.borrow_mut().retain(|list| !Rc::ptr_eq(list, &self.list));
    }
}

/// A request for as long as it is under way.
#[derive(Debug)]
pub struct Underway<'a> {
    activity: &'a Activity,
    number: u64,
}

impl Drop for Underway<'_> {
    fn drop(&mut self) {
        self.activity.requests.borrow_mut().remove(&self.number);
    }
}

/// A request for as long as it waits to be sent again.
#[derive(Debug)]
pub struct Retry<'a>(&'a Activity);

impl Drop for Retry<'_> {
    fn drop(&mut self) {
        self.0.retrying.set(self.0.retrying.get().saturating_sub(1));
    }
}

/// A question to a person for as long as it is open.
#[derive(Debug)]
pub struct Pause<'a>(&'a Activity);

impl Drop for Pause<'_> {
    fn drop(&mut self) {
        OPEN_QUESTIONS.fetch_sub(1, Ordering::Relaxed);
        let Activity { pauses, paused_since, paused_before, .. } = self.0;
        pauses.set(pauses.get().saturating_sub(1));
        if pauses.get() == 0
            && let Some(since) = paused_since.take()
        {
            paused_before.set(paused_before.get() + since.elapsed());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_under_way_in_words() {
        let activity = Rc::new(Activity::default());
        assert_eq!(activity.in_words(), "it had not begun");
        let first = activity.request(|| "GET /a".to_owned());
        assert_eq!(activity.in_words(), "`GET /a` had no complete response");
        let groups = activity.list("groups");
        groups.add_row();
        groups.expect(3);
        let second = activity.request(|| "GET /b".to_owned());
        assert_eq!(
            activity.in_words(),
            "1 of 3 groups had arrived, and `GET /a` and 1 more had no complete response"
        );
        drop(first);
        groups.restart();
        assert_eq!(activity.in_words(), "0 of 3 groups had arrived, and `GET /b` had no complete response");
        drop((second, groups));
        assert!(activity.lists().is_empty() && activity.requests.borrow().is_empty());
        activity.awaits("a reader of `pipe`".to_owned());
        assert_eq!(activity.in_words(), "the output waited for a reader of `pipe`");
        activity.is_taken();
        assert_eq!(activity.in_words(), "it had not begun");
    }

    #[test]
    fn pauses_overlap() {
        let activity = Activity::default();
        assert!(!activity.is_paused() && activity.paused().is_zero());
        let (one, other) = (activity.pause(), activity.pause());
        drop(one);
        assert!(activity.is_paused());
        drop(other);
        assert!(!activity.is_paused());
        assert_eq!(activity.paused(), activity.paused());
    }
}
