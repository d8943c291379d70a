//! One request and its whole answer, within the limits: times by tokio's clock, the body chunk by chunk against its budget.

use std::{
    io::{self, Write},
    time::Duration,
};

use bytes::Bytes;
use flate2::write::MultiGzDecoder;
use http::{HeaderMap, Request, Response, header};
use http_body_util::BodyExt as _;
use tokio::time::timeout;

use crate::{
    limits::Limits,
    route::Route,
    transport::{AnswerBody, Transport, TransportError},
};

/// Sends once. The answer is let go, and its connection closed, as soon as it passes a limit.
pub(crate) async fn exchange(
    transport: &dyn Transport,
    request: Request<Bytes>,
    route: &Route,
    limits: &Limits,
) -> Result<Response<Bytes>, TransportError> {
    let whole = async {
        let answer = transport.send(request);
        let answer = within(limits.first_byte(route), "first byte", answer).await??;
        let (parts, body) = answer.into_parts();
        check_headers(&parts.headers, limits)?;
        let mut reader = Reader::new(&parts.headers, limits.answer(route), limits)?;
        read(body, &mut reader, limits).await?;
        Ok(Response::from_parts(parts, reader.finish()?))
    };
    within(limits.whole, "whole answer", whole).await?
}

async fn within<T>(
    limit: Duration,
    what: &'static str,
    work: impl Future<Output = T>,
) -> Result<T, TransportError> {
    let late = |_| TransportError::TimedOut { what, limit };
    timeout(limit, work).await.map_err(late)
}

fn check_headers(headers: &HeaderMap, limits: &Limits) -> Result<(), TransportError> {
    let size: usize = headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len())
        .sum();
    if size > limits.header_bytes || headers.len() > limits.header_lines {
        return Err(TransportError::headers_too_large(limits));
    }
    Ok(())
}

async fn read(
    mut body: AnswerBody,
    reader: &mut Reader,
    limits: &Limits,
) -> Result<(), TransportError> {
    while let Some(frame) = within(limits.silence, "next byte", body.frame()).await? {
        if let Ok(chunk) = frame?.into_data() {
            reader.take(&chunk)?;
        }
    }
    Ok(())
}

/// Takes an answer in, decompressed if it came so.
enum Reader {
    Plain(Budget),
    // Boxed, since it holds its window.
    Gzip(Box<MultiGzDecoder<Budget>>),
}

impl Reader {
    fn new(headers: &HeaderMap, most: usize, limits: &Limits) -> Result<Self, TransportError> {
        let budget = Budget {
            body: Vec::new(),
            arrived: 0,
            most,
            ratio: limits.decode_ratio,
            ratio_from: limits.decode_ratio_from,
            passed: None,
        };
        match headers.get(header::CONTENT_ENCODING) {
            None => Ok(Self::Plain(budget)),
            Some(encoding) if encoding == "identity" => Ok(Self::Plain(budget)),
            Some(encoding) if encoding == "gzip" => {
                Ok(Self::Gzip(Box::new(MultiGzDecoder::new(budget))))
            }
            Some(_) => Err(TransportError::Encoding(
                "it was not asked for in this form",
            )),
        }
    }

    fn take(&mut self, chunk: &[u8]) -> Result<(), TransportError> {
        let written = match self {
            Self::Plain(budget) => {
                budget.arrived += chunk.len();
                budget.write_all(chunk)
            }
            Self::Gzip(decoder) => {
                decoder.get_mut().arrived += chunk.len();
                decoder.write_all(chunk)
            }
        };
        written.map_err(|_| self.failure())
    }

    fn finish(self) -> Result<Bytes, TransportError> {
        let body = match self {
            Self::Plain(budget) => budget.body,
            Self::Gzip(mut decoder) => {
                if decoder.try_finish().is_err() {
                    return Err(Self::Gzip(decoder).failure());
                }
                std::mem::take(&mut decoder.get_mut().body)
            }
        };
        Ok(body.into())
    }

    /// Why writing failed: the budget says so, or the compression is broken.
    fn failure(&self) -> TransportError {
        let budget = match self {
            Self::Plain(budget) => budget,
            Self::Gzip(decoder) => decoder.get_ref(),
        };
        match budget.passed {
            Some(Passed::Size) => TransportError::TooLarge { limit: budget.most },
            Some(Passed::Ratio) => TransportError::Inflated {
                ratio: budget.ratio,
            },
            None => TransportError::Encoding("its compression is broken"),
        }
    }
}

/// What was read so far, and how much more may come.
struct Budget {
    body: Vec<u8>,
    /// Bytes that came over the wire.
    arrived: usize,
    most: usize,
    ratio: usize,
    ratio_from: usize,
    passed: Option<Passed>,
}

#[derive(Clone, Copy)]
enum Passed {
    Size,
    Ratio,
}

impl Write for Budget {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let size = self.body.len() + bytes.len();
        self.passed = if size > self.most {
            Some(Passed::Size)
        } else if size > self.ratio_from && size / self.ratio > self.arrived {
            Some(Passed::Ratio)
        } else {
            None
        };
        if self.passed.is_some() {
            return Err(io::Error::other("over budget"));
        }
        self.body.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};

    use super::*;

    fn gzip(plain: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(plain).unwrap();
        encoder.finish().unwrap()
    }

    fn decode(encoding: &'static str, body: &[u8]) -> Result<Bytes, TransportError> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_ENCODING, encoding.parse().unwrap());
        let limits = Limits::default();
        let mut reader = Reader::new(&headers, limits.list_answer, &limits)?;
        for chunk in body.chunks(1000) {
            reader.take(chunk)?;
        }
        reader.finish()
    }

    #[test]
    fn gzip_is_read_chunk_by_chunk() {
        let text: Vec<u8> = (0..200_000_u32).flat_map(u32::to_be_bytes).collect();
        assert_eq!(decode("gzip", &gzip(&text)).unwrap(), text);
    }

    #[test]
    fn what_inflates_a_hundredfold_is_refused_beyond_a_mebibyte() {
        let small = vec![0; 1024 * 1024];
        assert_eq!(decode("gzip", &gzip(&small)).unwrap().len(), small.len());
        let error = decode("gzip", &gzip(&vec![0; 2 * 1024 * 1024])).unwrap_err();
        assert!(
            matches!(error, TransportError::Inflated { ratio: 100 }),
            "{error}"
        );
    }

    #[test]
    fn no_more_than_the_budget_is_read() {
        let limits = Limits::default();
        let most = limits.other_answer;
        let mut reader = Reader::new(&HeaderMap::new(), most, &limits).unwrap();
        reader.take(&vec![b' '; most]).unwrap();
        let error = reader.take(b" ").unwrap_err();
        assert!(
            matches!(error, TransportError::TooLarge { limit } if limit == most),
            "{error}"
        );
    }

    #[test]
    fn broken_and_unknown_encodings_are_errors() {
        let whole = gzip(b"[]");
        for body in [&whole[..whole.len() - 1], b"not gzip", &[]] {
            let error = decode("gzip", body).unwrap_err();
            assert!(matches!(error, TransportError::Encoding(_)), "{error}");
        }
        let error = decode("br", &whole).unwrap_err();
        assert!(matches!(error, TransportError::Encoding(_)), "{error}");
    }
}
