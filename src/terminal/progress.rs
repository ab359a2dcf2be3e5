//! Progress on stderr, for a person who waits at a terminal.

use std::cell::RefCell;
use std::io::{self, IsTerminal};
use std::rc::Rc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{HumanCount, MultiProgress, ProgressBar, ProgressDrawTarget, ProgressStyle, TermLike};
use tokio::time::sleep;

use super::activity::{Activity, List, is_person_asked};
use super::stderr;
use crate::diagnostic::clean;

/// What is done sooner is not shown, so that nothing flashes.
const PATIENCE: Duration = Duration::from_millis(500);
const INTERVAL: Duration = Duration::from_millis(100);
/// The width of a terminal that does not tell it.
const COLUMNS: u16 = 80;

static IS_OFF: AtomicBool = AtomicBool::new(false);

/// No progress is shown from now on, also not at a terminal.
pub fn turn_off() {
    IS_OFF.store(true, Ordering::Relaxed);
}

fn is_wanted() -> bool {
    // A terminal that can't move its cursor.
    let is_dumb = std::env::var_os("TERM").is_none_or(|term| term.is_empty() || term == "dumb");
    !IS_OFF.load(Ordering::Relaxed) && io::stderr().is_terminal() && !is_dumb
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
    pub async fn during<T>(&self, work: impl Future<Output = T>) -> T {
        if !is_wanted() {
            return work.await;
        }
        let mut screen = Screen::default();
        tokio::select! {
            biased;
            outcome = work => outcome,
            never = screen.show(self) => never,
        }
    }
}

/// The lines at the bottom of the terminal. They are gone when it is dropped.
#[derive(Debug)]
struct Screen {
    bars: MultiProgress,
    lines: Vec<Line>,
}

#[derive(Debug)]
struct Line {
    list: Rc<List>,
    /// Not among the bars before it is worth showing.
    bar: ProgressBar,
    text: String,
}

impl Default for Screen {
    fn default() -> Self {
        let target = ProgressDrawTarget::term_like(Box::new(Terminal::default()));
        Self { bars: MultiProgress::with_draw_target(target), lines: Vec::new() }
    }
}

impl Screen {
    async fn show<T>(&mut self, progress: &Progress) -> T {
        loop {
            sleep(INTERVAL).await;
            // A terminal that is stopped gets no more of it.
            if !is_person_asked() && stderr::is_idle() {
                let activities = progress.activities.borrow().clone();
                self.draw(&activities);
            }
        }
    }

    fn draw(&mut self, activities: &[Shown]) {
        let lists: Vec<(&Shown, Rc<List>)> = activities
            .iter()
            .flat_map(|shown| shown.activity.lists().into_iter().map(move |list| (shown, list)))
            .collect();
        self.lines.retain(|line| {
            let goes_on = lists.iter().any(|(_, list)| Rc::ptr_eq(list, &line.list));
            if !goes_on {
                line.bar.finish_and_clear();
                self.bars.remove(&line.bar);
            }
            goes_on
        });
        for (shown, list) in lists {
            if !self.lines.iter().any(|line| Rc::ptr_eq(&list, &line.list)) {
                self.lines.push(Line::of(Rc::clone(&list)));
            }
            if let Some(line) = self.lines.iter_mut().find(|line| Rc::ptr_eq(&list, &line.list)) {
                line.update(shown, activities.len() > 1, &self.bars);
            }
        }
        let bars = self.bars.clone();
        stderr::keep_below_messages(Some(Box::new(move |write| {
            if is_person_asked() {
                clear(&bars);
                write();
            } else {
                bars.suspend(write);
            }
        })));
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        stderr::keep_below_messages(None);
        clear(&self.bars);
    }
}

fn clear(bars: &MultiProgress) {
    // If that fails, there is no way left to report it.
    let _ = bars.clear();
}

impl Line {
    fn of(list: Rc<List>) -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden());
        if let Ok(style) = ProgressStyle::with_template("{wide_msg}") {
            bar.set_style(style);
        }
        Self { list, bar, text: String::new() }
    }

    fn update(&mut self, shown: &Shown, with_label: bool, bars: &MultiProgress) {
        let elapsed = self.list.since.elapsed();
        if elapsed < PATIENCE {
            return;
        }
        let label = with_label.then_some(shown.label.as_str());
        let text = text(label, &self.list, elapsed, shown.activity.retrying());
        if self.text.is_empty() {
            self.bar = bars.add(self.bar.clone());
        }
        if self.text != text {
            self.bar.set_message(text.clone());
            self.text = text;
        }
    }
}

/// Such as `groups 412/1,000  38/s  retrying 2`.
fn text(label: Option<&str>, list: &List, elapsed: Duration, retrying: usize) -> String {
    let rows = list.rows();
    let rate = u128::from(rows) * 1000 / elapsed.as_millis().max(1);
    let parts = [
        label.map(|label| format!("{label}: ")),
        Some(format!("{} {}", list.name, HumanCount(rows))),
        list.expected().map(|expected| format!("/{}", HumanCount(expected))),
        (rows > 0).then(|| format!("  {rate}/s")),
        (retrying > 0).then(|| format!("  retrying {retrying}")),
    ];
    clean(&parts.into_iter().flatten().collect::<String>())
}

/// The terminal of stderr, of which a whole frame is written at once, and none waits for its reader.
#[derive(Debug, Default)]
struct Terminal {
    frame: Mutex<String>,
}

impl Terminal {
    fn frame(&self) -> MutexGuard<'_, String> {
        self.frame.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn move_cursor(&self, count: usize, direction: char) -> io::Result<()> {
        if count == 0 { Ok(()) } else { self.write_str(&format!("\u{1b}[{count}{direction}")) }
    }
}

impl TermLike for Terminal {
    /// Without the last column: a terminal may go to the next line once that is written.
    fn width(&self) -> u16 {
        let size = rustix::termios::tcgetwinsize(io::stderr()).ok();
        size.map(|size| size.ws_col).filter(|columns| *columns > 0).unwrap_or(COLUMNS).saturating_sub(1)
    }

    fn move_cursor_up(&self, count: usize) -> io::Result<()> {
        self.move_cursor(count, 'A')
    }

    fn move_cursor_down(&self, count: usize) -> io::Result<()> {
        self.move_cursor(count, 'B')
    }

    fn move_cursor_right(&self, count: usize) -> io::Result<()> {
        self.move_cursor(count, 'C')
    }

    fn move_cursor_left(&self, count: usize) -> io::Result<()> {
        self.move_cursor(count, 'D')
    }

    fn write_line(&self, text: &str) -> io::Result<()> {
        self.write_str(text)?;
        self.write_str("\n")
    }

    fn write_str(&self, text: &str) -> io::Result<()> {
        self.frame().push_str(text);
        Ok(())
    }

    fn clear_line(&self) -> io::Result<()> {
        self.write_str("\r\u{1b}[2K")
    }

    fn flush(&self) -> io::Result<()> {
        let frame = std::mem::take(&mut *self.frame());
        if !frame.is_empty() {
            stderr::draw(frame);
        }
        Ok(())
    }
}
