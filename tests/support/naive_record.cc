#include "tests/support/naive_record.h"

#include <cassert>
#include <cstdio>
#include <cstdlib>
#include <tuple>

#include "tests/support/private_values.h"

namespace tocsin::testing {
namespace {

int64_t read_decimal(const std::string& text) {
  const size_t point = text.find('.');
  std::string places = point == std::string::npos ? "" : text.substr(point + 1);
  places.resize(4, '0');
  return std::atoll((text.substr(0, point) + places).c_str());
}

// A private field holds the pseudonym; an empty text names nobody.
NaiveValue read_naive(const dsl::Type& type, const Calendar& calendar, const std::string& text) {
  if (!type.is_private) return NaiveValue::of(read_value(type, calendar, text));
  return NaiveValue::of(text.empty() ? Value::missing() : Value::of_text(hidden(text)));
}

// Only what the tests write: no control characters.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

std::string json_value(const NaiveValue& value, const dsl::Type& type, const Calendar& calendar) {
  const Value v = value.get();
  char buffer[64];
  switch (v.kind()) {
    case ValueKind::kMissing:
      return "null";
    case ValueKind::kBool:
      return v.is_true() ? "true" : "false";
    case ValueKind::kInt:
      return std::to_string(v.integer());
    case ValueKind::kDecimal: {
      const long long whole = v.integer() / kDecimalScale;
      const long long rest = std::llabs(v.integer() % kDecimalScale);
      std::snprintf(buffer, sizeof buffer, "%s%lld.%04lld",
                    v.integer() < 0 && whole == 0 ? "-" : "", whole, rest);
      return buffer;
    }
    case ValueKind::kFloat:
      std::snprintf(buffer, sizeof buffer, "%.17g", v.floating());
      return buffer;
    case ValueKind::kText:
      return quoted(v.text());
    case ValueKind::kTime:
      return quoted(calendar.format_time(v.integer()));
    case ValueKind::kDate:
      return quoted(Calendar::format_date(v.integer()));
    case ValueKind::kEnum:
      return quoted(type.values->values[static_cast<size_t>(v.integer())]);
  }
  return "null";
}

}  // namespace

bool earlier(const dsl::Policy& policy, const NaiveRecord& a, const NaiveRecord& b) {
  const auto& name_a = policy.records[static_cast<size_t>(a.type)].name.text;
  const auto& name_b = policy.records[static_cast<size_t>(b.type)].name.text;
  return std::tie(a.time, name_a, a.id, a.subject) < std::tie(b.time, name_b, b.id, b.subject);
}

Value read_value(const dsl::Type& type, const Calendar& calendar, const std::string& text) {
  switch (type.kind) {
    case dsl::TypeKind::kBool:
      return Value::of_bool(text == "true");
    case dsl::TypeKind::kInt:
      return Value::of_int(std::atoll(text.c_str()));
    case dsl::TypeKind::kDecimal:
      return Value::of_decimal(read_decimal(text));
    case dsl::TypeKind::kFloat:
      return Value::of_float(std::atof(text.c_str()));
    case dsl::TypeKind::kTime:
      return Value::of_time(calendar.parse_time(text).value());
    case dsl::TypeKind::kDate:
      return Value::of_date(Calendar::parse_date(text).value());
    case dsl::TypeKind::kEnum:
      for (size_t i = 0; i < type.values->values.size(); ++i) {
        if (type.values->values[i] == text) return Value::of_enum(static_cast<int64_t>(i));
      }
      assert(false && "no such value");
      return Value::missing();
    default:
      return Value::of_text(text);
  }
}

NaiveRecord read_record(const dsl::Policy& policy, const Calendar& calendar,
                        const WrittenRecord& written) {
  NaiveRecord record{.type = -1,
                     .id = written.id,
                     .subject = written.subject,
                     .time = calendar.parse_time(written.time).value(),
                     .values = {}};
  for (size_t i = 0; i < policy.records.size(); ++i) {
    if (policy.records[i].name.text == written.type) record.type = static_cast<int>(i);
  }
  const auto& fields = policy.records.at(static_cast<size_t>(record.type)).fields;
  record.values.resize(fields.size());
  for (const auto& [name, text] : written.fields) {
    size_t field = 0;
    while (fields.at(field).name.text != name) ++field;
    record.values[field] = read_naive(fields[field].type, calendar, text);
  }
  return record;
}

std::string to_json_line(const dsl::Policy& policy, const Calendar& calendar,
                         const NaiveRecord& record) {
  const dsl::RecordDecl& declared = policy.records[static_cast<size_t>(record.type)];
  std::string line = "{\"type\":" + quoted(declared.name.text) + "," +
                     quoted(declared.id_from.front()) + ":" + quoted(record.id) + "," +
                     quoted(declared.subject_from) + ":" + quoted(record.subject) + "," +
                     quoted(declared.time_from) + ":" + quoted(calendar.format_time(record.time));
  for (size_t i = 0; i < declared.fields.size(); ++i) {
    if (record.values[i].value.is_missing()) continue;
    // Records may come with values or, from an export, with pseudonyms.
    if (declared.fields[i].type.is_private && record.id.size() == 1) {
      line += "," + quoted(declared.fields[i].from) + ":" +
              quoted(unhidden(std::string(record.values[i].get().text())));
      continue;
    }
    line += "," + quoted(declared.fields[i].from) + ":" +
            json_value(record.values[i], declared.fields[i].type, calendar);
  }
  return line + "}";
}

}  // namespace tocsin::testing
