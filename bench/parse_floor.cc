// tocsin-parse-floor FILE: the time that nothing can beat. simdjson On-Demand reads seven fields of
// every line on one thread and does nothing with them. Prints seconds, the median of five runs.
#include <simdjson.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string_view>

namespace {

namespace ondemand = simdjson::ondemand;

// What was read, folded into one number so that the compiler cannot leave the reading out.
size_t read_fields(ondemand::parser& parser, const char* line, size_t length, size_t capacity) {
  static constexpr std::array<std::string_view, 6> kTexts{"id",   "type",   "subject",
                                                          "time", "region", "severity"};
  ondemand::document document = parser.iterate(line, length, capacity);
  ondemand::object object = document.get_object();
  size_t sum = 0;
  for (const std::string_view name : kTexts) sum += std::string_view(object[name]).size();
  return sum + static_cast<size_t>(double(object["amount"]));
}

double parse_once(const simdjson::padded_string& file, size_t& sum) {
  const auto start = std::chrono::steady_clock::now();
  ondemand::parser parser;
  const char* line = file.data();
  const char* const end = line + file.size();
  while (line < end) {
    const size_t left = static_cast<size_t>(end - line);
    const auto* stop = static_cast<const char*>(std::memchr(line, '\n', left));
    if (stop == nullptr) stop = end;
    sum += read_fields(parser, line, static_cast<size_t>(stop - line),
                       left + simdjson::SIMDJSON_PADDING);
    line = stop + 1;
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

int measure(const char* path) {
  const simdjson::padded_string file = simdjson::padded_string::load(path);
  std::array<double, 5> seconds{};
  size_t sum = 0;
  for (double& run : seconds) run = parse_once(file, sum);
  std::sort(seconds.begin(), seconds.end());
  std::printf("%.4f\n", seconds[seconds.size() / 2]);
  return sum == 0 ? 1 : 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: tocsin-parse-floor FILE.ndjson\n", stderr);
    return 2;
  }
  try {
    return measure(argv[1]);
  } catch (const simdjson::simdjson_error& error) {
    std::fprintf(stderr, "tocsin-parse-floor: %s: %s\n", argv[1], error.what());
    return 1;
  }
}
