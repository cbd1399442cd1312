// tocsin-workload: writes the load of the end-to-end measurement, records or rules, to stdout.
#include <CLI/CLI.hpp>
#include <cstdio>

#include "bench/workload.h"

int main(int argc, char** argv) {
  tocsin::bench::Workload workload;
  size_t rules = 0;
  CLI::App app("Writes records of 270 bytes as NDJSON, or with --rules a policy over them");
  app.add_option("--records", workload.records, "Records to write")->capture_default_str();
  app.add_option("--subjects", workload.subjects, "Subjects they are about")->capture_default_str();
  app.add_option("--seed", workload.seed, "Another seed, another load")->capture_default_str();
  app.add_option("--rules", rules, "Write a policy of so many rules instead");
  CLI11_PARSE(app, argc, argv);

  const std::string out = rules != 0 ? tocsin::bench::make_policy(rules, workload.seed)
                                     : tocsin::bench::make_records(workload);
  const bool written =
      std::fwrite(out.data(), 1, out.size(), stdout) == out.size() && std::fflush(stdout) == 0;
  if (!written) std::perror("tocsin-workload: cannot write");
  return written ? 0 : 3;
}
