// A bash completion script made from the command line's own description, so that it cannot fall
// behind it.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

namespace tocsin {

std::string bash_completion(const CLI::App& app);

}  // namespace tocsin
