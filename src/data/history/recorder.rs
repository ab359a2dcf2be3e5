//! Recording the rows of a run on their way.

use std::mem;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::{fmt, io};

use super::body::{Body, BodyWriter};
use super::list_head::ListHead;
use crate::Result;
use crate::data::Value;
use crate::data::lists::{Lists, Outcomes};
use crate::data::rows::RowReceiver;
use crate::globus::auth::Identity;
use crate::runtime::start_thread;
use globus_templates::value::write_json;

/// So many bytes go to the thread at once.
const CHUNK: usize = 256 * 1024;
/// So many chunks wait for it.
const WAITING: usize = 1;

/// The rows of a run, to be stored in as many records as it has.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// The lists in the order of their rows, each with the number of them.
    pub(super) lists: Vec<(ListHead, u64)>,
    pub(super) body: Body,
}

/// Passes rows on, and records them: a line of JSON for each. Many are compressed by a thread of its own, for which writing the
/// output need not wait. Only text goes to it: values that two threads share cost both more than writing them here.
#[derive(Debug)]
pub struct Recorder<R> {
    receiver: R,
    /// The lists of the plan, the main one first.
    heads: Vec<ListHead>,
    recording: Recording,
}

/// What was recorded since the rows last started.
#[derive(Default)]
struct Recording {
    lists: Vec<(ListHead, u64)>,
    /// Rows that the thread does not have yet.
    lines: String,
    thread: Option<io::Result<BodyThread>>,
}

struct BodyThread {
    lines: SyncSender<String>,
    body: JoinHandle<io::Result<Body>>,
}

/// Leaves the rows out.
impl fmt::Debug for Recording {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recording").field("lists", &self.lists).finish_non_exhaustive()
    }
}

impl<R> Recorder<R> {
    /// Records the lists of these heads, nothing if there are none. The rows of the first one come one by one.
    pub fn new(receiver: R, heads: Vec<ListHead>) -> Self {
        Self { receiver, heads, recording: Recording::default() }
    }

    /// The receiver, and what was recorded of all rows.
    pub fn into_parts(self) -> (R, io::Result<Recorded>) {
        (self.receiver, self.recording.finish())
    }
}

impl Recording {
    fn begin(&mut self, head: &ListHead) {
        self.lists.push((head.clone(), 0));
    }

    /// A row of the list that has begun last.
    fn add(&mut self, row: &Value) {
        if let Some((_, rows)) = self.lists.last_mut() {
            *rows += 1;
        }
        write_json(row, &mut self.lines);
        self.lines.push('\n');
        if self.lines.len() > CHUNK {
            let next = String::with_capacity(CHUNK + CHUNK / 8);
            let lines = mem::replace(&mut self.lines, next);
            if let Ok(thread) = self.thread.get_or_insert_with(BodyThread::start) {
                // A thread that has failed takes no more, and says why at the end.
                let _ = thread.lines.send(lines);
            }
        }
    }

    fn finish(self) -> io::Result<Recorded> {
        let body = match self.thread {
            None => Body::Plain(self.lines.into_bytes().into()),
            Some(thread) => {
                let BodyThread { lines, body } = thread?;
                let _ = lines.send(self.lines);
                drop(lines);
                body.join().unwrap_or_else(|_| Err(io::Error::other("its thread has panicked")))?
            }
        };
        Ok(Recorded { lists: self.lists, body })
    }
}

impl BodyThread {
    fn start() -> io::Result<Self> {
        let (lines, chunks) = sync_channel::<String>(WAITING);
        let compress = move || {
            let mut body = BodyWriter::new()?;
            chunks.iter().try_for_each(|lines| body.add(lines.as_bytes()))?;
            body.finish()
        };
        Ok(Self { lines, body: start_thread(thread::Builder::new(), compress)? })
    }
}

impl<R: RowReceiver> RowReceiver for Recorder<R> {
    fn start(&mut self, identity: Option<&Identity>, lists: &Lists) -> Result<()> {
        let Some((main, others)) = self.heads.split_first() else {
            return self.receiver.start(identity, lists);
        };
        self.recording = Recording::default();
        for head in others {
            if let Some(rows) = lists.get(&head.kind.source) {
                self.recording.begin(head);
                for row in rows {
                    self.recording.add(row);
                }
            }
        }
        self.recording.begin(main);
        self.receiver.start(identity, lists)
    }

    fn expect(&mut self, rows: u64) {
        self.receiver.expect(rows);
    }

    fn row(&mut self, row: Value) -> Result<()> {
        if !self.heads.is_empty() {
            self.recording.add(&row);
        }
        self.receiver.row(row)
    }

    fn end(&mut self, outcomes: &Outcomes) -> Result<()> {
        self.receiver.end(outcomes)
    }
}
