# The chores of the project. `just` lists them; each is a plain command that can be typed as it stands.

default:
    @just --list

# Everything that must pass
ci:
    .ci/run

# All tests
test:
    cargo test

# The examples that rules carry, and what is doubtful in the rules
rules:
    cargo run -- rules test
    cargo run -- rules lint

# Format, then the lints that CI denies
tidy:
    cargo fmt
    cargo clippy --workspace --all-targets -- -D warnings

# Make the sample data again, after a change to a synth.toml of rules/ or src/synth
sample-data:
    cargo run -- synth --source sample --rows "$(cat sample-data/.rows)" --seed 1 --faults -o sample-data
    rm -rf sample-data-national && .ci/national-samples sample-data-national
    rm -rf sample-data-day && .ci/day-samples sample-data-day

# Licences, crates that must not come in, where crates come from
deny:
    cargo deny --offline check bans licenses sources

# Draw the icons of the pack as PNG again, after a change to one of the SVG files (rsvg-convert: Debian's librsvg2-bin)
icons:
    for file in src/output/icons/*.svg; do rsvg-convert -w 96 -h 96 "$file" -o "${file%.svg}.png"; done
