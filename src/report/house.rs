//! The look of a trust's own outputs: its logo and its colours. The colours of charts and of figures have a
//! meaning and are nobody's to change.

/// What a trust may choose about the look of workbooks and of the report.
#[derive(Clone, Debug, Default)]
pub struct House {
    pub logo: Option<Logo>,
    pub colours: Colours,
}

/// A PNG, and its size in pixels.
#[derive(Clone, Debug)]
pub struct Logo {
    pub png: Vec<u8>,
    pub width: u32,
    pub height: u32,
}

/// The longest logo, in bytes: it is part of every workbook and of the report.
const LARGEST_LOGO: usize = 200_000;

impl Logo {
    /// Reads the size of a PNG; an `Err` says what is wrong with it.
    pub fn new(png: Vec<u8>) -> Result<Logo, String> {
        const START: &[u8] = b"\x89PNG\r\n\x1a\n";
        if !png.starts_with(START) {
            return Err("is not a PNG: save it as one, in any program for pictures".to_string());
        }
        if png.len() > LARGEST_LOGO {
            return Err(format!(
                "has {} kB, and at most {} are taken: make it smaller, 300 pixels across are enough",
                png.len() / 1000,
                LARGEST_LOGO / 1000
            ));
        }
        // The first chunk of every PNG begins with its width and height.
        let number = |from: usize| {
            let bytes = png.get(from..from + 4)?;
            Some(u32::from_be_bytes(bytes.try_into().ok()?))
        };
        match (number(16), number(20)) {
            (Some(width), Some(height)) if width > 0 && height > 0 => Ok(Logo { width, height, png }),
            _ => Err("is a PNG that is cut short: save it again".to_string()),
        }
    }

    /// Its size, in pixels, in a box that it may not leave; it keeps its shape.
    pub fn within(&self, width: u32, height: u32) -> (u32, u32) {
        let scale =
            (f64::from(width) / f64::from(self.width)).min(f64::from(height) / f64::from(self.height));
        let scaled = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        (scaled(self.width), scaled(self.height))
    }
}

/// Colours as `0xRRGGBB`, dark enough to be read on white and to carry white text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colours {
    /// Titles, the headings of tables, tiles.
    pub main: u32,
    /// Links.
    pub link: u32,
}

/// NHS identity colours: dark blue and blue.
impl Default for Colours {
    fn default() -> Colours {
        Colours {
            main: 0x003087,
            link: 0x005EB8,
        }
    }
}

/// The contrast that text needs (WCAG 2.2, 1.4.3, level AA).
pub const LEAST_CONTRAST: f64 = 4.5;
/// What the colours stand on: white, and the ground of a tile.
const GROUNDS: [u32; 2] = [0xFFFFFF, 0xF0F4F8];

/// Reads `#003087`; an `Err` says what is wrong with it, and which colour would do.
pub fn colour(text: &str) -> Result<u32, String> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6);
    let is_hex = |digits: &&str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let Some(Ok(colour)) = digits
        .filter(is_hex)
        .map(|digits| u32::from_str_radix(digits, 16))
    else {
        return Err("is not a colour: write it as six digits, such as `#003087`".to_string());
    };
    let lowest = lowest_contrast(colour);
    if lowest >= LEAST_CONTRAST {
        return Ok(colour);
    }
    Err(format!(
        "has a contrast of {lowest:.1} to 1, and text needs {LEAST_CONTRAST} to be read: choose a darker colour, \
         such as `#{:06X}`",
        darkened(colour)
    ))
}

fn lowest_contrast(colour: u32) -> f64 {
    GROUNDS
        .iter()
        .map(|ground| contrast(colour, *ground))
        .fold(f64::INFINITY, f64::min)
}

/// The same hue, as dark as text needs it.
fn darkened(colour: u32) -> u32 {
    let darker = (0..100)
        .rev()
        .map(|hundredths| mixed(colour, 0x000000, f64::from(hundredths) / 100.0));
    let mut readable = darker.filter(|colour| lowest_contrast(*colour) >= LEAST_CONTRAST);
    readable.next().unwrap_or(0x000000)
}

/// The same hue, as light as text on a dark ground needs it.
pub fn lightened(colour: u32, ground: u32, least: f64) -> u32 {
    let lighter = (0..=100)
        .rev()
        .map(|hundredths| mixed(colour, 0xFFFFFF, f64::from(hundredths) / 100.0));
    let mut readable = lighter.filter(|colour| contrast(*colour, ground) >= least);
    readable.next().unwrap_or(0xFFFFFF)
}

/// A part of one colour, and the rest of the other.
fn mixed(colour: u32, other: u32, part: f64) -> u32 {
    let channel = |shift: u32| {
        let of = |colour: u32| f64::from(colour >> shift & 0xFF);
        ((of(colour) * part + of(other) * (1.0 - part)).round() as u32) << shift
    };
    channel(16) | channel(8) | channel(0)
}

/// The contrast of two colours, from 1 to 21 (WCAG 2.2, relative luminance).
pub fn contrast(one: u32, other: u32) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(colour: u32) -> f64 {
    let channel = |shift: u32| {
        let value = f64::from(colour >> shift & 0xFF) / 255.0;
        if value <= 0.04045 {
            value / 12.92
        } else {
            ((value + 0.055) / 1.055).powf(2.4)
        }
    };
    0.2126 * channel(16) + 0.7152 * channel(8) + 0.0722 * channel(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn black_on_white_has_the_greatest_contrast_and_a_colour_on_itself_none() {
        assert!((contrast(0x000000, 0xFFFFFF) - 21.0).abs() < 1e-9);
        assert!((contrast(0x336699, 0x336699) - 1.0).abs() < 1e-9);
        // A published pair: #767676 on white is the lightest grey that passes.
        assert!(contrast(0x767676, 0xFFFFFF) >= 4.5 && contrast(0x777777, 0xFFFFFF) < 4.5);
    }

    #[test]
    fn a_pale_colour_is_refused_and_the_one_that_is_offered_is_taken() {
        for pale in ["#FFCC00", "#41B6E6", "#FFFFFF", "#777777"] {
            let said = colour(pale).unwrap_err();
            let offered = said.split('`').nth(1).unwrap();
            assert!(colour(offered).is_ok(), "{said}");
        }
        assert_eq!(colour("#003087"), Ok(0x003087));
        for wrong in ["003087", "#0030", "blue", "#00308G", "#+03087"] {
            assert!(colour(wrong).unwrap_err().contains("not a colour"), "{wrong}");
        }
    }

    #[test]
    fn a_dark_colour_becomes_light_enough_for_a_dark_page() {
        for dark in [0x003087, 0x7C2855, 0x000000, 0x006747] {
            assert!(contrast(lightened(dark, 0x12181D, 7.0), 0x12181D) >= 7.0);
        }
    }

    #[test]
    fn a_logo_is_a_png_of_some_size_and_keeps_its_shape() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR".to_vec();
        assert!(Logo::new(png.clone()).unwrap_err().contains("cut short"));
        png.extend([0, 0, 1, 0x90, 0, 0, 0, 100]);
        let logo = Logo::new(png).unwrap();
        assert_eq!((logo.width, logo.height), (400, 100));
        assert_eq!(logo.within(200, 200), (200, 50));
        assert_eq!(logo.within(1000, 50), (200, 50));
        assert!(Logo::new(b"GIF89a".to_vec()).unwrap_err().contains("not a PNG"));
        let mut large = b"\x89PNG\r\n\x1a\n".to_vec();
        large.resize(LARGEST_LOGO + 1, 0);
        assert!(Logo::new(large).unwrap_err().contains("kB"));
    }
}
