// tocsin feed: files to a running service, until all is durable there.
#pragma once

#include <string>
#include <vector>

#include "connectors/cli/console.h"
#include "connectors/cli/input_file.h"

namespace tocsin {

struct FeedCommandOptions {
  std::vector<InputFile> files;
  std::string to;
  std::string source;  // all files are one source of this name; empty: each is its own, see
                       // default_source()
  double lines_per_second = 0;
  std::string token;
};

ExitCode run_feed(const FeedCommandOptions& options, Console& console);

// The name under which a file is known to the service, so that feeding it again goes on where it
// stopped: host and absolute path. Standard input is new every time.
std::string default_source(const std::string& path);

}  // namespace tocsin
