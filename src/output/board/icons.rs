//! The icons of the pack, drawn for this project. Each kind has its own shape as well as its colour: a
//! diamond is an improvement, a square a concern, a circle common cause, a triangle a special cause where
//! neither direction is better.
//!
//! The PNG files are made from the SVG files in this folder by `just icons`.

/// A picture, and the words that are always shown with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Icon {
    pub name: &'static str,
    pub svg: &'static str,
    pub png: &'static [u8],
}

macro_rules! icon {
    ($name:literal) => {
        Icon {
            name: $name,
            svg: include_str!(concat!("../icons/", $name, ".svg")),
            png: include_bytes!(concat!("../icons/", $name, ".png")),
        }
    };
}

const NOT_SHOWN: Icon = icon!("not-shown");
pub const MET: Icon = icon!("met");
pub const NOT_MET: Icon = icon!("not-met");
pub const NOT_JUDGED: Icon = icon!("not-judged");

/// The icon of each word of variation and assurance.
const BY_WORD: [(&str, Icon); 10] = [
    ("Common cause", icon!("common-cause")),
    ("Improvement (H)", icon!("improvement-high")),
    ("Improvement (L)", icon!("improvement-low")),
    ("Concern (H)", icon!("concern-high")),
    ("Concern (L)", icon!("concern-low")),
    ("Special cause (H)", icon!("special-high")),
    ("Special cause (L)", icon!("special-low")),
    ("Pass (P)", icon!("pass")),
    ("Fail (F)", icon!("fail")),
    ("Hit and miss (?)", icon!("hit-and-miss")),
];

/// The icon of a word of variation or assurance. A dashed empty ring means that there is nothing to judge, or
/// that the limits may still move.
pub fn of_word(word: &str) -> Icon {
    let known = BY_WORD.iter().find(|(known, _)| *known == word);
    known.map_or(NOT_SHOWN, |(_, icon)| *icon)
}

/// Every icon, once.
#[cfg(test)]
pub fn all() -> Vec<Icon> {
    let judged = [NOT_SHOWN, MET, NOT_MET, NOT_JUDGED];
    BY_WORD.iter().map(|(_, icon)| *icon).chain(judged).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_icon_is_a_small_picture_in_both_forms_and_asks_for_nothing_else() {
        for icon in all() {
            assert!(
                icon.png.starts_with(b"\x89PNG") && icon.png.len() < 8_000,
                "{}",
                icon.name
            );
            assert!(icon.svg.contains("viewBox=\"0 0 48 48\""), "{}", icon.name);
            assert_eq!(
                icon.svg.matches("http").count(),
                1,
                "{}: the namespace only",
                icon.name
            );
        }
    }
}
