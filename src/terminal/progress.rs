//! Progress on stderr, for a person who waits at a terminal.

use std::cell::RefCell;
use std::io::{self, IsTerminal};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::future::LocalBoxFuture;
use tokio::time::sleep;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

use super::activity::{Activity, List, is_person_asked};
use super::stderr;
use crate::diagnostic::clean;

/// What is done sooner is not shown, so that nothing flashes.
const PATIENCE: Duration = Duration::from_millis(500);
const INTERVAL: Duration = Duration::from_millis(100);
/// The size of a terminal that does not tell it.
const ROWS: u16 = 24;
const COLUMNS: u16 = 80;

static IS_OFF: AtomicBool = AtomicBool::new(false);

/// No progress is shown from now on, also not at a terminal.
pub fn turn_off() {
    IS_OFF.store(true, Ordering::Relaxed);
}

/// No progress is shown from now on, and what is shown is gone when this returns: an output that goes to the same terminal would
/// stand behind it, and be erased with it.
pub fn end() {
    turn_off();
    stderr::make_room();
}

fn is_wanted() -> bool {
    // A terminal that can't move its cursor.
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    !IS_OFF.load(Ordering::Relaxed) && io::stderr().is_terminal() && !is_dumb
}

/// Whether nothing else has the terminal.
fn is_allowed() -> bool {
    !IS_OFF.load(Ordering::Relaxed) && !is_person_asked()
}

/// The activities whose lists are shown, a line for each.
#[derive(Debug, Default)]
pub struct Progress {
    activities: RefCell<Vec<Shown>>,
}

#[derive(Debug, Clone)]
struct Shown {
    /// The profiles.
    label: String,
    activity: Rc<Activity>,
}

impl Progress {
    /// Shows this too, from now on.
    pub fn add(&self, label: &str, activity: &Rc<Activity>) {
        let (label, activity) = (label.to_owned(), Rc::clone(activity));
        self.activities.borrow_mut().push(Shown { label, activity });
    }

    /// Shows it while this work goes on, if this is a terminal.
    pub async fn during<T>(&self, work: LocalBoxFuture<'_, T>) -> T {
        if !is_wanted() {
            return work.await;
        }
        let screen = Screen::new();
        tokio::select! {
            biased;
            outcome = work => outcome,
            never = screen.show(self) => never,
        }
    }
}

/// The lines at the bottom of the terminal. They are gone when it is dropped.
#[derive(Debug)]
struct Screen(Arc<Mutex<Frame>>);

impl Screen {
    fn new() -> Self {
        let frame = Arc::<Mutex<Frame>>::default();
        let shown = Arc::clone(&frame);
        stderr::keep_below_messages(Some(Box::new(move |write| {
            let mut frame = locked(&shown);
            let lines = frame.replace(Vec::new());
            write();
            if is_allowed() {
                frame.replace(lines);
            }
        })));
        Self(frame)
    }

    async fn show<T>(&self, progress: &Progress) -> T {
        loop {
            sleep(INTERVAL).await;
            // A terminal that is stopped gets no more of it.
            if !stderr::is_idle() {
                continue;
            }
            let mut frame = locked(&self.0);
            if is_allowed() {
                frame.replace(lines(&progress.activities.borrow()));
            }
        }
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        stderr::keep_below_messages(None);
        locked(&self.0).replace(Vec::new());
    }
}

/// Nothing panics while it is locked.
fn locked(frame: &Mutex<Frame>) -> MutexGuard<'_, Frame> {
    frame.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What the terminal shows now. The cursor is at the end of the last line.
#[derive(Debug, Default)]
struct Frame {
    lines: Vec<String>,
}

impl Frame {
    /// Shows these lines, as far as they fit, and gives those that were shown before.
    fn replace(&mut self, mut lines: Vec<String>) -> Vec<String> {
        let (rows, columns) = size();
        lines.truncate(rows);
        for line in &mut lines {
            line.truncate(fitting(line, columns));
        }
        if lines != self.lines {
            let cleared = vec![CLEARED; self.lines.len()].join(UP);
            // As a whole: a terminal that shows a half of it flickers.
            stderr::draw(cleared + &lines.join("\n"));
        }
        std::mem::replace(&mut self.lines, lines)
    }
}

