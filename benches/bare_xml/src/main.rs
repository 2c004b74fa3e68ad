//! Reads XML files event by event and keeps nothing: prints the number of elements and of bytes of text and
//! attributes.

use std::hint::black_box;
use std::io::BufReader;

use quick_xml::Reader;
use quick_xml::events::Event;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let (mut elements, mut bytes) = (0u64, 0u64);
    for path in std::env::args_os().skip(1) {
        let mut reader = Reader::from_reader(BufReader::new(std::fs::File::open(path)?));
        let mut buffer = Vec::new();
        loop {
            match reader.read_event_into(&mut buffer)? {
                Event::Eof => break,
                Event::Start(tag) | Event::Empty(tag) => {
                    elements += 1;
                    for attribute in tag.attributes() {
                        bytes += black_box(attribute?.value).len() as u64;
                    }
                }
                Event::Text(text) => bytes += black_box(&text).len() as u64,
                _ => {}
            }
            buffer.clear();
        }
    }
    println!("{elements} elements, {bytes} bytes of values");
    Ok(())
}
