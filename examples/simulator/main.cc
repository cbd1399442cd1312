// tocsin-simulator: writes a stream of records to stdout, the same one for the same options.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "examples/simulator/stream.h"

int main(int argc, char** argv) {
  tocsin::simulator::StreamOptions options;
  CLI::App app("Writes records of invented companies as NDJSON, in the order of their arrival");
  app.add_option("--records", options.records, "About so many records")->capture_default_str();
  app.add_option("--companies", options.companies, "Companies (0: one for every 25 records)");
  app.add_option("--seed", options.seed, "Another seed, another stream")->capture_default_str();
  app.add_option("--days", options.days, "Days from 2023-01-01 on; all of them past, or a service would doubt its clock")
      ->check(CLI::Range(61, 20'000))
      ->capture_default_str();
  app.add_option("--late", options.late_share, "Share that arrives days late")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--twice", options.twice_share, "Share that arrives twice")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);

  for (const std::string& line : tocsin::simulator::make_stream(options)) {
    std::fwrite(line.data(), 1, line.size(), stdout);
  }
  const bool written = std::fflush(stdout) == 0 && std::ferror(stdout) == 0;
  if (!written) std::perror("tocsin-simulator: cannot write the stream");
  return written ? 0 : 3;
}
