//! Text in lines of a width.

use textwrap::{Options, WordSplitter};

/// Lines of at most this many characters; a word is never divided, at a hyphen neither.
pub(crate) fn whole_words<'a>(width: usize) -> Options<'a> {
    Options::new(width)
        .break_words(false)
        .word_splitter(WordSplitter::NoHyphenation)
}
