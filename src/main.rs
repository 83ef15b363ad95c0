//! The `postproof` command. Everything is in the library; this file only hands over.

fn main() -> std::process::ExitCode {
    postproof::cli::main()
}
