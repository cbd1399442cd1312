#include "tests/support/expression_writer.h"

namespace tocsin::testing {
namespace {

const std::vector<FieldKind> kKindsWithText = {
    FieldKind::kText,     FieldKind::kOrdered, FieldKind::kInt,  FieldKind::kRegion,
    FieldKind::kPlain,    FieldKind::kDate,    FieldKind::kBool, FieldKind::kDecimal,
    FieldKind::kIndustry, FieldKind::kTime,    FieldKind::kLevel};

}  // namespace

std::string ExpressionWriter::duration() { return choices_.of(schema_.spans); }

std::optional<size_t> ExpressionWriter::aggregated_record(const WriterScope& scope) {
  std::vector<size_t> fitting;
  for (size_t i = 0; i < schema_.records.size(); ++i) {
    if (schema_.has_keys(i, scope.by)) fitting.push_back(i);
  }
  if (fitting.empty()) return std::nullopt;
  return choices_.of(fitting);
}

std::string ExpressionWriter::window() {
  switch (choices_.among(7)) {
    case 0:
      return " over " + duration();
    case 1:
      return "";
    case 2:
      return " over " + duration() + " ago " + duration();
    case 3:
      return " ago " + duration();
    case 4:
      return " over last " + std::to_string(1 + choices_.among(3));
    case 5:
      return " over " + duration() + " over last " + std::to_string(1 + choices_.among(3));
    default:
      return " over last " + std::to_string(1 + choices_.among(2)) + " ago " + duration();
  }
}

std::string ExpressionWriter::state(size_t record) {
  const SchemaRecord& type = schema_.records[record];
  if (type.has_deadline && choices_.one_in(5)) return " overdue";
  return choices_.one_in(3) ? " in force" : "";
}

// RECORD [in force | overdue] [where C] [window]
std::string ExpressionWriter::selection(const WriterScope& scope, size_t record, int depth) {
  const std::string along = across(scope);
  std::string text = schema_.records[record].name + state(record);
  WriterScope inside = scope;
  inside.aggregated = record;
  inside.aggregates = false;
  if (choices_.one_in(scope.bound.empty() ? 3 : 2)) {
    const auto joined = choices_.one_in(2) ? join(inside) : std::nullopt;
    text += " where " + (joined ? *joined : condition(inside, depth - 1));
  }
  return text + window() + along;
}

// across LINK N hops …
std::string ExpressionWriter::across(const WriterScope& scope) {
  if (!scope.by.empty() || schema_.links.empty() || !choices_.one_in(4)) return "";
  return " across " + choices_.of(schema_.links) +
         choices_.of<std::string>({"", " 2 hops", " 3 hops", " 4 hops"}) +
         choices_.of<std::string>({"", " excluding self"}) +
         choices_.of<std::string>({"", "", "", " at most 1", " at most 2", " at most 3"});
}

std::string ExpressionWriter::count(const WriterScope& scope, const std::string& function,
                                    int depth) {
  const auto record = aggregated_record(scope);
  return function + "(" + selection(scope, record.value_or(0), depth) + ")";
}

// A field of the aggregated record, or an expression of it.
std::string ExpressionWriter::aggregate(const WriterScope& scope, const std::string& function,
                                        FieldKind value, int depth) {
  const size_t record = aggregated_record(scope).value_or(0);
  WriterScope inside = scope;
  inside.aggregated = record;
  inside.aggregates = false;
  std::string operand;
  if (is_number(value) && choices_.one_in(4)) {
    operand = number(inside, 1);
  } else {
    std::vector<std::string> fields;
    add_fields(fields, record, "", value);
    if (fields.empty()) return count(scope, "count", depth);  // a number after all
    operand = choices_.of(fields);
  }
  return function + "(" + operand + " of " + selection(scope, record, depth) + ")";
}

void ExpressionWriter::add_fields(std::vector<std::string>& atoms, size_t record,
                                  const std::string& prefix, FieldKind kind) const {
  for (const SchemaField& field : schema_.records[record].fields) {
    if (field.kind == kind) atoms.push_back(prefix + field.name);
  }
  if (kind == FieldKind::kText) {
    for (const char* builtin : {"id", "subject", "type"}) atoms.push_back(prefix + builtin);
  }
  if (kind == FieldKind::kTime) atoms.push_back(prefix + "time");
  if (kind == FieldKind::kBool && schema_.checks_subjects) {
    atoms.push_back(prefix + "subject_suspect");
  }
}

// What a table says of a value at hand.
std::optional<std::string> ExpressionWriter::lookup(const WriterScope& scope, FieldKind kind) {
  const bool by_number = kind == FieldKind::kInt || kind == FieldKind::kBool;
  const char* column = kind == FieldKind::kText      ? "label"
                       : kind == FieldKind::kDecimal ? "weight"
                       : kind == FieldKind::kOrdered ? "rank"
                       : kind == FieldKind::kDate    ? "since"
                       : kind == FieldKind::kInt     ? "next"
                       : kind == FieldKind::kBool    ? "ok"
                                                     : nullptr;
  if (column == nullptr) return std::nullopt;
  const FieldKind key_kind = by_number            ? FieldKind::kInt
                             : choices_.one_in(4) ? FieldKind::kRegion
                                                  : FieldKind::kText;
  const auto key = atom(scope, key_kind);
  if (!key) return std::nullopt;
  return std::string(by_number ? "steps[" : "words[") + *key + "]." + column;
}

void ExpressionWriter::add_profile(std::vector<std::string>& atoms, FieldKind kind) const {
  for (const ProfileName& field : schema_.profile) {
    if (field.kind == kind) atoms.push_back("subject." + field.name);
  }
}

std::optional<std::string> ExpressionWriter::atom(const WriterScope& scope, FieldKind kind) {
  if (schema_.has_tables && choices_.one_in(6)) {
    if (const auto found = lookup(scope, kind)) return found;
  }
  std::vector<std::string> atoms;
  const bool has_profile = scope.key && scope.by.empty();
  if (has_profile) add_profile(atoms, kind);
  if (!atoms.empty() && choices_.one_in(3)) return choices_.of(atoms);
  if (scope.aggregated) add_fields(atoms, *scope.aggregated, "", kind);
  for (const WriterScope::Bound& bound : scope.bound) {
    add_fields(atoms, bound.record, bound.alias + ".", kind);
  }
  if (has_profile && kind == FieldKind::kText && !scope.aggregated) atoms.push_back("subject");
  for (const ProfileName& part : scope.by) {
    if (scope.key && !scope.aggregated && part.kind == kind) atoms.push_back(part.name);
  }
  for (const LetName& let : scope.lets) {
    const bool fits = let.kind == kind && (scope.aggregates || !let.aggregates) &&
                      (!let.subject_only || scope.by.empty());
    if (fits) atoms.push_back(let.name);
  }
  const bool only_aggregates = atoms.empty() && scope.aggregates;
  if (scope.aggregates && !is_number(kind) && (only_aggregates || choices_.one_in(4))) {
    const std::string function = is_ordered(kind)
                                     ? choices_.of<std::string>({"last", "first", "max", "min"})
                                     : choices_.of<std::string>({"last", "first"});
    const size_t record = aggregated_record(scope).value_or(0);
    std::vector<std::string> fields;
    add_fields(fields, record, "", kind);
    if (!fields.empty()) {
      return function + "(" + choices_.of(fields) + " of " + selection(scope, record, 1) + ")";
    }
  }
  if (atoms.empty()) return std::nullopt;
  return choices_.of(atoms);
}

std::string ExpressionWriter::shown(const WriterScope& scope) {
  for (int i = 0; i < 3; ++i) {
    if (auto found = atom(scope, choices_.of(kKindsWithText))) return *found;
  }
  return scope.aggregates ? count(scope, "count", 0) : "1";
}

// A number that is not a literal, if there is one here.
std::string ExpressionWriter::number_term(const WriterScope& scope, int depth) {
  static const std::vector<FieldKind> kinds = {FieldKind::kInt, FieldKind::kDecimal,
                                               FieldKind::kFloat};
  const bool wants_aggregate = scope.aggregates && !choices_.one_in(3);
  if (!wants_aggregate) {
    if (auto found = atom(scope, choices_.of(kinds))) return *found;
    if (!scope.aggregates) return choices_.of(literals_of(FieldKind::kInt));
  }
  switch (choices_.among(5)) {
    case 0:
      return count(scope, "count", depth);
    case 1:
      return aggregate(scope, "sum", choices_.of(kinds), depth);
    case 2:
      return aggregate(scope, choices_.of<std::string>({"max", "min", "avg", "stddev"}),
                       choices_.of(kinds), depth);
    case 3:
      return aggregate(scope, choices_.of<std::string>({"last", "first"}), choices_.of(kinds),
                       depth);
    default:
      return aggregate(scope, "distinct", choices_.of(kKindsWithText), depth);
  }
}

std::string ExpressionWriter::number(const WriterScope& scope, int depth) {
  if (depth > 0 && choices_.one_in(3)) return compound_number(scope, depth);
  return number_term(scope, depth);
}

std::string ExpressionWriter::compound_number(const WriterScope& scope, int depth) {
  const auto part = [&] { return number(scope, depth - 1); };
  switch (choices_.among(6)) {
    case 0: {
      const std::string left = part();
      const std::string op = choices_.of<std::string>({" + ", " - ", " * ", " / "});
      return "(" + left + op +
             (choices_.one_in(2) ? part() : choices_.of(literals_of(FieldKind::kDecimal))) + ")";
    }
    case 1:
      return "(" + part() + " ?? " + choices_.of<std::string>({"0", "1", "2.5"}) + ")";
    case 2:
      return "(-(" + part() + "))";
    case 3:
      return choices_.of<std::string>({"abs", "round", "floor"}) + "(" + part() + ")";
    case 4: {
      const auto when = atom(scope, choices_.one_in(2) ? FieldKind::kDate : FieldKind::kTime);
      if (!when) return part();
      return choices_.of<std::string>({"day", "month", "weekday", "hour", "year"}) + "(" + *when +
             ")";
    }
    default: {
      const auto from = atom(scope, FieldKind::kDate);
      const auto to = atom(scope, choices_.one_in(2) ? FieldKind::kTime : FieldKind::kDate);
      if (!from || !to) return "length(" + text(scope) + ")";
      return "days_between(" + *from + ", " + *to + ")";
    }
  }
}

}  // namespace tocsin::testing
