//! Writing a large output to its temporary file on another thread, while the rest of it is rendered.

use std::fs::File;
use std::io::{self, Write};
use std::mem;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::{self, JoinHandle};

use crate::hash::Hasher;

/// The size of a chunk.
pub(super) const CHUNK: usize = 256 * 1024;
/// So many chunks are being filled, waiting or being written.
const CHUNKS: usize = 3;

/// Takes the chunks of an output. Errors come with a later chunk, or at the end.
#[derive(Debug)]
pub(super) enum FileWriter {
    Thread(FileThread),
    /// Where no thread can be started.
    Here(HashedFile),
}

#[derive(Debug)]
pub(super) struct FileThread {
    chunks: Sender<Vec<u8>>,
    /// The same ones, once they are written, or why they can't be.
    written: Receiver<io::Result<Vec<u8>>>,
    /// How many more chunks may be made.
    spare: usize,
    /// Gives nothing if it has failed.
    thread: JoinHandle<Option<HashedFile>>,
}

/// A file, and the hash of what is written to it if it has one.
#[derive(Debug)]
pub(super) struct HashedFile {
    file: File,
    hash: Option<Hasher>,
}

impl FileWriter {
    /// `hash` is whether the output is hashed, too.
    pub(super) fn start(file: &File, hash: bool) -> io::Result<Self> {
        let open = || HashedFile::open(file, hash);
        FileThread::start(open()?).map(Self::Thread).or_else(|_| open().map(Self::Here))
    }

    /// Writes this chunk, in whose place an empty one comes.
    pub(super) fn write(&mut self, chunk: &mut Vec<u8>) -> io::Result<()> {
        match self {
            Self::Thread(thread) => thread.write(chunk),
            Self::Here(file) => file.write(chunk),
        }
    }

    /// The hash, once all is written.
    pub(super) fn finish(self) -> io::Result<Option<String>> {
        let file = match self {
            Self::Thread(thread) => thread.finish()?,
            Self::Here(file) => file,
        };
        Ok(file.hash.map(Hasher::finish))
    }
}

impl FileThread {
    fn start(mut file: HashedFile) -> io::Result<Self> {
        let (chunks, to_write) = channel::<Vec<u8>>();
        let (done, written) = channel();
        let write = move || {
            for mut chunk in to_write {
                let outcome = file.write(&mut chunk);
                let has_failed = outcome.is_err();
                if done.send(outcome.map(|()| chunk)).is_err() || has_failed {
                    return None;
                }
            }
            Some(file)
        };
        Ok(Self { chunks, written, spare: CHUNKS - 1, thread: thread::Builder::new().spawn(write)? })
    }

    fn write(&mut self, chunk: &mut Vec<u8>) -> io::Result<()> {
        let next = match self.written.try_recv() {
            Ok(empty) => empty?,
            Err(_) if self.spare > 0 => {
                self.spare -= 1;
                Vec::new()
            }
            Err(_) => self.written.recv().map_err(|_| has_ended())??,
        };
        // A thread that has ended has said why, for the next chunk or the end.
        let _ = self.chunks.send(mem::replace(chunk, next));
        Ok(())
    }

    fn finish(self) -> io::Result<HashedFile> {
        drop(self.chunks);
        self.written.iter().try_for_each(|outcome| outcome.map(drop))?;
        self.thread.join().ok().flatten().ok_or_else(has_ended)
    }
}

fn has_ended() -> io::Error {
    io::Error::other("the thread that writes it has ended")
}

impl HashedFile {
    fn open(file: &File, hash: bool) -> io::Result<Self> {
        Ok(Self { file: file.try_clone()?, hash: hash.then(Hasher::default) })
    }

    /// Writes this chunk, and empties it.
    fn write(&mut self, chunk: &mut Vec<u8>) -> io::Result<()> {
        self.file.write_all(chunk)?;
        if let Some(hash) = &mut self.hash {
            hash.add(chunk);
        }
        chunk.clear();
        // The first one is all that came before the file.
        chunk.shrink_to(CHUNK);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hash::sha256;

    /// On a thread of its own, and without one.
    fn writers(file: &File, hash: bool) -> [FileWriter; 2] {
        let open = || HashedFile::open(file, hash).unwrap();
        [FileWriter::Thread(FileThread::start(open()).unwrap()), FileWriter::Here(open())]
    }

    #[test]
    fn chunks_are_written_and_hashed_in_order() {
        for at in [0, 1] {
            for hash in [false, true] {
                let file = tempfile::NamedTempFile::new().unwrap();
                let mut writer = writers(file.as_file(), hash).into_iter().nth(at).unwrap();
                let mut expected = Vec::new();
                let mut chunk = vec![b'x'; 5 * CHUNK];
                for number in 0..100 {
                    chunk.extend(format!("{number} ").repeat(number).bytes());
                    expected.extend_from_slice(&chunk);
                    writer.write(&mut chunk).unwrap();
                    assert!(chunk.is_empty() && chunk.capacity() <= 2 * CHUNK);
                }
                assert_eq!(writer.finish().unwrap(), hash.then(|| sha256(&expected)));
                assert!(std::fs::read(file.path()).unwrap() == expected);
            }
        }
    }

    #[test]
    fn an_error_comes_with_a_later_chunk_or_at_the_end() {
        let full = || File::options().write(true).open("/dev/full").unwrap();
        for chunks in [1, 100] {
            for mut writer in writers(&full(), true) {
                let written: io::Result<()> = (0..chunks).try_for_each(|_| writer.write(&mut b"x".to_vec()));
                let failed = written.and_then(|()| writer.finish()).unwrap_err();
                assert_eq!(failed.kind(), io::ErrorKind::StorageFull, "{failed}");
            }
        }
    }
}
