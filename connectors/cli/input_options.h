// FILE... with --as TYPE for those that follow it.
#pragma once

#include <CLI/CLI.hpp>
#include <optional>
#include <string>
#include <vector>

#include "connectors/cli/input_file.h"

namespace tocsin {

// Adds both to `command`. Keep it until the command runs.
class InputOptions {
 public:
  explicit InputOptions(CLI::App& command);

  // In the order given. `--as` after the last file is a mistake: std::nullopt.
  std::optional<std::vector<InputFile>> files() const;

 private:
  const CLI::App& command_;
  std::vector<std::string> paths_;
  std::vector<std::string> types_;
  const CLI::Option* files_option_ = nullptr;
  const CLI::Option* as_option_ = nullptr;
};

}  // namespace tocsin
