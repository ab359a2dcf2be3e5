# List the recipes.
default:
    @just --list

# Run the tests that need nothing but Rust and a C compiler.
test *args:
    cargo test --locked {{args}}

# Test beside Globus's Python SDK and CLI, npm's handlebars, Chromium and Graphviz. Installs what is missing.
interop *args:
    interop/run {{args}}

# Runs that are expired, killed and started fifty at once, hundreds of times.
chaos:
    cargo test --locked --test runner -- --ignored chaos

# Look for bytes for which something does not hold that has to. Installs cargo-fuzz and a nightly toolchain.
fuzz *args:
    fuzz/run {{args}}

# Build the book.
book:
    docs/build

# Clippy, with warnings as errors.
lint:
    cargo clippy --all-targets --locked -- -D warnings
    cargo clippy --test interop --locked -- -D warnings
    cargo clippy --no-default-features --locked -- -D warnings

# Format the code.
fmt:
    cargo fmt

# Measure rendering alone, and whole runs on up to a million groups.
bench:
    cargo bench --locked
    cargo build --release --locked
    benches/runs.py

# Measure whole runs beside curl, jq, Python and Globus's programs, and write the table of the book.
compare:
    cargo build --release --locked
    benches/compare

# Count the instructions of whole runs, and compare with benches/instructions.toml (needs valgrind).
instructions:
    cargo build --release --locked
    benches/instructions

# Render the samples of the documentation and the tests again. Review the changes before a commit.
samples:
    UPDATE_SAMPLES=1 cargo test --locked what_is_built_in
    UPDATE_SAMPLES=1 cargo test --locked ready
    UPDATE_SAMPLES=1 interop/run groups_page

# Check licences, advisories and sources of the dependencies (needs cargo-deny).
deny:
    cargo deny check

# Build and open the API documentation of the library.
doc:
    cargo doc --no-deps --locked --open

# Measure how long it takes from the save of a template to its rendering.
bench-watch:
    cargo bench --locked --bench watch

# Print my groups from the sandbox: the first command of the README.
demo:
    cargo run --release -- --profile groups --sandbox

# Serve a local Globus Auth and Groups until Ctrl-C.
sandbox *args:
    cargo run --release -- sandbox {{args}}

# Install `runner` for this user.
install:
    cargo install --locked --path .

# Everything that CI runs. Installs what is missing.
ci:
    .ci/run
