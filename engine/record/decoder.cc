#include "engine/record/decoder.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <utility>

#include "rules-dsl/value/text.h"

namespace tocsin {

namespace sj = simdjson;

static_assert(limits::kPaddingBytes >= sj::SIMDJSON_PADDING);

struct Decoder::Parser {
  sj::ondemand::parser parser;
  sj::ondemand::document document;
  sj::ondemand::object object;
};

Decoder::Decoder(const plan::Program& program)
    : program_(program), index_(program), parser_(std::make_unique<Parser>()) {}
Decoder::~Decoder() = default;

namespace {

bool blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

// Reads a scalar; false on malformed JSON.
bool read_scalar(sj::ondemand::value& value, Scalar& scalar) {
  sj::ondemand::json_type type;
  if (value.type().get(type) != sj::SUCCESS) return false;
  switch (type) {
    case sj::ondemand::json_type::null: {
      scalar.kind = Scalar::Kind::kNull;
      bool is_null = false;  // the type is told by the first letter alone
      return value.is_null().get(is_null) == sj::SUCCESS && is_null;
    }
    case sj::ondemand::json_type::boolean:
      scalar.kind = Scalar::Kind::kBool;
      return value.get_bool().get(scalar.boolean) == sj::SUCCESS;
    case sj::ondemand::json_type::string:
      scalar.kind = Scalar::Kind::kText;
      return value.get_string().get(scalar.text) == sj::SUCCESS;
    case sj::ondemand::json_type::number: {
      scalar.kind = Scalar::Kind::kNumber;
      scalar.text = value.raw_json_token();
      while (!scalar.text.empty() && static_cast<unsigned char>(scalar.text.back()) <= ' ') {
        scalar.text.remove_suffix(1);
      }
      double checked;  // consumes the value, and refuses what is no JSON number
      return value.get_double().get(checked) == sj::SUCCESS;
    }
    case sj::ondemand::json_type::array:
    case sj::ondemand::json_type::object:
      scalar.kind = Scalar::Kind::kNested;
      return true;
  }
  return false;
}

}  // namespace

void Decoder::decode(const Chunk& chunk, int64_t latest_time, DecodedSlice& slice) {
  latest_time_ = latest_time;
  const char* at = chunk.bytes.data() + slice.begin;
  const char* const end = chunk.bytes.data() + slice.end;
  const char* const readable = chunk.bytes.data() + chunk.bytes.size() + limits::kPaddingBytes;
  while (at < end) {
    const auto* stop =
        static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
    if (stop == nullptr) stop = end;
    const std::string_view line(at, static_cast<size_t>(stop - at));
    if (!blank(line)) {
      ++slice.records;
      Operation operation;
      operation.line = slice.lines;
      operation.byte_offset =
          static_cast<uint32_t>(at - chunk.bytes.data() - static_cast<ptrdiff_t>(slice.begin));
      Fault fault = decode_line(line, static_cast<size_t>(readable - at), chunk, slice, operation);
      if (!fault.reason.empty()) {
        slice.rejects.push_back({0, chunk.source, operation.line, operation.byte_offset,
                                 std::move(fault.reason), std::move(fault.field),
                                 std::string(cut_utf8(line, limits::kRejectTextBytesMax))});
      }
    }
    ++slice.lines;
    at = stop + 1;
  }
}

Decoder::Fault Decoder::decode_line(std::string_view line, size_t padded, const Chunk& chunk,
                                    DecodedSlice& slice, Operation& operation) {
  Parser& p = *parser_;
  if (p.parser.iterate(line.data(), line.size(), padded).get(p.document) != sj::SUCCESS ||
      p.document.get_object().get(p.object) != sj::SUCCESS) {
    return {utf8_valid(line) ? "the line is not a JSON object" : "the line is not valid UTF-8", ""};
  }
  if (!chunk.as_type.empty()) {
    const int type = index_.find_type(chunk.as_type);
    if (type < 0) {
      return {fmt::format("no record type is named {}; the policy has {}", shown(chunk.as_type),
                          index_.type_names()),
              "type"};
    }
    return read_record(static_cast<uint16_t>(type), slice, operation);
  }
  std::string_view name;
  if (p.object.find_field_unordered("type").get_string().get(name) != sj::SUCCESS) {
    return {
        "the record has no `type`, or it is not a text; name it in each record, or for the whole "
        "stream",
        "type"};
  }
  if (name == "retract") return read_retraction(slice, operation);
  const int type = index_.find_type(name);
  if (type < 0) {
    return {fmt::format("no record type is named {}; the policy has {}", shown(name),
                        index_.type_names()),
            "type"};
  }
  if (p.object.reset().error() != sj::SUCCESS) return {"the line is not a JSON object", ""};
  return read_record(static_cast<uint16_t>(type), slice, operation);
}

Decoder::Fault Decoder::read_record(uint16_t type, DecodedSlice& slice, Operation& operation) {
  const TypeIndex& index = index_.type(type);
  row_.begin(type, static_cast<uint16_t>(index.plan->fields.size()));
  id_parts_.assign(index.plan->id_from.size(), {});
  seen_.reset();
  subject_.clear();
  moved_from_.clear();
  has_time_ = false;
  version_ = 0;
  if (Fault fault = read_members(index); !fault.reason.empty()) return fault;
  if (Fault fault = complete(type); !fault.reason.empty()) return fault;
  operation.kind = OperationKind::kInsert;
  operation.row = row_.finish(slice.arena);
  if (!moved_from_.empty() && moved_from_ != subject_) {
    Operation move = operation;
    move.kind = OperationKind::kMove;
    move.below_version = version_;
    row_.set_subject(moved_from_);
    move.row = row_.finish(slice.arena);
    slice.operations.push_back(move);
  }
  slice.operations.push_back(operation);
  return {};
}

Decoder::Fault Decoder::read_members(const TypeIndex& index) {
  Parser& p = *parser_;
  bool has_type = false;
  for (auto member : p.object) {
    std::string_view key;
    if (member.unescaped_key().get(key) != sj::SUCCESS) return {"the line is not valid JSON", ""};
    const auto found = index.targets.find(key);
    if (found == index.targets.end()) {
      if (key == "type" && std::exchange(has_type, true)) return stands_twice(key);
      continue;
    }
    sj::ondemand::value value;
    Scalar scalar;
    if (member.value().get(value) != sj::SUCCESS || !read_scalar(value, scalar)) {
      return {"the value is not valid JSON", std::string(found->first)};
    }
    for (const Target& target : found->second) {
      if (seen_.test(target.number)) return stands_twice(key);
      seen_.set(target.number);
      if (Fault fault = take(index, target, scalar); !fault.reason.empty()) {
        fault.field = found->first;
        return fault;
      }
    }
  }
  return at_line_end();
}

// Requires: all members of the object are read.
Decoder::Fault Decoder::at_line_end() {
  const char* behind;
  if (parser_->document.current_location().get(behind) == sj::SUCCESS) {
    return {"something follows the JSON object on its line", ""};
  }
  return {};
}

Decoder::Fault Decoder::take(const TypeIndex& index, const Target& target, const Scalar& scalar) {
  const bool is_text = scalar.kind == Scalar::Kind::kText || scalar.kind == Scalar::Kind::kNumber;
  switch (target.kind) {
    case TargetKind::kField: {
      Value value;
      const plan::FieldPlan& field = index.plan->fields[target.index];
      std::string reason =
          read_field(scalar, field, index.enum_values[target.index], *program_.calendar, value);
      if (reason.empty()) row_.set(target.index, value);
      return {std::move(reason), ""};
    }
    case TargetKind::kIdPart:
      if (!is_text) return {"the id must be a text or a number", ""};
      id_parts_[target.index].assign(scalar.text);
      return {};
    case TargetKind::kSubject:
      if (!is_text) return {"the subject must be a text or a number", ""};
      subject_.assign(scalar.text);
      return {};
    case TargetKind::kTime:
      return take_time(*index.plan, scalar);
    case TargetKind::kVersion: {
      if (scalar.kind == Scalar::Kind::kNull) return {};
      const auto number = parse_int(scalar.text);
      if (!number || *number < 0) return {"the version must be a whole number, 0 or more", ""};
      version_ = *number;
      return {};
    }
    case TargetKind::kMovedFrom:
      if (scalar.kind == Scalar::Kind::kNull) return {};
      if (!is_text) return {"the subject must be a text or a number", ""};
      moved_from_.assign(scalar.text);
      return {};
  }
  return {};
}

Decoder::Fault Decoder::take_time(const plan::TypePlan& plan, const Scalar& scalar) {
  const std::string& format = plan.time_format;
  const auto time = format.empty() ? program_.calendar->parse_time(scalar.text)
                                   : program_.calendar->parse_time(scalar.text, format);
  if (scalar.kind == Scalar::Kind::kText && time) {
    has_time_ = true;
    time_ = *time;
    return {};
  }
  if (!format.empty()) {
    return {fmt::format("{} does not fit the format \"{}\"", shown(scalar.text), format), ""};
  }
  return {fmt::format("{} is not a time; write it like 2025-06-01T08:30:00+08:00 or 2025-06-01",
                      shown(scalar.text)),
          ""};
}

Decoder::Fault Decoder::stands_twice(std::string_view field) {
  return {"the field stands twice in the record", std::string(field)};
}

Decoder::Fault Decoder::too_long(std::string_view what, std::string field) {
  return {fmt::format("the {} is longer than {} bytes", what, limits::kIdBytesMax),
          std::move(field)};
}

Decoder::Fault Decoder::too_early(std::string field) {
  return {fmt::format("{} is ahead of the wall clock by more than the service takes (--skew: up to "
                      "{} when the record came); mend the clock of the source, or send the record "
                      "again once its time has come",
                      program_.calendar->format_time(time_),
                      program_.calendar->format_time(latest_time_)),
          std::move(field)};
}

// What must be there, and fits: id, subject, time and the fields that are not optional.
Decoder::Fault Decoder::complete(uint16_t type) {
  const plan::TypePlan& plan = program_.types[type];
  for (size_t i = 0; i < id_parts_.size(); ++i) {
    if (id_parts_[i].empty()) return {"the id is missing or empty", plan.id_from[i]};
    row_.append_id(id_parts_[i], i == 0);
  }
  if (row_.id().size() > limits::kIdBytesMax) return too_long("id", plan.id_from[0]);
  if (subject_.empty()) return {"the subject is missing or empty", plan.subject_from};
  if (subject_.size() > limits::kIdBytesMax) return too_long("subject", plan.subject_from);
  if (moved_from_.size() > limits::kIdBytesMax) return too_long("subject", "moved_from");
  if (!has_time_) return {"the time is missing", plan.time_from};
  if (time_ > latest_time_) return too_early(plan.time_from);
  for (size_t slot = 0; slot < plan.fields.size(); ++slot) {
    const plan::FieldPlan& field = plan.fields[slot];
    if (!field.optional && !row_.has(static_cast<uint32_t>(slot))) {
      return {"the field is missing; declare it `optional` if that may be", field.from};
    }
  }
  row_.set_subject(subject_);
  row_.set_time(time_);
  row_.set_version(version_);
  return {};
}

Decoder::Fault Decoder::read_retraction(DecodedSlice& slice, Operation& operation) {
  Retraction parts;
  if (Fault fault = read_retraction_parts(parts); !fault.reason.empty()) return fault;
  const auto absent = [](const auto& part) { return !part || part->empty(); };
  if (absent(parts.target_type))
    return {"a retraction needs the type of the record it takes back", "target_type"};
  if (absent(parts.target))
    return {"a retraction needs the id of the record it takes back", "target"};
  if (absent(parts.subject))
    return {"a retraction needs the subject of the record it takes back", "subject"};
  if (parts.target->size() > limits::kIdBytesMax) return too_long("id", "target");
  if (parts.subject->size() > limits::kIdBytesMax) return too_long("subject", "subject");
  const int type = index_.find_type(*parts.target_type);
  if (type < 0)
    return {fmt::format("no record type is named {}; the policy has {}", shown(*parts.target_type),
                        index_.type_names()),
            "target_type"};
  row_.begin(static_cast<uint16_t>(type), 0);
  row_.set_id(*parts.target);
  row_.set_subject(*parts.subject);
  row_.set_time(0);
  row_.set_version(0);
  operation.kind = OperationKind::kRetract;
  operation.row = row_.finish(slice.arena);
  slice.operations.push_back(operation);
  return {};
}

Decoder::Fault Decoder::read_retraction_parts(Retraction& parts) {
  Parser& p = *parser_;
  if (p.object.reset().error() != sj::SUCCESS) return {"the line is not a JSON object", ""};
  bool has_type = false;
  for (auto member : p.object) {
    std::string_view key;
    if (member.unescaped_key().get(key) != sj::SUCCESS) return {"the line is not valid JSON", ""};
    if (key == "type" && std::exchange(has_type, true)) return stands_twice(key);
    std::optional<std::string>* const part = key == "target_type" ? &parts.target_type
                                             : key == "target"    ? &parts.target
                                             : key == "subject"   ? &parts.subject
                                                                  : nullptr;
    if (part == nullptr) continue;
    if (*part) return stands_twice(key);
    sj::ondemand::value value;
    Scalar scalar;
    if (member.value().get(value) != sj::SUCCESS || !read_scalar(value, scalar)) {
      return {"the value is not valid JSON", std::string(key)};
    }
    if (scalar.kind != Scalar::Kind::kText && scalar.kind != Scalar::Kind::kNumber) {
      return {"it must be a text or a number", std::string(key)};
    }
    part->emplace(scalar.text);
  }
  return at_line_end();
}

}  // namespace tocsin
