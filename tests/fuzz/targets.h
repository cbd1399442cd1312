// What is fuzzed: one function each, which must come back from any bytes.
//
// A target aborts when what it checks does not hold (require.h); libFuzzer and replay_main.cc call
// them. README.md says what each one checks.
#pragma once

#include <string_view>

namespace tocsin::fuzz {

void csv_reader(std::string_view input);
void journal_reader(std::string_view input);
void line_framer(std::string_view input);
void ndjson_reader(std::string_view input);
void policy(std::string_view input);
void record_decoder(std::string_view input);
void record_protocol(std::string_view input);
void warning_protocol(std::string_view input);

}  // namespace tocsin::fuzz
