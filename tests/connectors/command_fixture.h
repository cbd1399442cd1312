// Runs a whole command line in this process and catches what it prints.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <string>
#include <vector>

#include "connectors/cli/app.h"
#include "tests/connectors/file_fixture.h"

namespace tocsin {

class CommandTest : public FileTest {
 protected:
  struct Outcome {
    int exit = -1;
    std::string out;
    std::string err;
  };

  Outcome tocsin(std::vector<std::string> arguments) const {
    const std::string out_path = (folder_ / ".out").string();
    const std::string err_path = (folder_ / ".err").string();
    const int out = ::open(out_path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    const int err = ::open(err_path.c_str(), O_CREAT | O_TRUNC | O_WRONLY, 0600);
    Outcome outcome;
    {
      Console console(out, err);
      std::vector<const char*> argv{"tocsin"};
      for (const std::string& argument : arguments) argv.push_back(argument.c_str());
      outcome.exit = run_app(static_cast<int>(argv.size()), argv.data(), console);
    }
    ::close(out);
    ::close(err);
    outcome.out = read_all(out_path);
    outcome.err = read_all(err_path);
    return outcome;
  }

  static std::string read_all(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
};

}  // namespace tocsin
