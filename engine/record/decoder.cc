#include "engine/record/decoder.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cassert>
#include <cstring>
#include <utility>

#include "engine/record/json_scalar.h"
#include "rules-dsl/value/text.h"
#include "rules-dsl/value/uscc.h"

namespace tocsin {

namespace sj = simdjson;

static_assert(limits::kPaddingBytes >= sj::SIMDJSON_PADDING);

struct Decoder::Parser {
  sj::ondemand::parser parser;
  sj::ondemand::document document;
  sj::ondemand::object object;
};

Decoder::Decoder(const plan::Program& program, const Pseudonyms* pseudonyms)
    : program_(program),
      index_(program),
      pseudonyms_(program.has_private_columns() ? pseudonyms : nullptr),
      parser_(std::make_unique<Parser>()) {
  assert(pseudonyms_ != nullptr || !program.has_private_columns());
}
Decoder::~Decoder() = default;

namespace {

bool blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
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
      const auto offset =
          static_cast<uint32_t>(at - chunk.bytes.data() - static_cast<ptrdiff_t>(slice.begin));
      Operation operation;
      operation.line = slice.lines;
      operation.byte_offset =
          pseudonyms_ == nullptr ? offset : static_cast<uint32_t>(slice.kept.size());
      hidden_.clear();
      Fault fault = decode_line(line, static_cast<size_t>(readable - at), chunk, slice, operation);
      if (!fault.reason.empty()) {
        slice.rejects.push_back({0, chunk.source, operation.line, offset, std::move(fault.reason),
                                 std::move(fault.field),
                                 std::string(cut_utf8(line, limits::kRejectTextBytesMax))});
      } else if (pseudonyms_ != nullptr) {
        keep(line, slice.kept);
      }
    }
    if (pseudonyms_ != nullptr) slice.kept += '\n';
    ++slice.lines;
    at = stop + 1;
  }
}

// The line as it may be kept: pseudonyms in the places of private values.
void Decoder::keep(std::string_view line, std::string& kept) const {
  size_t copied = 0;
  for (const Hidden& hidden : hidden_) {
    kept.append(line, copied, hidden.begin - copied);
    kept.append("\"").append(hidden.pseudonym).append("\"");
    copied = hidden.begin + hidden.bytes;
  }
  kept.append(line, copied);
}

// Puts its pseudonym in the place of a private value. An empty text names nobody: it is missing. A
// text that is too long, a truth value and what is nested stay in the scalar, to be refused.
void Decoder::hide(std::string_view token, Scalar& scalar) {
  if (scalar.kind == Scalar::Kind::kNull) return;
  const bool is_text = scalar.kind == Scalar::Kind::kText || scalar.kind == Scalar::Kind::kNumber;
  const std::string_view value = is_text ? scalar.text : token;
  if (value.empty()) {
    scalar = {};
    return;
  }
  if (is_text && pseudonyms_->is_own(value)) return;
  const auto begin = static_cast<size_t>(token.data() - line_);
  hidden_.push_back({begin, token.size(), pseudonyms_->of(value)});
  if (!is_text || value.size() > limits::kTextBytesMax) return;
  scalar.kind = Scalar::Kind::kText;
  scalar.text = hidden_.back().pseudonym;
}

Decoder::Fault Decoder::decode_line(std::string_view line, size_t padded, const Chunk& chunk,
                                    DecodedSlice& slice, Operation& operation) {
  Parser& p = *parser_;
  line_ = line.data();
  if (p.parser.iterate(line.data(), line.size(), padded).get(p.document) != sj::SUCCESS ||
      p.document.get_object().get(p.object) != sj::SUCCESS) {
    return {utf8_valid(line) ? "the line is not a JSON object" : "the line is not valid UTF-8", ""};
  }
  if (!chunk.as_type.empty()) {
    const int type = index_.find_type(chunk.as_type);
    if (type < 0) return unknown_type(shown(chunk.as_type), "type");
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
  if (type < 0) return unknown_type(shown_here(name), "type");
  if (p.object.reset().error() != sj::SUCCESS) return {"the line is not a JSON object", ""};
  return read_record(static_cast<uint16_t>(type), slice, operation);
}

// Fields may have changed places: under a policy with private fields no value is quoted.
std::string Decoder::shown_here(std::string_view text) const {
  return pseudonyms_ == nullptr ? shown(text) : "the value given";
}

Decoder::Fault Decoder::unknown_type(const std::string& name, std::string field) const {
  return {fmt::format("no record type is named {}; the policy has {}", name, index_.type_names()),
          std::move(field)};
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
    const auto found = index.columns.find(key);
    if (found == index.columns.end()) {
      if (key == "type" && std::exchange(has_type, true)) return stands_twice(key);
      continue;
    }
    sj::ondemand::value value;
    Scalar scalar;
    scalar.may_be_quoted = pseudonyms_ == nullptr;
    const Column& column = found->second;
    const bool hides = pseudonyms_ != nullptr && column.is_private;
    std::string_view token;
    if (member.value().get(value) != sj::SUCCESS || !read_scalar(value, scalar, token)) {
      return {"the value is not valid JSON", std::string(found->first)};
    }
    if (hides) hide(token, scalar);
    for (const Target& target : column.targets) {
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
    return {fmt::format("{} does not fit the format \"{}\"", shown_here(scalar.text), format), ""};
  }
  return {fmt::format("{} is not a time; write it like 2025-06-01T08:30:00+08:00 or 2025-06-01",
                      shown_here(scalar.text)),
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
  if (program_.strict_uscc && !is_uscc(subject_)) return {bad_uscc(subject_), plan.subject_from};
  if (plan.time_always) {
    time_ = *plan.time_always;
  } else if (!has_time_) {
    return {"the time is missing", plan.time_from};
  }
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
  if (type < 0) return unknown_type(shown_here(*parts.target_type), "target_type");
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
    const bool hides = part == nullptr && pseudonyms_ != nullptr && index_.is_private(key);
    if (part == nullptr && !hides) continue;
    if (part != nullptr && *part) return stands_twice(key);
    sj::ondemand::value value;
    Scalar scalar;
    std::string_view token;
    if (member.value().get(value) != sj::SUCCESS || !read_scalar(value, scalar, token)) {
      return {"the value is not valid JSON", std::string(key)};
    }
    if (hides) hide(token, scalar);
    if (part == nullptr) continue;
    if (scalar.kind != Scalar::Kind::kText && scalar.kind != Scalar::Kind::kNumber) {
      return {"it must be a text or a number", std::string(key)};
    }
    part->emplace(scalar.text);
  }
  return at_line_end();
}

}  // namespace tocsin
