// tocsin draw: was a published sample drawn honestly?
#pragma once

#include <string>
#include <vector>

#include "connectors/cli/console.h"

namespace tocsin {

struct DrawOptions {
  std::vector<std::string> files;  // published messages; "-": standard input
  std::string policy;              // says how each sample is drawn; or, for one sample:
  std::string sample;
  std::string seed;
  std::vector<std::string> rates;  // "5%", or "A=1%" for each grade
  std::string score;               // whose grades they are
  std::string subjects;            // a file: those who take part, one a line; empty: not known
};

ExitCode run_draw(const DrawOptions& options, Console& console);

}  // namespace tocsin
