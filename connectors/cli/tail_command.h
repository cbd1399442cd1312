// tocsin tail: a subscriber for people.
#pragma once

#include <string>
#include <vector>

#include "connectors/cli/console.h"

namespace tocsin {

struct TailCommandOptions {
  std::string address;
  bool json = false;  // the messages as they come
  std::vector<std::string> rules;
  std::vector<std::string> kinds;
  std::string min_level;
  std::vector<std::string> regions;
  std::string from = "open";
  std::string name;
  bool acknowledge = false;
  bool once = false;  // end when everything that is there has come
  std::string token;
};

ExitCode run_tail(const TailCommandOptions& options, Console& console);

}  // namespace tocsin
