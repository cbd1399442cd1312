#include "connectors/tcp/reply_line.h"

#include "engine/record/json_text.h"

namespace tocsin {
namespace {

// {"name":N}
std::string number_line(std::string_view name, uint64_t value) {
  std::string line = "{";
  append_json_name(line, name);
  return line + std::to_string(value) + "}";
}

}  // namespace

std::string error_line(std::string_view reason) {
  std::string line = "{\"error\":";
  append_json_string(line, reason);
  return line + "}";
}

std::string welcome_line(uint64_t durable) {
  return "{\"welcome\":" + number_line("durable", durable) + "}";
}

std::string durable_line(uint64_t lines) { return number_line("durable", lines); }

std::string rejected_line(const Reject& reject) {
  std::string line = "{\"rejected\":{\"line\":" + std::to_string(reject.line) + ",\"reason\":";
  append_json_string(line, reject.reason);
  if (!reject.field.empty()) {
    line += ",\"field\":";
    append_json_string(line, reject.field);
  }
  return line + "}}";
}

std::string rejected_omitted_line(uint64_t count) { return number_line("rejected_omitted", count); }

std::string heartbeat_line(const std::optional<std::string>& clock, uint64_t seq) {
  std::string line = "{\"heartbeat\":{\"clock\":";
  if (clock) {
    append_json_string(line, *clock);
  } else {
    line += "null";
  }
  return line + ",\"seq\":" + std::to_string(seq) + "}}";
}

std::string gap_line(uint64_t from, uint64_t to) {
  return "{\"gap\":{\"from\":" + std::to_string(from) + ",\"to\":" + std::to_string(to) + "}}";
}

std::string acknowledged_line(uint64_t seq) { return number_line("acknowledged", seq); }

std::string acknowledgement_line(uint64_t seq) { return number_line("ack", seq); }

std::string error_text(const Error& error) {
  return error.remedy.empty() ? error.message : error.message + "; " + error.remedy;
}

}  // namespace tocsin
