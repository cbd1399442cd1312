#include "connectors/cli/test_records.h"

#include <fmt/format.h>

#include <algorithm>

#include "engine/record/json_text.h"
#include "rules-dsl/syntax/utf8.h"
#include "rules-dsl/value/value.h"

namespace tocsin {
namespace {

void append_member(std::string& out, std::string_view name, std::string_view text) {
  append_json_name(out, name);
  append_json_string(out, text);
}

std::string decimal_text(int64_t scaled) {
  const bool negative = scaled < 0;
  const uint64_t magnitude =
      negative ? 0 - static_cast<uint64_t>(scaled) : static_cast<uint64_t>(scaled);
  constexpr auto kScale = static_cast<uint64_t>(kDecimalScale);
  return fmt::format("{}{}.{:04}", negative ? "-" : "", magnitude / kScale, magnitude % kScale);
}

struct LiteralWriter {
  std::string& out;
  void operator()(bool value) const { out += value ? "true" : "false"; }
  void operator()(int64_t value) const { out += std::to_string(value); }
  void operator()(dsl::DecimalLiteral value) const { out += decimal_text(value.scaled); }
  void operator()(double value) const { out += fmt::format("{}", value); }
  void operator()(const std::string& value) const { append_json_string(out, value); }
};

struct ValueWriter {
  std::string& out;
  void operator()(const dsl::LiteralValue& literal) const {
    std::visit(LiteralWriter{out}, literal);
  }
  void operator()(const dsl::Identifier& enum_value) const {
    append_json_string(out, enum_value.text);
  }
};

}  // namespace

std::string TestRecordWriter::line(const dsl::TestRecord& record) {
  const std::string id = default_id(record.type.text);
  std::string out = "{";
  append_member(out, "type", record.type.text);
  append_member(out, "subject", record.subject);
  append_member(out, "time", record.time.text);
  const bool has_id =
      std::any_of(record.values.begin(), record.values.end(),
                  [](const dsl::TestValue& value) { return value.field.text == "id"; });
  if (!has_id) append_member(out, "id", id);
  for (const dsl::TestValue& value : record.values) {
    append_json_name(out, value.field.text);
    std::visit(ValueWriter{out}, value.value);
  }
  return out + '}';
}

std::string TestRecordWriter::default_id(const std::string& type) {
  const std::string letter = type.empty() ? "" : type.substr(0, dsl::decode_utf8(type, 0).length);
  return letter + std::to_string(++counts_[type]);
}

}  // namespace tocsin