const CLEARED: &str = "\r\u{1b}[2K";
const UP: &str = "\u{1b}[A";

/// The rows of the terminal of stderr, and its columns but for the last one: a terminal may go to the next line once that is
/// written.
fn size() -> (usize, usize) {
    let size = rustix::termios::tcgetwinsize(io::stderr()).ok();
    let told = size.filter(|size| size.ws_row > 0 && size.ws_col > 0);
    let (rows, columns) = told.map_or((ROWS, COLUMNS), |size| (size.ws_row, size.ws_col));
    (rows.into(), usize::from(columns) - 1)
}

/// The length of what fits into so many columns. Terminals do not agree on emojis: the wider of two ways counts.
fn fitting(line: &str, columns: usize) -> usize {
    let mut one_by_one = 0;
    let mut length = 0;
    for (at, char) in line.char_indices() {
        let end = at + char.len_utf8();
        one_by_one += char.width().unwrap_or_default();
        if one_by_one.max(line[..end].width()) > columns {
            break;
        }
        length = end;
    }
    length
}

/// A line for each list that takes long enough.
fn lines(activities: &[Shown]) -> Vec<String> {
    let mut lines = Vec::new();
    for shown in activities {
        let label = (activities.len() > 1).then_some(shown.label.as_str());
        for list in shown.activity.lists() {
            let elapsed = list.since.elapsed();
            if elapsed >= PATIENCE {
                lines.push(text(label, &list, elapsed, shown.activity.retrying()));
            }
        }
    }
    lines
}

/// Such as `groups 412/1,000  38/s  retrying 2`.
fn text(label: Option<&str>, list: &List, elapsed: Duration, retrying: usize) -> String {
    let rows = list.rows();
    let rate = u128::from(rows) * 1000 / elapsed.as_millis().max(1);
    let parts = [
        label.map(|label| format!("{label}: ")),
        Some(format!("{} {}", list.name, grouped(rows))),
        list.expected().map(|expected| format!("/{}", grouped(expected))),
        (rows > 0).then(|| format!("  {rate}/s")),
        (retrying > 0).then(|| format!("  retrying {retrying}")),
    ];
    // A tab has no width of its own.
    clean(&parts.into_iter().flatten().collect::<String>()).replace('\t', " ")
}

/// With commas between thousands.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_set_apart() {
        let numbers = [0, 999, 1000, 12_345, 123_456, 1_234_567];
        assert_eq!(numbers.map(grouped), ["0", "999", "1,000", "12,345", "123,456", "1,234,567"]);
    }

    #[test]
    fn what_is_too_wide_is_cut() {
        let cut = |line: &'static str, columns| &line[..fitting(line, columns)];
        assert_eq!(cut("groups", 6), "groups");
        assert_eq!(cut("groups", 5), "group");
        // Two columns each, and none for what combines.
        assert_eq!(cut("群組組", 5), "群組");
        assert_eq!(cut("e\u{301}e", 1), "e\u{301}");
        assert_eq!(cut("e", 0), "");
        // A heart with color has two columns at some terminals, and this family eight at others.
        assert_eq!(cut("❤\u{fe0f}❤\u{fe0f}", 3), "❤\u{fe0f}❤");
        assert_eq!(cut("👩\u{200d}👩\u{200d}👧\u{200d}👦", 4), "👩\u{200d}👩\u{200d}");
    }

    #[test]
    fn a_label_is_one_line_and_steers_nothing() {
        let activity = Rc::new(Activity::default());
        let _arrival = activity.list("groups");
        let text = text(Some("a\tb\n\u{1b}[2K"), &activity.lists()[0], PATIENCE, 0);
        assert_eq!(text, "a b␊␛[2K: groups 0");
    }
}
