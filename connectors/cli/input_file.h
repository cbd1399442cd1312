// A file of records named on a command line, with the record type given for it.
#pragma once

#include <string>
#include <vector>

namespace tocsin {

struct InputFile {
  std::string path;     // "-": standard input
  std::string as_type;  // of the last --as before it; may be empty
};

}  // namespace tocsin
