//! Compressed text, inflated on a thread of its own some blocks ahead of whoever reads it: inflating costs a third of what reading the rows
//! does, and a log of millions of rows is read while the other one is.

use std::io::{self, BufRead, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use flate2::bufread::MultiGzDecoder;

/// Bytes of a block.
const BLOCK: usize = 256 * 1024;

/// Blocks that wait at most; with the one that is read and the one that is written some 1.5 MB.
const AHEAD: usize = 4;

/// A reader of inflated text.
pub(super) struct Inflated {
    blocks: Receiver<io::Result<Vec<u8>>>,
    block: Vec<u8>,
    at: usize,
    over: bool,
}

impl Inflated {
    /// Begins to inflate.
    ///
    /// # Errors
    /// When there can be no thread.
    pub(super) fn new(source: impl BufRead + Send + 'static) -> io::Result<Self> {
        let (sender, blocks) = sync_channel(AHEAD);
        thread::Builder::new().name("inflate".to_owned()).spawn(move || inflate(source, &sender))?;
        Ok(Self { blocks, block: Vec::new(), at: 0, over: false })
    }
}

/// Sends block after block, and an empty one at the end. Ends early where nobody reads any more.
fn inflate(source: impl BufRead, sender: &SyncSender<io::Result<Vec<u8>>>) {
    let mut decoder = MultiGzDecoder::new(source);
    loop {
        let mut block = Vec::with_capacity(BLOCK);
        let read = decoder.by_ref().take(BLOCK as u64).read_to_end(&mut block);
        let ends = block.is_empty();
        // What was inflated before it broke off is read first.
        if (!ends || read.is_ok()) && sender.send(Ok(block)).is_err() {
            return;
        }
        if let Err(error) = read {
            let _ = sender.send(Err(error));
            return;
        }
        if ends {
            return;
        }
    }
}

impl Read for Inflated {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.block.len() && !self.over {
            let gone = || io::Error::other("inflating it ended early");
            self.block = self.blocks.recv().map_err(|_| gone())??;
            self.at = 0;
            self.over = self.block.is_empty();
        }
        let rest = self.block.get(self.at..).unwrap_or_default();
        let read = rest.len().min(buffer.len());
        if let (Some(to), Some(from)) = (buffer.get_mut(..read), rest.get(..read)) {
            to.copy_from_slice(from);
        }
        self.at += read;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn text() -> Vec<u8> {
        (0..200_000_u32).flat_map(|number| format!("{number}\n").into_bytes()).collect()
    }

    fn compressed(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn text_of_several_members_comes_back_whole() {
        let (text, mut read) = (text(), Vec::new());
        let (first, second) = text.split_at(1000);
        let members = [compressed(first), compressed(second)].concat();
        Inflated::new(io::Cursor::new(members)).unwrap().read_to_end(&mut read).unwrap();
        assert!(read == text, "{} of {}", read.len(), text.len());
    }

    #[test]
    fn what_came_before_it_broke_off_is_read_first() {
        let text = text();
        let mut cut = compressed(&text);
        cut.truncate(cut.len() / 2);
        let mut read = Vec::new();
        Inflated::new(io::Cursor::new(cut)).unwrap().read_to_end(&mut read).unwrap_err();
        assert!(read.len() > text.len() / 4 && text.starts_with(&read), "{}", read.len());
    }

    #[test]
    fn what_nobody_reads_is_not_inflated() {
        let members = compressed(&text()).repeat(10);
        let (sender, blocks) = sync_channel(1);
        drop(blocks);
        let mut source = io::Cursor::new(&members);
        inflate(&mut source, &sender);
        assert!(source.position() < members.len() as u64 / 2, "{} of {}", source.position(), members.len());
    }
}
