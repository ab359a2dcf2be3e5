#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| globus_runner_fuzz::check("token_file", input));
