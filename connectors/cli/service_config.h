// Options of a command from a TOML file.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace tocsin {

// Gives `command` the options of the file that were not given on the command line: `batch-delay =
// 5` or `records = ["127.0.0.1:7401", "unix:/run/tocsin"]`. Throws CLI::ConfigError, naming file,
// line and remedy: this runs inside CLI11's parsing, which is caught in run_app().
void apply_config(const std::string& path, CLI::App& command);

}  // namespace tocsin
