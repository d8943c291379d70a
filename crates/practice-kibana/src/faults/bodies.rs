//! Bodies that misbehave while they arrive: slow, cut, endless, and those that burst.

use std::{io, sync::OnceLock, time::Duration};

use axum::body::{Body, Bytes};
use flate2::{Compression, write::GzEncoder};
use futures::stream;

use super::fault::Encoding;

/// One byte, a pause, one byte.
pub(super) fn trickle(whole: Bytes, pause: Duration) -> Body {
    Body::from_stream(stream::unfold(whole, move |mut rest| async move {
        if rest.is_empty() {
            return None;
        }
        tokio::time::sleep(pause).await;
        let byte = rest.split_to(1);
        Some((Ok::<_, io::Error>(byte), rest))
    }))
}

/// The first bytes, then a broken connection.
pub(super) fn cut(mut whole: Bytes, bytes: usize) -> Body {
    whole.truncate(bytes);
    Body::from_stream(stream::unfold(Some(whole), |whole| async move {
        if let Some(whole) = whole {
            return Some((Ok(whole), None));
        }
        // What was written goes out before the connection breaks.
        tokio::task::yield_now().await;
        Some((Err(super::reset()), None))
    }))
}

/// An array that never ends.
pub(super) fn endless() -> Body {
    const SPACES: [u8; 16_384] = [b' '; 16_384];
    Body::from_stream(stream::unfold("[", |begin| async move {
        let chunk = if begin.is_empty() {
            Bytes::from_static(&SPACES)
        } else {
            Bytes::from_static(begin.as_bytes())
        };
        Some((Ok::<_, io::Error>(chunk), ""))
    }))
}

/// Compressed spaces that become `size` bytes, made piece by piece while they are read.
pub(super) fn bomb(encoding: Encoding, size: u64) -> Body {
    let Pieces {
        first,
        middle,
        last,
        unpacked,
    } = pieces(encoding);
    let mut left = size.div_ceil(unpacked).saturating_sub(2);
    let mut head = Some(first);
    let mut tail = Some(last);
    Body::from_stream(stream::iter(std::iter::from_fn(move || {
        if let Some(head) = head.take() {
            return Some(Ok::<_, io::Error>(head));
        }
        if left > 0 {
            // Many at once, since each is only a few bytes.
            let n = left.min(4096 / middle.len() as u64 + 1);
            left -= n;
            let n = usize::try_from(n).unwrap_or(1);
            return Some(Ok(middle.repeat(n).into()));
        }
        tail.take().map(Ok)
    })))
}

/// What a bomb is put together from; each of the three becomes `unpacked` bytes.
struct Pieces {
    first: Bytes,
    middle: Bytes,
    last: Bytes,
    unpacked: u64,
}

fn pieces(encoding: Encoding) -> Pieces {
    match encoding {
        Encoding::Gzip => {
            const MIB: usize = 1024 * 1024;
            // A gzip file may be many members one after the other.
            static MEMBER: OnceLock<Bytes> = OnceLock::new();
            let member = MEMBER.get_or_init(|| {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
                let written = io::Write::write_all(&mut encoder, &vec![b' '; MIB]);
                let packed = written.and_then(|()| encoder.finish());
                packed.expect("a vector takes everything").into()
            });
            Pieces {
                first: member.clone(),
                middle: member.clone(),
                last: member.clone(),
                unpacked: MIB as u64,
            }
        }
        // Brotli, window of 64 KiB (RFC 7932): each piece is one meta-block of 64 KiB of spaces and an
        // empty one that fills up its last byte. A last, empty meta-block ends the stream.
        Encoding::Brotli => {
            const FIRST: &[u8] = b"\xf0\xff\x0f\x80\x04\x48\x3c\x16\x48\xee\x3d\x80\x01";
            const MIDDLE: &[u8] = b"\xf8\xff\x07\x40\x02\x20\x0e\x0b\x40\xf7\x1e\xc0\x00";
            const LAST: &[u8] = b"\xf8\xff\x07\x40\x02\x20\x0e\x0b\x40\xf7\x1e\xc0\x00\x03";
            Pieces {
                first: Bytes::from_static(FIRST),
                middle: Bytes::from_static(MIDDLE),
                last: Bytes::from_static(LAST),
                unpacked: 65_536,
            }
        }
        // Zstandard (RFC 8878): one frame without a content size, window of 128 KiB, and blocks that say
        // "this byte, 131,072 times".
        Encoding::Zstd => {
            const FIRST: &[u8] = b"\x28\xb5\x2f\xfd\x00\x38\x02\x00\x10\x20";
            const MIDDLE: &[u8] = b"\x02\x00\x10\x20";
            const LAST: &[u8] = b"\x03\x00\x10\x20";
            Pieces {
                first: Bytes::from_static(FIRST),
                middle: Bytes::from_static(MIDDLE),
                last: Bytes::from_static(LAST),
                unpacked: 131_072,
            }
        }
    }
}
