//! The `postproof` command. Everything is in the library; this file only hands over.

use mimalloc::MiMalloc;

/// A stack that serves thousands of postbacks a second spends much of its time in the allocator of the C library.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> std::process::ExitCode {
    postproof::cli::main()
}
